package dev.proa.supervisor;

import dev.proa.core.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Notes when the bytes of the part that is written now came: at most once a millisecond, and at
 * most {@link #MOST} times a part; when that is reached, every second note goes and the next ones
 * are made as rarely. What it cannot write is left out: a log without times is better than none.
 */
final class LogTimesWriter implements AutoCloseable {
    static final int MOST = 128 * 1024;

    private final int most;
    private final ByteBuffer entry = ByteBuffer.allocate(LogTimes.ENTRY);
    private @Nullable Path file;
    private @Nullable FileChannel out;
    private long count;
    private Instant last = Instant.MIN;
    private Duration apart = Duration.ofMillis(1);

    private LogTimesWriter(int most) {
        this.most = most;
    }

    /** For {@code part}, which has {@code size} bytes now. */
    static LogTimesWriter open(Path folder, Path part, long size) {
        return open(folder, part, size, MOST);
    }

    static LogTimesWriter open(Path folder, Path part, long size, int most) {
        var writer = new LogTimesWriter(most);
        try {
            var key = LogPart.key(part);
            if (key.isPresent()) {
                AtomicFile.ownFolder(LogTimes.parent(folder));
                AtomicFile.ownFolder(folder);
                writer.begin(LogTimes.file(folder, key.getAsLong()), size);
            }
        } catch (IOException e) {
            writer.close();
        }
        return writer;
    }

    private void begin(Path path, long size) throws IOException {
        file = path;
        var channel =
                FileChannel.open(
                        path,
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                        AtomicFile.ownerOnly(path));
        out = channel;
        // An inode is used again: what an earlier file of that number left behind is not ours.
        boolean ours =
                size > 0 && LogTimes.read(path).filter(times -> times.within(size)).isPresent();
        channel.truncate(ours ? channel.size() / LogTimes.ENTRY * LogTimes.ENTRY : 0);
        count = channel.size() / LogTimes.ENTRY;
    }

    /** The bytes from {@code offset} on came now. */
    void note(long offset, Instant now) {
        if (out == null || Duration.between(last, now).abs().compareTo(apart) < 0) {
            return;
        }
        try {
            entry.clear().putLong(offset).putLong(now.toEpochMilli()).flip();
            while (entry.hasRemaining()) {
                out.write(entry);
            }
            last = now;
            count++;
            if (count >= most) {
                thin();
            }
        } catch (IOException e) {
            close();
        }
    }

    /** Leaves out every second note, and makes the next ones as rare as these then are. */
    private void thin() throws IOException {
        if (file == null || out == null) {
            return;
        }
        var all = ByteBuffer.wrap(Files.readAllBytes(file));
        var half = ByteBuffer.allocate(all.limit() / 2 + LogTimes.ENTRY);
        for (int i = 0; i + LogTimes.ENTRY <= all.limit(); i += 2 * LogTimes.ENTRY) {
            half.put(all.slice(i, LogTimes.ENTRY));
        }
        half.flip();
        count = half.limit() / LogTimes.ENTRY;
        var span = last.toEpochMilli() - half.getLong(Long.BYTES);
        apart = Duration.ofMillis(Math.max(apart.toMillis(), span / count));
        var bytes = new byte[half.limit()];
        half.get(bytes);
        new AtomicFile(file).write(bytes);
        out.close();
        out = FileChannel.open(file, StandardOpenOption.APPEND);
    }

    @Override
    public void close() {
        var open = out;
        out = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException _) {
                // Only times are lost, and there is nobody to tell who could do anything about it.
            }
        }
    }
}
