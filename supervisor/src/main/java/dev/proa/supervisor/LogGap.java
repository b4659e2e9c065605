package dev.proa.supervisor;

import java.nio.ByteBuffer;
import java.util.Locale;

/** Output that is missing at one place of a log. */
record LogGap(long bytes, long lines, String reason) {
    static final LogGap NONE = new LogGap(0, 0, "");

    /** That of what remains in {@code bytes}; the lines are those that end in it. */
    static LogGap of(ByteBuffer bytes, String reason) {
        long lines = 0;
        for (int i = bytes.position(); i < bytes.limit(); i++) {
            if (bytes.get(i) == '\n') {
                lines++;
            }
        }
        return new LogGap(bytes.remaining(), lines, reason);
    }

    /** With what is missing right behind it, and its reason. */
    LogGap and(LogGap more) {
        return more.isNone()
                ? this
                : new LogGap(bytes + more.bytes, lines + more.lines, more.reason);
    }

    boolean isNone() {
        return bytes == 0;
    }

    /** The line that stands in its place. */
    String marker() {
        return String.format(
                Locale.ROOT, "[proa: %d bytes / %d lines dropped: %s]", bytes, lines, reason);
    }
}
