package dev.proa.eventlog;

import dev.proa.core.Problem;
import java.time.Duration;
import java.util.List;

/** How an append ended. */
sealed interface Appended {
    /** On the disk: the ids of the stored events in order, and how many were known already. */
    record Stored(List<Long> ids, int duplicates) implements Appended {
        public Stored {
            ids = List.copyOf(ids);
        }
    }

    /** Too much waits already; nothing was taken. */
    record Busy(Duration retryAfter) implements Appended {}

    /** Nothing of it was stored. */
    record Failed(Problem problem) implements Appended {}
}
