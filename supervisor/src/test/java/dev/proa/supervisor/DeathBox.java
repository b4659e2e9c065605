package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A PID namespace that nothing can get out of, for programs that kill and die in it. */
final class DeathBox {
    private final Path folder;
    private int guards;
    private int boxes;

    DeathBox(Path folder) {
        this.folder = folder;
    }

    Path guard() throws IOException {
        return Files.copy(
                Path.of(System.getProperty("proa.guard")),
                open(Files.createDirectory(folder.resolve("guard" + ++guards)))
                        .resolve("proa-guard"),
                java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
    }

    /** A sidecar that does everything to outlive its guards. */
    String nasty() throws IOException, InterruptedException {
        var program = folder.resolve("nasty").toString();
        var source = Path.of(System.getProperty("proa.checkout"), "native/guard/tests/nasty.c");
        var compiler =
                new ProcessBuilder("cc", "-O2", "-o", program, source.toString())
                        .inheritIO()
                        .start();
        assertThat(compiler.waitFor()).isZero();
        return program;
    }

    /** What a program with its own PID namespace says; its first argument is a folder for data. */
    String says(Class<?> program, Path guard, String... more)
            throws IOException, InterruptedException {
        open(folder);
        var data = open(Files.createDirectory(folder.resolve(program.getSimpleName() + ++boxes)));
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxrwxrwx"));
        var box = Path.of(System.getProperty("proa.checkout"), "native/guard/tests/box.sh");
        var command =
                new ArrayList<>(
                        List.of(
                                box.toString(),
                                "800",
                                ProcessHandle.current().info().command().orElseThrow(),
                                "-Xmx64m",
                                "--enable-native-access=ALL-UNNAMED",
                                "-Dproa.guard=" + guard,
                                "-cp",
                                readableClasses(program.getSimpleName() + boxes),
                                program.getName(),
                                data.toString()));
        command.addAll(List.of(more));

        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said =
                new String(
                        process.getInputStream().readAllBytes(),
                        java.nio.charset.StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    /** The classes of this test, copied to where the box's user, who is nobody, can read them. */
    private String readableClasses(String use) throws IOException {
        var paths = new LinkedHashSet<String>();
        for (var property : List.of("java.class.path", "jdk.module.path")) {
            paths.addAll(List.of(System.getProperty(property, "").split(File.pathSeparator)));
        }
        // With modules the test's own classes are patched in, and on neither path.
        paths.add(Path.of("target/test-classes").toAbsolutePath().toString());
        var copies = new ArrayList<String>();
        for (var path : paths) {
            if (!path.isEmpty() && Files.exists(Path.of(path))) {
                var copy = folder.resolve(use + "classes" + copies.size());
                copyTree(Path.of(path), copy);
                copies.add(copy.toString());
            }
        }
        return String.join(File.pathSeparator, copies);
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (var file : files.collect(Collectors.toList())) {
                var target = to.resolve(from.relativize(file).toString());
                Files.copy(file, target);
                if (Files.isDirectory(target)) {
                    open(target);
                }
            }
        }
    }

    private static Path open(Path directory) throws IOException {
        return Files.setPosixFilePermissions(
                directory, Set.copyOf(PosixFilePermissions.fromString("rwxr-xr-x")));
    }
}
