package dev.proa.eventlog;

import java.util.List;
import java.util.stream.Stream;

/**
 * What version 3 adds: which call of a tool an event tells of, so that a call that several sources
 * tell of is one call for the statistics of tools. What older versions stored counts as it did.
 */
final class CallTables {
    /** The name of the call, and whether the statistics of tools count this event for it. */
    private static final List<String> EVENTS =
            List.of(
                    "ALTER TABLE events ADD COLUMN call_id TEXT",
                    "ALTER TABLE events ADD COLUMN call_counted INTEGER NOT NULL DEFAULT 1",
                    "CREATE INDEX events_call ON events (session_id, call_id)"
                            + " WHERE call_id IS NOT NULL",
                    "ALTER TABLE rollup ADD COLUMN repeats INTEGER NOT NULL DEFAULT 0");

    static final List<String> ALL =
            Stream.concat(EVENTS.stream(), DayTables.REPEATS.stream()).toList();

    private CallTables() {}
}
