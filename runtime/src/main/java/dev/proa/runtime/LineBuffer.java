package dev.proa.runtime;

import dev.proa.core.Redaction;
import java.time.Instant;
import java.util.Optional;

/**
 * The line that is being read: as much of it as is looked at, however long it is. A carriage return
 * that does not end the line begins it anew.
 */
final class LineBuffer {
    private final byte[] bytes = new byte[LogText.WINDOW];
    private int length;
    private long total;
    private boolean returned;
    private Optional<Instant> at = Optional.empty();

    boolean isEmpty() {
        return total == 0;
    }

    /** Whether {@code next} would begin a line, or begin it anew. */
    boolean begins(byte next) {
        return total == 0 || (returned && next != '\r' && next != '\n');
    }

    void begin(Optional<Instant> when) {
        length = 0;
        total = 0;
        returned = false;
        at = when;
    }

    void add(byte next) {
        if (next == '\r') {
            returned = true;
        }
        if (length < bytes.length) {
            bytes[length++] = next;
        }
        total++;
    }

    /** The line, and an empty buffer. */
    LogLine take(Redaction redaction) {
        var line = new LogLine(at, LogText.shown(bytes, length, total, redaction));
        begin(Optional.empty());
        return line;
    }
}
