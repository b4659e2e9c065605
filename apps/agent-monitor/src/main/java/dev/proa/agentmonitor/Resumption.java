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
     * @param missed how many events at most; empty if nobody knows
     */
    record Gap(Cause cause, String from, Optional<Long> missed) {}

    /** Without a place: from now on. */
    static Resumption live(EventReplay.Span span) {
        return new Resumption(span.latest(), Optional.empty());
    }

    /** From the place that a client names. */
    static Resumption from(String place, EventReplay.Span span) {
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
        if (span.latest() - number > MOST_REPLAYED) {
            var after = span.latest() - MOST_REPLAYED;
            return new Resumption(
                    after,
                    Optional.of(new Gap(Cause.TOO_MANY, place, Optional.of(after - number))));
        }
        if (number + 1 < span.oldest()) {
            var after = span.oldest() - 1;
            return new Resumption(
                    after, Optional.of(new Gap(Cause.PRUNED, place, Optional.of(after - number))));
        }
        return new Resumption(number, Optional.empty());
    }

    private static Resumption lost(Cause cause, String place, EventReplay.Span span) {
        return new Resumption(span.latest(), Optional.of(new Gap(cause, place, Optional.empty())));
    }
}
