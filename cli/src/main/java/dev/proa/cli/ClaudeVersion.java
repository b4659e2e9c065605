package dev.proa.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A version of Claude Code; finding it reads files and starts nothing. */
record ClaudeVersion(int major, int minor, int patch) implements Comparable<ClaudeVersion> {
    private static final Pattern NUMBER = Pattern.compile("(\\d{1,6})\\.(\\d{1,6})\\.(\\d{1,6})");
    private static final Pattern EXTENSION =
            Pattern.compile("anthropic\\.claude-code-(\\d+\\.\\d+\\.\\d+).*");
    private static final Pattern PACKAGE =
            Pattern.compile(
                    "(?s)(?=.*\"name\"\\s*:\\s*\"@anthropic-ai/claude-code\").*?\"version\"\\s*:\\s*\"(\\d+\\.\\d+\\.\\d+)\".*");
    private static final List<String> EXTENSION_FOLDERS =
            List.of(
                    ".vscode/extensions",
                    ".vscode-server/extensions",
                    ".cursor/extensions",
                    ".windsurf/extensions");
    private static final int PACKAGE_DEPTH = 4;

    /** The version written as {@code 2.1.101}; null if it is none. */
    static @Nullable ClaudeVersion parse(String text) {
        var match = NUMBER.matcher(text);
        return match.matches()
                ? new ClaudeVersion(
                        Integer.parseInt(match.group(1)),
                        Integer.parseInt(match.group(2)),
                        Integer.parseInt(match.group(3)))
                : null;
    }

    /**
     * The oldest Claude Code that this user may start: on the PATH, in the usual folders, or inside
     * an editor. Null if none is found or one of them does not tell.
     */
    static @Nullable ClaudeVersion oldest(String path, Path home) {
        var found = new ArrayList<@Nullable ClaudeVersion>();
        var folders = new ArrayList<Path>();
        for (var folder : path.split(":", -1)) {
            if (folder.startsWith("/") && folder.indexOf('\0') < 0) {
                folders.add(Path.of(folder));
            }
        }
        folders.add(home.resolve(".local/bin"));
        folders.add(home.resolve(".claude/local"));
        for (var folder : folders) {
            var program = folder.resolve("claude");
            if (Files.isExecutable(program) && !Files.isDirectory(program)) {
                found.add(ofProgram(program));
            }
        }
        for (var folder : EXTENSION_FOLDERS) {
            newestExtension(home.resolve(folder), found);
        }
        return found.stream().anyMatch(Objects::isNull)
                ? null
                : found.stream()
                        .filter(Objects::nonNull)
                        .min(Comparator.naturalOrder())
                        .orElse(null);
    }

    /** The native installer links to {@code versions/2.1.101}; npm's package tells in its file. */
    private static @Nullable ClaudeVersion ofProgram(Path program) {
        try {
            var real = program.toRealPath();
            var named = parse(String.valueOf(real.getFileName()));
            if (named != null) {
                return named;
            }
            var folder = real.getParent();
            for (int i = 0; i < PACKAGE_DEPTH && folder != null; i++, folder = folder.getParent()) {
                var file = folder.resolve("package.json");
                if (Files.isRegularFile(file)) {
                    var match = PACKAGE.matcher(Files.readString(file));
                    if (match.matches()) {
                        return parse(match.group(1));
                    }
                }
            }
            return null;
        } catch (IOException e) {
            return null; // what cannot be read does not tell its version
        }
    }

    /** An editor runs the newest it has; older folders wait to be removed. */
    private static void newestExtension(Path folder, List<@Nullable ClaudeVersion> found) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> entries = Files.list(folder)) {
            entries.map(e -> EXTENSION.matcher(String.valueOf(e.getFileName())))
                    .filter(m -> m.matches())
                    .map(m -> parse(m.group(1)))
                    .filter(Objects::nonNull)
                    .max(Comparator.naturalOrder())
                    .ifPresent(found::add);
        } catch (IOException e) {
            found.add(null); // an unreadable folder may hold any version
        }
    }

    @Override
    public int compareTo(ClaudeVersion other) {
        return Comparator.comparingInt(ClaudeVersion::major)
                .thenComparingInt(ClaudeVersion::minor)
                .thenComparingInt(ClaudeVersion::patch)
                .compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
