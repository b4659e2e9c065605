package dev.proa.journal;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Reads a journal, also while it is written and after a crash: a torn last line is left out. */
public final class JournalReader {
    private static final JsonFactory JSON = new JsonFactory();

    private final Path path;

    /** Reads the journal at {@code path} with its older files. */
    public JournalReader(Path path) {
        this.path = path;
    }

    /**
     * The newest {@code limit} entries numbered above {@code seq}, oldest first, as their JSON
     * lines.
     *
     * @throws IOException if a file that is there cannot be read
     */
    public List<String> after(long seq, int limit) throws IOException {
        var newest = new ArrayDeque<String>();
        for (var file : oldestFirst()) {
            try (var lines = reader(file)) {
                for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (seqOf(line) > seq) {
                        newest.addLast(line);
                        if (newest.size() > limit) {
                            newest.removeFirst();
                        }
                    }
                }
            }
        }
        return List.copyOf(newest);
    }

    /** The number of the newest entry; 0 if there is none. */
    long lastSeq() throws IOException {
        var last = after(0, 1);
        return last.isEmpty() ? 0 : seqOf(last.getFirst());
    }

    private List<Path> oldestFirst() {
        var files = new ArrayList<Path>();
        for (int i = 3; i > 0; i--) {
            files.add(path.resolveSibling(path.getFileName() + "." + i));
        }
        files.add(path);
        files.removeIf(file -> !Files.isRegularFile(file));
        return files;
    }

    private static BufferedReader reader(Path file) throws IOException {
        var utf8 = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPLACE);
        return new BufferedReader(new java.io.InputStreamReader(Files.newInputStream(file), utf8));
    }

    /** The entry's number, or -1 if the line is torn or foreign. */
    private static long seqOf(String line) {
        try (var json = JSON.createParser(ObjectReadContext.empty(), line)) {
            long seq = -1;
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return -1;
            }
            while (json.nextToken() != JsonToken.END_OBJECT) {
                boolean isSeq = "seq".equals(json.currentName());
                json.nextToken();
                if (isSeq && json.currentToken() == JsonToken.VALUE_NUMBER_INT) {
                    seq = json.getLongValue();
                }
                json.skipChildren();
            }
            return seq;
        } catch (JacksonException e) {
            return -1;
        }
    }
}
