package dev.proa.runtime;

import dev.proa.supervisor.LogFiles;
import dev.proa.supervisor.LogPart;
import dev.proa.supervisor.LogTimes;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where in a log to begin reading.
 *
 * @param part which of the parts, counted from the oldest
 * @param offset the first byte in it; if that is in the middle of a line, the next one is meant
 */
record LogStart(int part, long offset) {
    /** Behind the last byte of a part. */
    static final long END = Long.MAX_VALUE;

    /** More lines than this are not counted: all are meant. */
    static final int MOST_LINES = 1_000_000;

    private static final int BLOCK = 256 * 1024;

    /** The place from which the last {@code lines} lines that came since then are read. */
    static LogStart of(LogFiles files, List<LogPart> parts, long lines, Optional<Instant> since)
            throws IOException {
        var newlines = new Newlines(lines);
        for (int i = parts.size() - 1; i >= 0; i--) {
            var part = parts.get(i);
            long first = since.isPresent() ? first(files, part, since.get()) : 0;
            if (first < 0) {
                return i + 1 < parts.size() ? new LogStart(i + 1, 0) : new LogStart(i, END);
            }
            long offset = newlines.back(part, first);
            if (offset >= 0) {
                return new LogStart(i, offset);
            }
            if (first > 0) {
                return new LogStart(i, first);
            }
        }
        return new LogStart(0, 0);
    }

    /** The first byte of a part that may have come since then; -1 for none. */
    private static long first(LogFiles files, LogPart part, Instant since) throws IOException {
        var times = LogTimes.of(files, part);
        if (times.isPresent()) {
            return times.get().from(since).orElse(-1);
        }
        return Files.getLastModifiedTime(part.path()).toInstant().isBefore(since) ? -1 : 0;
    }

    /** Counts line ends from the end of the log backwards. */
    private static final class Newlines {
        private long wanted; // line ends still to be found; the line behind the last is the first
        private boolean begun;

        Newlines(long lines) {
            this.wanted = lines;
        }

        /** Where to begin in this part; -1 if that is in an older one. */
        long back(LogPart part, long first) throws IOException {
            if (wanted > MOST_LINES) {
                return -1;
            }
            return part.gz() ? packed(part, first) : raw(part, first);
        }

        private long raw(LogPart part, long first) throws IOException {
            try (var file = new RandomAccessFile(part.path().toFile(), "r")) {
                var block = new byte[BLOCK];
                for (long end = file.length(); end > first; end -= BLOCK) {
                    long from = Math.max(first, end - BLOCK);
                    int count = (int) (end - from);
                    file.seek(from);
                    file.readFully(block, 0, count);
                    for (int i = count - 1; i >= 0; i--) {
                        if (found(block[i])) {
                            return from + i + 1;
                        }
                    }
                }
            }
            return -1;
        }

        /** A finished last line ends with the end: that one is not counted. */
        private boolean found(byte next) {
            boolean last = !begun;
            begun = true;
            return next == '\n' && !last && --wanted == 0;
        }

        private long packed(LogPart part, long first) throws IOException {
            try (var in = part.open()) {
                in.skipNBytes(first);
                var ends = new long[(int) wanted + 1];
                long seen = ends(in, first, ends);
                int beyond = begun || seen == 0 || !endsWithLine(ends, seen) ? 0 : 1;
                begun = true;
                if (seen - beyond >= wanted) {
                    return ends[(int) ((seen - beyond - wanted) % ends.length)];
                }
                wanted -= seen - beyond;
                return -1;
            }
        }

        private long size; // of the packed part that was read last

        private long ends(InputStream in, long first, long[] ends) throws IOException {
            long seen = 0;
            long at = first;
            var block = new byte[BLOCK];
            for (int count = in.read(block); count >= 0; count = in.read(block)) {
                for (int i = 0; i < count; i++) {
                    at++;
                    if (block[i] == '\n') {
                        ends[(int) (seen++ % ends.length)] = at;
                    }
                }
            }
            size = at;
            return seen;
        }

        private boolean endsWithLine(long[] ends, long seen) {
            return ends[(int) ((seen - 1) % ends.length)] == size;
        }
    }
}
