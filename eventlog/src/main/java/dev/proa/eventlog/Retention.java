package dev.proa.eventlog;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which events have been kept long enough. */
final class Retention {
    private Retention() {}

    /**
     * The moment before which events may go, for each type that is not kept for ever, in
     * milliseconds since 1970. An event's age counts from when it was stored: clocks of senders may
     * be wrong, and a history of long ago that was imported today shall not be gone tomorrow.
     */
    static SortedMap<String, Long> cutoffs(
            Iterable<String> types, SettingValues.Retention wanted, long now) {
        var cutoffs = new TreeMap<String, Long>();
        for (var type : types) {
            days(type, wanted.days(), wanted.kinds())
                    .ifPresent(days -> cutoffs.put(type, now - Duration.ofDays(days).toMillis()));
        }
        return cutoffs;
    }

    private static OptionalInt days(
            String type, OptionalInt usual, Map<String, OptionalInt> kinds) {
        var own = kinds.get(type);
        return own == null ? usual : own;
    }
}
