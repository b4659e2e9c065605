package dev.proa.runtime;

import dev.proa.core.Redaction;
import dev.proa.supervisor.LogFiles;
import dev.proa.supervisor.LogPart;
import dev.proa.supervisor.LogTimes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads a sidecar's log for people, line by line: from a place near its end, over all its files,
 * and on behind them while they are written and turned. It holds one line, however long the log and
 * its lines are. Not thread-safe.
 */
public final class LogReader implements AutoCloseable {
    /** The most lines from the end that can be asked for; more means all. */
    public static final int MOST_LINES = LogStart.MOST_LINES;

    private static final int TRIES = 20;

    private final LogFiles files;
    private final Redaction redaction;
    private final LineBuffer line = new LineBuffer();
    private final byte[] bytes = new byte[64 * 1024];
    private int next; // in bytes
    private int limit; // in bytes
    private long position; // in the part, of bytes[limit]
    private boolean skipping; // to the end of a line whose beginning was not read
    private @Nullable LogPart part;
    private OptionalLong key = OptionalLong.empty();
    private @Nullable InputStream in;
    private Optional<LogTimes> times = Optional.empty();

    /** Reads all of it, unless told otherwise by {@link #begin}. It may not exist yet. */
    public LogReader(Path dataFolder, String sidecar, Redaction redaction) {
        this.files = LogFiles.of(dataFolder, sidecar);
        this.redaction = redaction;
    }

    /** The names of those that have a log in a data folder, in order. */
    public static List<String> in(Path dataFolder) throws IOException {
        return LogFiles.in(dataFolder).stream().map(LogFiles::sidecar).toList();
    }

    /** As {@link #in}, of sidecars alone: a dump of one, {@code ID.dump}, has a log of its own. */
    public static List<String> ofSidecars(Path dataFolder) throws IOException {
        return in(dataFolder).stream().filter(name -> name.indexOf('.') < 0).toList();
    }

    /** Begins at the last {@code lines} lines, or at those of them that came since then. */
    public void begin(long lines, Optional<Instant> since) throws IOException {
        for (int tries = 1; ; tries++) {
            try {
                var parts = files.parts();
                if (!parts.isEmpty()) {
                    var start = LogStart.of(files, parts, lines, since);
                    open(parts.get(start.part()), start.offset());
                }
                return;
            } catch (NoSuchFileException e) {
                if (tries == TRIES) { // turned, packed or dropped between the listing and the use
                    throw e;
                }
            }
        }
    }

    private void open(LogPart from, long offset) throws IOException {
        var itself = from.key();
        var opened = from.open();
        if (!itself.equals(keyOf(from))) { // turned just now: this may be the one before or after
            opened.close();
            throw new NoSuchFileException(from.path().toString());
        }
        close();
        part = from;
        in = opened;
        key = itself;
        times = timesOfPart();
        next = 0;
        limit = 0;
        position = 0;
        skipping = false;
        int last = '\n';
        while (position < offset) {
            int count = opened.read(bytes, 0, (int) Math.min(bytes.length, offset - position));
            if (count < 0) {
                break;
            }
            position += count;
            last = bytes[count - 1];
        }
        skipping = last != '\n';
    }

    /** The next finished line; empty if there is none at present. */
    public Optional<LogLine> next() throws IOException {
        do {
            while (next < limit) {
                byte one = bytes[next++];
                if (one == '\n') {
                    boolean skipped = skipping;
                    skipping = false;
                    if (!skipped) {
                        startWith(one);
                        return Optional.of(line.take(redaction));
                    }
                } else if (!skipping) {
                    startWith(one);
                    line.add(one);
                }
            }
        } while (more());
        return Optional.empty();
    }

    /** What was written of a line that is not finished; it is not given again. */
    public Optional<LogLine> rest() {
        return line.isEmpty() ? Optional.empty() : Optional.of(line.take(redaction));
    }

    private void startWith(byte one) {
        if (line.begins(one)) {
            long offset = position - limit + next - 1;
            line.begin(times.flatMap(known -> known.at(offset)));
        }
    }

    private boolean more() throws IOException {
        var from = in;
        if (from == null) {
            return openFirst();
        }
        if (fill(from)) {
            return true;
        }
        var now = part;
        if (now == null || present(now)) {
            return false;
        }
        // It was turned, and what was written just before that counts.
        return fill(from) || openNext();
    }

    private boolean fill(InputStream from) throws IOException {
        int count = from.read(bytes);
        if (count <= 0) {
            return false;
        }
        next = 0;
        limit = count;
        position += count;
        times = times.map(LogTimes::renewed).or(this::timesOfPart);
        return true;
    }

    private Optional<LogTimes> timesOfPart() {
        return key.isPresent() ? LogTimes.of(files, key.getAsLong()) : Optional.empty();
    }

    /** Whether a part is the one that is written now, and has not begun anew. */
    private boolean present(LogPart now) throws IOException {
        if (!now.path().equals(files.file())) {
            return false;
        }
        try {
            return new LogPart(files.file(), false).key().equals(key)
                    && Files.size(files.file()) >= position;
        } catch (NoSuchFileException e) {
            return true; // between two files
        }
    }

    private boolean openFirst() throws IOException {
        var parts = files.parts();
        return !parts.isEmpty() && opened(parts.getFirst());
    }

    private boolean openNext() throws IOException {
        var parts = files.parts();
        for (int i = 0; i < parts.size(); i++) {
            if (key.equals(keyOf(parts.get(i)))) {
                boolean emptied = parts.get(i).path().equals(files.file());
                return emptied
                        ? opened(parts.get(i))
                        : i + 1 < parts.size() && opened(parts.get(i + 1));
            }
        }
        return !parts.isEmpty() && opened(afterPacked(parts));
    }

    /** The part behind the one that was read and has been packed since: that has its size. */
    private LogPart afterPacked(List<LogPart> parts) throws IOException {
        for (int i = parts.size() - 2; i >= 0; i--) {
            if (parts.get(i).gz() && parts.get(i).packedSize() == (position & 0xFFFF_FFFFL)) {
                return parts.get(i + 1);
            }
        }
        return parts.getLast();
    }

    private static OptionalLong keyOf(LogPart part) throws IOException {
        try {
            return part.key();
        } catch (NoSuchFileException e) {
            return OptionalLong.empty();
        }
    }

    private boolean opened(LogPart from) throws IOException {
        try {
            open(from, 0);
            return true;
        } catch (NoSuchFileException e) {
            return false; // turned just now; the next call finds it
        }
    }

    @Override
    public void close() throws IOException {
        var old = in;
        in = null;
        if (old != null) {
            old.close();
        }
    }
}
