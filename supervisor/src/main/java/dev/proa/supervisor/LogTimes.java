package dev.proa.supervisor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * When the bytes of one part of a log came. It lies in a small file of its own, named by the part's
 * inode, so that it stays right while parts are renamed; without it only the times are unknown.
 *
 * <p>The file is a row of pairs of two big-endian 64-bit numbers: an offset in the part, and the
 * wall time in milliseconds at which the bytes from there on came.
 */
public final class LogTimes {
    static final int ENTRY = 2 * Long.BYTES;

    private final Path file;
    private final ByteBuffer entries;

    private LogTimes(Path file, ByteBuffer entries) {
        this.file = file;
        this.entries = entries;
    }

    /** The times of a part; empty if there are none, or they cannot be its. */
    public static Optional<LogTimes> of(LogFiles files, LogPart part) {
        try {
            var key = part.key();
            return key.isEmpty() ? Optional.empty() : of(files, key.getAsLong());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The times of the part with that key. */
    public static Optional<LogTimes> of(LogFiles files, long key) {
        return read(file(files.times(), key));
    }

    static Path file(Path folder, long key) {
        return folder.resolve(key + ".idx");
    }

    static Optional<LogTimes> read(Path file) {
        try {
            var bytes = Files.readAllBytes(file);
            var entries = ByteBuffer.wrap(bytes, 0, bytes.length / ENTRY * ENTRY);
            var times = new LogTimes(file, entries);
            return times.inOrder() ? Optional.of(times) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** These, or with what was added since. */
    public LogTimes renewed() {
        try {
            return Files.size(file) / ENTRY == count() ? this : read(file).orElse(this);
        } catch (IOException e) {
            return this; // its part was packed or dropped
        }
    }

    private boolean inOrder() {
        for (int i = 0; i < count(); i++) {
            if (offset(i) < (i == 0 ? 0 : offset(i - 1))) {
                return false;
            }
        }
        return count() > 0;
    }

    private int count() {
        return entries.limit() / ENTRY;
    }

    private long offset(int i) {
        return entries.getLong(i * ENTRY);
    }

    private Instant time(int i) {
        return Instant.ofEpochMilli(entries.getLong(i * ENTRY + Long.BYTES));
    }

    /** When the byte at {@code offset} came. */
    public Optional<Instant> at(long offset) {
        int low = 0;
        int high = count() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (offset(middle) <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return offset(low) <= offset ? Optional.of(time(low)) : Optional.empty();
    }

    /** The offset of the first byte that came at {@code since} or later; empty if none did. */
    public OptionalLong from(Instant since) {
        for (int i = 0; i < count(); i++) {
            if (!time(i).isBefore(since)) {
                return OptionalLong.of(offset(i));
            }
        }
        return OptionalLong.empty();
    }

    /** Whether they can be those of a part of {@code size} bytes. */
    boolean within(long size) {
        return offset(count() - 1) <= size;
    }

    Instant first() {
        return time(0);
    }

    /** The folder of a file. */
    static Path parent(Path file) {
        var parent = file.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IllegalArgumentException("not a file in a folder: " + file);
        }
        return parent;
    }
}
