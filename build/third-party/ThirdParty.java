import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.regex.Pattern;

/**
 * Writes what the product contains of others, and under which licences, into one text: {@code java
 * ThirdParty.java CHECKOUT LIB OUT}. Licences and notices that a jar brings are taken from it; the
 * page's packages have been written down by the page's own build.
 */
final class ThirdParty {
    private static final Pattern TEXTS =
            Pattern.compile("META-INF/(.*/)?[^/]*(LICENSE|NOTICE)[^/]*");

    /** A line of libraries.txt. */
    private record Library(String file, String whose, String licence, String text) {
        static Library of(String line) {
            var parts = line.split("\\|", -1);
            if (parts.length != 4) {
                throw new IllegalArgumentException("libraries.txt: four parts in " + line);
            }
            return new Library(
                    parts[0].strip(), parts[1].strip(), parts[2].strip(), parts[3].strip());
        }

        boolean jar() {
            return !file.contains("/");
        }
    }

    public static void main(String[] arguments) throws IOException {
        var checkout = Path.of(arguments[0]);
        var folder = checkout.resolve("build/third-party");
        var libraries =
                Files.readAllLines(folder.resolve("libraries.txt")).stream()
                        .filter(line -> !line.isBlank() && !line.startsWith("#"))
                        .map(Library::of)
                        .toList();
        var jars = jars(Path.of(arguments[1]), libraries);
        var said = new StringBuilder("What Proa contains of others.\n");
        var texts = new LinkedHashMap<String, List<String>>();
        for (var library : libraries) {
            var files = library.jar() ? jars.getOrDefault(library, List.of()) : List.<Path>of();
            if (library.jar() && files.isEmpty()) {
                throw new IOException("libraries.txt: no jar begins with " + library.file());
            }
            said.append("\n").append(library.whose()).append("\n");
            said.append("    licence: ").append(library.licence()).append("\n");
            for (var jar : files) {
                said.append("    ").append(jar.getFileName()).append("\n");
                read(jar, texts);
            }
            if (!library.jar()) {
                said.append("    ").append(library.file()).append("\n");
            }
            if (!library.text().isEmpty()) {
                var from =
                        files.isEmpty() ? library.file() : files.getFirst().getFileName().toString();
                add(texts, Files.readString(folder.resolve(library.text())), from);
            }
        }
        add(texts, Files.readString(checkout.resolve("LICENSE")), "whatever is under Apache-2.0");
        texts.forEach((text, from) ->
                said.append("\n").append("=".repeat(80)).append("\n")
                        .append(String.join(", ", from)).append("\n\n").append(text));
        said.append("\n").append("=".repeat(80)).append("\nThe page of the agent monitor\n\n");
        said.append(
                Files.readString(checkout.resolve("apps/agent-monitor/page/dist/third-party.txt")));
        Files.writeString(Path.of(arguments[2]), said);
    }

    /** Our own jars aside, each has to be somebody's. */
    private static Map<Library, List<Path>> jars(Path lib, List<Library> libraries)
            throws IOException {
        var found = new LinkedHashMap<Library, List<Path>>();
        try (var files = Files.list(lib)) {
            for (var jar : files.filter(file -> file.toString().endsWith(".jar")).sorted().toList()) {
                var name = jar.getFileName().toString();
                if (!name.startsWith("proa-")) {
                    var library =
                            libraries.stream().filter(one -> name.startsWith(one.file())).findFirst();
                    found.computeIfAbsent(
                                    library.orElseThrow(() ->
                                            new IOException(
                                                    "build/third-party/libraries.txt: no line for "
                                                            + name)),
                                    _ -> new ArrayList<>())
                            .add(jar);
                }
            }
        }
        return found;
    }

    private static void read(Path file, Map<String, List<String>> texts) throws IOException {
        try (var jar = new JarFile(file.toFile())) {
            for (var entry : jar.stream().toList()) {
                if (TEXTS.matcher(entry.getName()).matches() && !entry.isDirectory()) {
                    try (var in = jar.getInputStream(entry)) {
                        add(texts, new String(in.readAllBytes()), file.getFileName().toString());
                    }
                }
            }
        }
    }

    /** The same text of several stands there once. */
    private static void add(Map<String, List<String>> texts, String text, String from) {
        var plain = text.replace("\r\n", "\n").strip() + "\n";
        var whose = texts.computeIfAbsent(plain, _ -> new ArrayList<>());
        if (!whose.contains(from)) {
            whose.add(from);
        }
    }

    private ThirdParty() {}
}
