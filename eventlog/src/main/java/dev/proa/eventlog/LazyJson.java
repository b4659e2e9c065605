package dev.proa.eventlog;

import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A JSON text that is written when somebody first asks for it: most of what is stored has no reader
 * at that moment. Safe to use from any thread.
 */
public final class LazyJson {
    private @Nullable Supplier<byte[]> writing; // until it is written; guarded by this
    private byte @Nullable [] written; // guarded by this

    /** A text that {@code writing} gives, in UTF-8; asked once, and let go then. */
    public LazyJson(Supplier<byte[]> writing) {
        this.writing = writing;
    }

    synchronized byte[] bytes() {
        var bytes = written;
        if (bytes == null) {
            bytes = Objects.requireNonNull(writing).get();
            written = bytes;
            writing = null;
        }
        return bytes;
    }
}
