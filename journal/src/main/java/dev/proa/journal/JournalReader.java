package dev.proa.journal;

import dev.proa.core.Redaction;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a journal with its older files, also while it is written, after a crash and when it is
 * damaged: what is no entry is left out.
 */
public final class JournalReader {
    private static final int OLDER = 3;
    private static final String BEGIN = "{\"seq\":";

    private final Path path;
    private final Redaction redaction;

    /** Reads the journal at {@code path} with its older files. */
    public JournalReader(Path path) {
        this(path, new Redaction());
    }

    /** As above; takes out what {@code redaction} knows beside what entries leave out already. */
    public JournalReader(Path path, Redaction redaction) {
        this.path = path;
        this.redaction = redaction;
    }

    /**
     * The newest {@code limit} entries, oldest first.
     *
     * @throws IOException if a file that is there cannot be read
     */
    public List<JournalEntry> newest(int limit) throws IOException {
        return steady(() -> readNewest(limit));
    }

    private List<JournalEntry> readNewest(int limit) throws IOException {
        var found = new ArrayDeque<JournalEntry>();
        for (var file : files().reversed()) {
            var missing = limit - found.size();
            if (missing > 0) {
                last(file, missing).reversed().forEach(found::addFirst);
            }
        }
        return List.copyOf(found);
    }

    /**
     * The first {@code limit} entries numbered above {@code seq}, oldest first; the number of the
     * last one is what to ask with for the next ones.
     *
     * @throws IOException if a file that is there cannot be read
     */
    public List<JournalEntry> after(long seq, int limit) throws IOException {
        return steady(() -> readAfter(seq, limit));
    }

    private List<JournalEntry> readAfter(long seq, int limit) throws IOException {
        var found = new ArrayList<JournalEntry>();
        var files = files();
        for (int i = 0; i < files.size() && found.size() < limit; i++) {
            long next = i + 1 < files.size() ? first(files.get(i + 1)) : 0;
            if (next > 0 && next <= seq + 1) {
                continue; // all of it is known
            }
            try (var lines = reader(files.get(i))) {
                for (var line = lines.readLine();
                        line != null && found.size() < limit;
                        line = lines.readLine()) {
                    if (seqOf(line) > seq) {
                        JournalEntry.parse(line, redaction).ifPresent(found::add);
                    }
                }
            }
        }
        return found;
    }

    /** The number of the oldest entry that is kept; 0 if there is none. */
    public long oldest() throws IOException {
        for (var file : files()) {
            long first = first(file);
            if (first > 0) {
                return first;
            }
        }
        return 0;
    }

    /** The number of the newest entry; 0 if there is none. */
    public long newest() throws IOException {
        var last = newest(1);
        return last.isEmpty() ? 0 : last.getFirst().seq();
    }

    /** How many lines are no entries, without a last one that is being written or was torn. */
    public int damaged() throws IOException {
        int damaged = 0;
        for (var file : files()) {
            try (var lines = reader(file)) {
                var line = lines.readLine();
                while (line != null) {
                    var next = lines.readLine();
                    boolean last = next == null && file.equals(path);
                    if (!last && !line.isEmpty() && JournalEntry.parse(line, redaction).isEmpty()) {
                        damaged++;
                    }
                    line = next;
                }
            }
        }
        return damaged;
    }

    /** Changes whenever an entry may have been added. */
    public String mark() throws IOException {
        try {
            var now = Files.readAttributes(path, BasicFileAttributes.class);
            return now.fileKey() + " " + now.size();
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    @FunctionalInterface
    private interface Reading {
        List<JournalEntry> read() throws IOException;
    }

    /** Reads again if the files were turned meanwhile, since a file may then be missed. */
    private List<JournalEntry> steady(Reading reading) throws IOException {
        for (int tries = 0; ; tries++) {
            var before = key();
            try {
                var found = reading.read();
                if (before.equals(key()) || tries == 5) {
                    return found;
                }
            } catch (NoSuchFileException e) {
                if (tries == 5) {
                    throw e;
                }
            }
        }
    }

    private String key() throws IOException {
        return mark().split(" ", 2)[0];
    }

    private List<JournalEntry> last(Path file, int limit) throws IOException {
        var lines = new ArrayDeque<String>();
        try (var reader = reader(file)) {
            for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.addLast(line);
            }
        }
        var found = new ArrayDeque<JournalEntry>();
        while (!lines.isEmpty() && found.size() < limit) {
            JournalEntry.parse(lines.removeLast(), redaction).ifPresent(found::addFirst);
        }
        return List.copyOf(found);
    }

    /** Oldest first. */
    private List<Path> files() {
        var files = new ArrayList<Path>();
        for (int i = OLDER; i > 0; i--) {
            files.add(path.resolveSibling(path.getFileName() + "." + i));
        }
        files.add(path);
        files.removeIf(file -> !Files.isRegularFile(file));
        return files;
    }

    private static BufferedReader reader(Path file) throws IOException {
        var utf8 = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPLACE);
        return new BufferedReader(new InputStreamReader(Files.newInputStream(file), utf8));
    }

    private long first(Path file) throws IOException {
        try (var lines = reader(file)) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                var entry = JournalEntry.parse(line, redaction);
                if (entry.isPresent()) {
                    return entry.get().seq();
                }
            }
            return 0;
        }
    }

    /** The number a line begins with, without reading the rest of it; -1 if there is none. */
    private static long seqOf(String line) {
        if (!line.startsWith(BEGIN)) {
            return -1;
        }
        int end = BEGIN.length();
        while (end < line.length() && Character.isDigit(line.charAt(end))) {
            end++;
        }
        int digits = end - BEGIN.length();
        return digits == 0 || digits > 18
                ? -1
                : Long.parseLong(line.substring(BEGIN.length(), end));
    }
}
