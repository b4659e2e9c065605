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
        long unpriced,
        long filesEdited,
        long linesAdded,
        long linesRemoved) {
    static final SessionCounts NONE = new SessionCounts(0, 0, 0, 0, 0, 0, null, 0, 0, 0, 0);

    /** What {@link #stored} reads and {@link #bind} writes, in that order. */
    static final String COLUMNS =
            "event_count, errors, tokens_in, tokens_out, cache_read_tokens, cache_write_tokens,"
                    + " cost_nanos, unpriced_events, files_edited, lines_added, lines_removed";

    /** How many those are. */
    static final int COLUMN_COUNT = 11;

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
                row.getLong(place + 10));
    }

    void bind(PreparedStatement to, int place) throws SQLException {
        to.setLong(place, events);
        to.setLong(place + 1, errors);
        to.setLong(place + 2, tokensIn);
        to.setLong(place + 3, tokensOut);
        to.setLong(place + 4, cacheRead);
        to.setLong(place + 5, cacheWrite);
        to.setObject(place + 6, costNanos, Types.INTEGER);
        to.setLong(place + 7, unpriced);
        to.setLong(place + 8, filesEdited);
        to.setLong(place + 9, linesAdded);
        to.setLong(place + 10, linesRemoved);
    }

    /** With one more stored event. */
    SessionCounts plus(EventRow row, NewEvent.Edit edit, boolean newFile) {
        var counted = row.usage().counted();
        var used =
                row.tokensIn() > 0
                        || row.tokensOut() > 0
                        || row.cacheReadTokens() > 0
                        || row.cacheWriteTokens() > 0;
        return new SessionCounts(
                events + 1,
                errors + (row.failed() ? 1 : 0),
                counted ? Sums.plus(tokensIn, row.tokensIn()) : tokensIn,
                counted ? Sums.plus(tokensOut, row.tokensOut()) : tokensOut,
                counted ? Sums.plus(cacheRead, row.cacheReadTokens()) : cacheRead,
                counted ? Sums.plus(cacheWrite, row.cacheWriteTokens()) : cacheWrite,
                counted ? Sums.plusKnown(costNanos, row.costNanos()) : costNanos,
                unpriced + (counted && used && row.costNanos() == null ? 1 : 0),
                filesEdited + (newFile ? 1 : 0),
                Sums.plus(linesAdded, edit.added()),
                Sums.plus(linesRemoved, edit.removed()));
    }
}
