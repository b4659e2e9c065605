package dev.proa.eventlog;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

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

    /** Binds ?1 (hours from), ?2 and ?3 (events from and to), ?4 (agent), ?5 (days from). */
    void bind(PreparedStatement to, @Nullable String agent) throws SQLException {
        to.setLong(1, hours);
        to.setLong(2, events);
        to.setLong(3, hours);
        to.setString(4, agent);
        to.setLong(5, days);
    }
}
