package dev.proa.eventlog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;

/** An agent whose history can be imported, and how its files are read. */
enum HistorySource {
    CLAUDE("claude"),
    CODEX("codex");

    private static final String ENDING = ".jsonl";
    private static final int DEEPEST = 16;

    private final String word;

    HistorySource(String word) {
        this.word = word;
    }

    /** As commands and requests call it. */
    String word() {
        return word;
    }

    /** A reader of a file that remembers what an earlier one gave as its memory. */
    History reader(Path file, String memory) {
        var name = String.valueOf(file.getFileName());
        var stem =
                name.endsWith(ENDING) ? name.substring(0, name.length() - ENDING.length()) : name;
        return switch (this) {
            case CLAUDE -> new ClaudeHistory(stem, memory);
            case CODEX -> new CodexHistory(stem, memory);
        };
    }

    /** A file to read. */
    record Found(Path file, long bytes, long modifiedMillis) {}

    /**
     * Every file of a history below a folder, the oldest first: who repeats lines of an earlier
     * session comes after it. The folder and whatever is in it may be links to other places. What
     * cannot be read is left out, and so is a link to a folder that it is in.
     */
    static List<Found> files(Path folder) {
        var found = new ArrayList<Found>();
        if (!Files.isDirectory(folder)) {
            return found;
        }
        var visitor =
                new SimpleFileVisitor<Path>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        if (attributes.isRegularFile() && file.toString().endsWith(ENDING)) {
                            found.add(
                                    new Found(
                                            file,
                                            attributes.size(),
                                            attributes.lastModifiedTime().toMillis()));
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException because) {
                        return FileVisitResult.CONTINUE; // gone, not ours to read, or a circle
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path at, IOException because) {
                        return FileVisitResult.CONTINUE;
                    }
                };
        try {
            Files.walkFileTree(folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), DEEPEST, visitor);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        found.sort(
                Comparator.comparingLong(Found::modifiedMillis)
                        .thenComparing(one -> one.file().toString()));
        return found;
    }
}
