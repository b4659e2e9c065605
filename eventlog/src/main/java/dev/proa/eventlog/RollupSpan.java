package dev.proa.eventlog;

import java.util.OptionalLong;

/**
 * From when on something is summed up, in three parts: single events up to the first whole hour,
 * hours up to the first whole day by UTC, and days from there on. Milliseconds since 1970.
 */
record RollupSpan(long events, long hours, long days) {
    static RollupSpan since(OptionalLong moment) {
        if (moment.isEmpty()) {
            return new RollupSpan(Long.MIN_VALUE, Long.MIN_VALUE, Long.MIN_VALUE);
        }
        var from = moment.getAsLong();
        var hours = Tally.hour(from + Tally.HOUR - 1);
        return new RollupSpan(from, hours, DayTables.day(hours + DayTables.DAY - 1));
    }
}
