package dev.proa.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A copy of this checkout as a fresh clone would be, in a folder whose name has to be quoted
 * everywhere.
 */
final class Checkout {
    /** Without Error Prone, which has seen these sources already and takes its time. */
    private static final String COPY =
            """
            set -e
            cd "$1"
            git ls-files -z --cached --others --exclude-standard | tar --null --ignore-failed-read -T - -cf - | tar -xf - -C "$2"
            sed -i '/-Xplugin:ErrorProne/d' "$2/pom.xml"
            """;

    private final Home home;
    private final Path folder;

    private Checkout(Home home, Path folder) {
        this.home = home;
        this.folder = folder;
    }

    static Checkout copied(Home home) throws IOException, InterruptedException {
        var folder = Files.createDirectories(home.folder().resolve("it's a fresh $clone & more"));
        run(home, List.of("sh", "-c", COPY, "sh", Home.CHECKOUT.toString(), folder.toString()));
        return new Checkout(home, folder);
    }

    /** Saves fetching what npm installs: the very same files, if the file system can share them. */
    void withNodeModules() throws IOException, InterruptedException {
        var from = Home.CHECKOUT.resolve("node_modules").toString();
        run(
                home,
                List.of(
                        "sh",
                        "-c",
                        "cp -al \"$1\" \"$2\" 2>/dev/null || cp -a \"$1\" \"$2\"",
                        "sh",
                        from,
                        folder.toString()));
    }

    private static void run(Home home, List<String> command)
            throws IOException, InterruptedException {
        var process = home.prepare(command).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", command, said).isZero();
    }

    Path resolve(String path) {
        return folder.resolve(path);
    }

    /** A builder that runs this copy's {@code ./proa} with the tester's own library caches. */
    ProcessBuilder proa(String... words) {
        return prepare(
                Stream.concat(Stream.of(folder.resolve("proa").toString()), Stream.of(words))
                        .toList());
    }

    ProcessBuilder prepare(List<String> command) {
        var builder = home.prepare(command);
        builder.environment().put("HOME", System.getProperty("user.home"));
        return builder;
    }

    /** The folders of finished and unfinished builds. */
    List<String> builds() throws IOException {
        var dist = folder.resolve("target/dist");
        if (!Files.isDirectory(dist)) {
            return List.of();
        }
        try (var entries = Files.list(dist)) {
            return entries.filter(Files::isDirectory)
                    .map(entry -> entry.getFileName().toString())
                    .collect(Collectors.toList());
        }
    }
}
