package dev.proa.eventlog;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import org.jspecify.annotations.Nullable;

/**
 * What a session's events add up to. Use that another event tells of, too, is not counted twice.
 *
 * @param errors events that failed
 * @param costNanos sum of the known costs in US dollars times 10^9; null if none is known
 * @param priced counted events that used something at a known cost
 * @param unpriced counted events that used tokens and have no known cost
 * @param filesEdited how many different files were edited
 */
record SessionCounts(
        long events,
        long errors,
        long tokensIn,
        long tokensOut,
        long cacheRead,
        long cacheWrite,
        @Nullable Long costNanos,
        long priced,
        long unpriced,
        long filesEdited,
        long linesAdded,
        long linesRemoved) {
    static final SessionCounts NONE = new SessionCounts(0, 0, 0, 0, 0, 0, null, 0, 0, 0, 0, 0);

    /** What {@link #stored} reads and {@link #bind} writes, in that order. */
    static final String COLUMNS =
            "event_count, errors, tokens_in, tokens_out, cache_read_tokens, cache_write_tokens,"
                    + " cost_nanos, priced_events, unpriced_events, files_edited, lines_added, lines_removed";

    /** How many those are. */
    static final int COLUMN_COUNT = 12;

    static SessionCounts stored(ResultSet row, int place) throws SQLException {
        return new SessionCounts(
                row.getLong(place),
                row.getLong(place + 1),
                row.getLong(place + 2),
                row.getLong(place + 3),
                row.getLong(place + 4),
                row.getLong(place + 5),
                Columns.whole(row, place + 6),
                row.getLong(place + 7),
                row.getLong(place + 8),
                row.getLong(place + 9),
                row.getLong(place + 10),
                row.getLong(place + 11));
    }

    void bind(PreparedStatement to, int place) throws SQLException {
        to.setLong(place, events);
        to.setLong(place + 1, errors);
        to.setLong(place + 2, tokensIn);
        to.setLong(place + 3, tokensOut);
        to.setLong(place + 4, cacheRead);
        to.setLong(place + 5, cacheWrite);
        to.setObject(place + 6, costNanos, Types.INTEGER);
        to.setLong(place + 7, priced);
        to.setLong(place + 8, unpriced);
        to.setLong(place + 9, filesEdited);
        to.setLong(place + 10, linesAdded);
        to.setLong(place + 11, linesRemoved);
    }

    /** With one more stored event, but without what it used. */
    SessionCounts plus(EventRow row, NewEvent.Edit edit, boolean newFile) {
        return new SessionCounts(
                events + 1,
                errors + (row.failed() ? 1 : 0),
                tokensIn,
                tokensOut,
                cacheRead,
                cacheWrite,
                costNanos,
                priced,
                unpriced,
                filesEdited + (newFile ? 1 : 0),
                Sums.plus(linesAdded, edit.added()),
                Sums.plus(linesRemoved, edit.removed()));
    }

    /** With what an event used added or, if {@code sign} is -1, taken away. */
    SessionCounts count(EventRow row, int sign) {
        var cost = row.costNanos();
        var known = priced + (cost == null ? 0 : sign);
        var sum = Sums.add(costNanos == null ? 0 : costNanos, cost == null ? 0 : sign * cost);
        return new SessionCounts(
                events,
                errors,
                Sums.add(tokensIn, sign * row.tokensIn()),
                Sums.add(tokensOut, sign * row.tokensOut()),
                Sums.add(cacheRead, sign * row.cacheReadTokens()),
                Sums.add(cacheWrite, sign * row.cacheWriteTokens()),
                known > 0 ? (Long) sum : null,
                known,
                unpriced + (cost == null ? sign : 0),
                filesEdited,
                linesAdded,
                linesRemoved);
    }
}
