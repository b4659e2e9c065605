package dev.proa.agentmonitor;

import dev.proa.eventlog.EventReplay;
import java.util.Locale;
import java.util.Optional;

/**
 * From where a client that was away goes on, and what it has missed for good. Pure.
 *
 * @param after the id of the event after which the stream goes on
 */
record Resumption(long after, Optional<Gap> gap) {
    /** As many missed events are sent again; of more, the newest. */
    static final long MOST_REPLAYED = 10_000;

    /** Why events cannot be sent again. */
    enum Cause {
        /** The place is one of another log. */
        OTHER_LOG,
        /** The place is no place of the stream. */
        UNKNOWN_PLACE,
        /** The log does not reach as far as the place: it was put back from a copy. */
        AHEAD,
        /** The events are no longer kept. */
        PRUNED,
        /** There are more than are sent again. */
        TOO_MANY;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What is missing.
     *
     * @param from the place that the client named
     * @param missed how many events that it would have been sent, of those that are gone at most;
     *     empty if nobody knows
     */
    record Gap(Cause cause, String from, Optional<Long> missed) {}

    /** Where the newest of what a client missed after an id begin. */
    @FunctionalInterface
    interface Missed {
        EventReplay.Newest after(long id) throws InterruptedException;
    }

    /** Without a place: from now on. */
    static Resumption live(EventReplay.Span span) {
        return new Resumption(span.latest(), Optional.empty());
    }

    /** From the place that a client names. */
    static Resumption from(String place, EventReplay.Span span, Missed missed)
            throws InterruptedException {
        var cursor = StreamCursor.of(place, span.epoch());
        if (cursor.isEmpty()) {
            return lost(Cause.UNKNOWN_PLACE, place, span);
        }
        var number = cursor.get().number();
        if (cursor.get().epoch() != span.epoch()) {
            return lost(Cause.OTHER_LOG, place, span);
        }
        if (number > span.latest()) {
            return lost(Cause.AHEAD, place, span);
        }
        if (number + 1 < span.oldest()) {
            var kept = missed.after(span.oldest() - 1);
            return partly(Cause.PRUNED, place, kept, span.oldest() - 1 - number + kept.left());
        }
        var newest = missed.after(number);
        return newest.left() == 0
                ? new Resumption(number, Optional.empty())
                : partly(Cause.TOO_MANY, place, newest, newest.left());
    }

    private static Resumption partly(
            Cause cause, String place, EventReplay.Newest newest, long left) {
        return new Resumption(
                newest.after(), Optional.of(new Gap(cause, place, Optional.of(left))));
    }

    private static Resumption lost(Cause cause, String place, EventReplay.Span span) {
        return new Resumption(span.latest(), Optional.of(new Gap(cause, place, Optional.empty())));
    }
}
