package dev.proa.supervisor;

import dev.proa.core.AtomicFile;
import dev.proa.profile.SidecarSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;

/**
 * The log that is written now: every byte as it came, and a new file, begun at the start of a line,
 * when this one is full or old. Used by one thread at a time.
 */
final class RotatingLog implements AutoCloseable {
    /** A line may make a file longer by this; after it a line is parted. */
    static final long LINE_END_WITHIN = 1024 * 1024;

    private final LogFiles files;
    private final SidecarSpec.Logs rules;
    private final LogPacker packer;
    private final InstantSource clock;
    private FileChannel out;
    private LogTimesWriter times;
    private long size;
    private long fullAt;
    private Instant begun;
    private boolean lineEnded;

    private RotatingLog(
            LogFiles files,
            SidecarSpec.Logs rules,
            LogPacker packer,
            InstantSource clock,
            FileChannel out)
            throws IOException {
        this.files = files;
        this.rules = rules;
        this.packer = packer;
        this.clock = clock;
        this.out = out;
        this.size = out.size();
        this.fullAt = rules.maxFile();
        this.times = LogTimesWriter.open(files.times(), files.file(), size);
        this.begun = begunBefore();
        this.lineEnded = size == 0 || lastByte(files.file(), size) == '\n';
    }

    /** Opens the file to go on behind what it holds. */
    static RotatingLog open(
            LogFiles files, SidecarSpec.Logs rules, LogPacker packer, InstantSource clock)
            throws IOException {
        var out = append(files.file());
        try {
            return new RotatingLog(files, rules, packer, clock, out);
        } catch (IOException e) {
            out.close();
            throw e;
        }
    }

    private static FileChannel append(Path file) throws IOException {
        return FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                AtomicFile.ownerOnly(file.toAbsolutePath()));
    }

    private static int lastByte(Path file, long size) throws IOException {
        var last = ByteBuffer.allocate(1);
        try (var in = FileChannel.open(file)) {
            return in.read(last, size - 1) == 1 ? last.get(0) : -1;
        }
    }

    private Instant begunBefore() throws IOException {
        if (size == 0) {
            return clock.instant();
        }
        var part = new LogPart(files.file(), false);
        var first = LogTimes.of(files, part).map(LogTimes::first);
        return first.isPresent()
                ? first.get()
                : Files.getLastModifiedTime(files.file()).toInstant();
    }

    /**
     * Appends all that remains in {@code bytes}.
     *
     * @throws IOException if the disk does not take them; what it did not take still remains
     */
    void write(ByteBuffer bytes) throws IOException {
        var now = clock.instant();
        if (full(now)) {
            int lineEnd = lineEnded ? bytes.position() : afterFirstLine(bytes);
            if (lineEnd >= 0) {
                endLine(bytes, lineEnd, now);
                turn(now);
            } else if (size >= fullAt + LINE_END_WITHIN) {
                turn(now);
            }
        }
        append(bytes, now);
    }

    private void endLine(ByteBuffer bytes, int lineEnd, Instant now) throws IOException {
        int limit = bytes.limit();
        try {
            append(bytes.limit(lineEnd), now);
        } finally {
            bytes.limit(limit);
        }
    }

    private boolean full(Instant now) {
        return size >= fullAt
                || (size > 0
                        && rules.maxAge()
                                .filter(age -> Duration.between(begun, now).compareTo(age) >= 0)
                                .isPresent());
    }

    private static int afterFirstLine(ByteBuffer bytes) {
        for (int i = bytes.position(); i < bytes.limit(); i++) {
            if (bytes.get(i) == '\n') {
                return i + 1;
            }
        }
        return -1;
    }

    private void append(ByteBuffer bytes, Instant now) throws IOException {
        if (!bytes.hasRemaining()) {
            return;
        }
        times.note(size, now);
        while (bytes.hasRemaining()) {
            int taken = out.write(bytes);
            size += taken;
            if (taken > 0) {
                lineEnded = bytes.get(bytes.position() - 1) == '\n';
            }
        }
    }

    /**
     * Writes a line of Proa's own, whole or not at all.
     *
     * @throws IOException if the disk does not take it
     */
    void mark(String text) throws IOException {
        var line = (lineEnded ? "" : "\n") + text + "\n";
        long before = size;
        boolean ended = lineEnded;
        try {
            append(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)), clock.instant());
        } catch (IOException e) {
            out.truncate(before);
            size = before;
            lineEnded = ended;
            throw e;
        }
    }

    /** Goes on in a new file; where that cannot be made, in this one. */
    private void turn(Instant now) throws IOException {
        try {
            packer.turn();
        } catch (IOException e) {
            fullAt = size + rules.maxFile() / 8 + 1;
            begun = now;
            return;
        }
        // From here on the name is free: a failure leaves it to the next opening.
        out.close();
        times.close();
        out = append(files.file());
        size = out.size();
        fullAt = rules.maxFile();
        begun = now;
        lineEnded = true;
        times = LogTimesWriter.open(files.times(), files.file(), size);
        packer.wake();
    }

    @Override
    public void close() throws IOException {
        times.close();
        out.close();
    }
}
