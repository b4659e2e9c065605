package dev.proa.eventlog;

import java.util.OptionalLong;

/**
 * A time over which something is summed up, in five parts, each of which may be empty: single
 * events up to the first whole hour, hours up to the first whole day by UTC, days, hours after the
 * last whole day, and events after the last whole hour. Milliseconds since 1970, never falling.
 */
record RollupSpan(long events, long hours, long days, long daysEnd, long hoursEnd, long eventsEnd) {
    static RollupSpan since(OptionalLong moment) {
        return between(moment, OptionalLong.empty());
    }

    /** Both moments are within. */
    static RollupSpan between(OptionalLong since, OptionalLong until) {
        var from = since.orElse(Long.MIN_VALUE);
        var to = until.isEmpty() ? Long.MAX_VALUE : Math.max(from, until.getAsLong() + 1);
        var hours = since.isEmpty() ? from : Tally.hour(from + Tally.HOUR - 1);
        var hoursEnd = until.isEmpty() ? to : Tally.hour(to);
        if (hours > hoursEnd) {
            return new RollupSpan(from, to, to, to, to, to);
        }
        var days = since.isEmpty() ? from : DayTables.day(hours + DayTables.DAY - 1);
        var daysEnd = until.isEmpty() ? to : DayTables.day(hoursEnd);
        if (days > daysEnd) {
            return new RollupSpan(from, hours, hoursEnd, hoursEnd, hoursEnd, to);
        }
        return new RollupSpan(from, hours, days, daysEnd, hoursEnd, to);
    }
}
