package dev.proa.eventlog;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The branch that a folder's working tree has checked out, as {@code .git/HEAD} says it; a detached
 * head is its short commit id. No git is run. Answers are kept for a minute.
 */
final class GitHeads {
    private static final Duration KEPT = Duration.ofSeconds(60);
    private static final int MOST_KEPT = 512;
    private static final int LONGEST_FILE = 4_096;
    private static final int SHORT_ID = 7;
    private static final int DEEPEST = 64;
    private static final String REF = "ref: ";
    private static final String BRANCH = "refs/heads/";

    private record Answer(Optional<String> branch, Instant until) {}

    private final InstantSource clock;
    private final Map<String, Answer> answers = // guarded by itself
            new LinkedHashMap<>(64, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Answer> eldest) {
                    return size() > MOST_KEPT;
                }
            };

    GitHeads(InstantSource clock) {
        this.clock = clock;
    }

    /** Empty if the folder is not absolute or in no working tree. */
    Optional<String> branch(@Nullable String folder) {
        if (folder == null || !looksAbsolute(folder)) {
            return Optional.empty();
        }
        var now = clock.instant();
        synchronized (answers) {
            var known = answers.get(folder);
            if (known != null && now.isBefore(known.until())) {
                return known.branch();
            }
        }
        var branch = read(folder);
        synchronized (answers) {
            answers.put(folder, new Answer(branch, now.plus(KEPT)));
        }
        return branch;
    }

    private static boolean looksAbsolute(String folder) {
        try {
            return Path.of(folder).isAbsolute();
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static Optional<String> read(String folder) {
        try {
            var at = Path.of(folder);
            for (var depth = 0; at != null && depth < DEEPEST; depth++) {
                var git = at.resolve(".git");
                if (Files.exists(git)) {
                    return head(gitFolder(git).resolve("HEAD"));
                }
                at = at.getParent();
            }
            return Optional.empty();
        } catch (IOException | InvalidPathException e) {
            return Optional.empty(); // unreadable is unknown
        }
    }

    /** A worktree's or submodule's {@code .git} is a file that names the folder. */
    private static Path gitFolder(Path git) throws IOException {
        if (Files.isDirectory(git)) {
            return git;
        }
        var line = text(git);
        return line.startsWith("gitdir:")
                ? git.resolveSibling(line.substring("gitdir:".length()).strip())
                : git;
    }

    private static Optional<String> head(Path head) throws IOException {
        var line = text(head);
        if (line.startsWith(REF)) {
            var ref = line.substring(REF.length()).strip();
            var name = ref.startsWith(BRANCH) ? ref.substring(BRANCH.length()) : ref;
            return name.isEmpty() ? Optional.empty() : Optional.of(name);
        }
        return line.matches("[0-9a-f]{40}([0-9a-f]{24})?")
                ? Optional.of(line.substring(0, SHORT_ID))
                : Optional.empty();
    }

    /** The start of a plain file; a pipe in its place would never end. */
    private static String text(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return "";
        }
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(LONGEST_FILE), StandardCharsets.UTF_8).strip();
        }
    }
}
