package dev.proa.eventlog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file of an index of words, as it lies there. */
final class SearchFile {
    /** Marks the file as ours: "PrWo". */
    static final int APPLICATION_ID = 0x5072576f;

    /** How a file of SQLite begins, and where in its first bytes it has its application's id. */
    private static final String FORMAT = "SQLite format 3\0";

    private static final int APPLICATION_ID_AT = 68;
    private static final int HEAD = 100;
    private static final int PAGE = 4_096;

    private SearchFile() {}

    /** With its -wal file, under the first name that is free. */
    static void putAside(Path file) throws IOException {
        var number = 1;
        while (Files.exists(Path.of(file + ".unknown-" + number))) {
            number++;
        }
        Files.move(file, Path.of(file + ".unknown-" + number));
        var wal = Path.of(file + "-wal");
        if (Files.exists(wal)) {
            Files.move(wal, Path.of(file + ".unknown-" + number + "-wal"));
        }
    }

    /** Whether a file begins as SQLite begins a file of ours (SQLite's file format, 1.3). */
    static boolean isOurs(Path file) throws IOException {
        var head = new byte[HEAD];
        try (var in = Files.newInputStream(file)) {
            if (in.readNBytes(head, 0, HEAD) < HEAD) {
                return false;
            }
        }
        var format = new String(head, 0, FORMAT.length(), StandardCharsets.ISO_8859_1);
        var owner = ByteBuffer.wrap(head).getInt(APPLICATION_ID_AT);
        // One that was being made when its process ended has but an empty page.
        return format.equals(FORMAT)
                && (owner == APPLICATION_ID || (owner == 0 && EventLog.size(file) <= PAGE));
    }
}
