package dev.proa.supervisor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What a log holds over all its files. */
final class LogBytes {
    private LogBytes() {}

    static byte[] of(Path data, String sidecar) throws IOException {
        var bytes = new ByteArrayOutputStream();
        for (boolean whole = false; !whole; ) {
            bytes.reset();
            whole = copy(data, sidecar, bytes);
        }
        return bytes.toByteArray();
    }

    static long count(Path data, String sidecar) throws IOException {
        long count = 0;
        for (var part : LogFiles.of(data, sidecar).parts()) {
            try (var in = part.open()) {
                count += in.transferTo(OutputStream.nullOutputStream());
            }
        }
        return count;
    }

    /** False when a file was renamed meanwhile. */
    private static boolean copy(Path data, String sidecar, OutputStream to) throws IOException {
        var parts = LogFiles.of(data, sidecar).parts();
        try {
            for (var part : parts) {
                try (var in = part.open()) {
                    in.transferTo(to);
                }
            }
        } catch (NoSuchFileException e) {
            return false;
        }
        return parts.equals(LogFiles.of(data, sidecar).parts());
    }
}
