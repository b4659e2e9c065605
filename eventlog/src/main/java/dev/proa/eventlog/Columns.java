package dev.proa.eventlog;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Reads columns that may be NULL, and whole event rows. */
final class Columns {
    /** What {@link #event} reads, in that order. */
    static final String EVENT =
            "id, event_id, session_id, agent_type, event_type, tool_name, status, tokens_in,"
                    + " tokens_out, branch, project, duration_ms, created_at, client_timestamp,"
                    + " metadata, payload_truncated, model, cost_nanos, cache_read_tokens,"
                    + " cache_write_tokens, source, cache_write_hour_tokens, given_cost_nanos,"
                    + " computed_cost_nanos, prices, counted, message_id, request_id, subagent,"
                    + " metered, duplicate_of, call_id, call_counted";

    /** How many those are. */
    static final int EVENT_COUNT = 33;

    private Columns() {}

    static @Nullable Long whole(ResultSet row, int column) throws SQLException {
        var value = row.getLong(column);
        return row.wasNull() ? null : (Long) value;
    }

    static EventRow event(ResultSet row) throws SQLException {
        return new EventRow(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                row.getString(7),
                row.getLong(8),
                row.getLong(9),
                row.getString(10),
                row.getString(11),
                whole(row, 12),
                row.getLong(13),
                whole(row, 14),
                StoredText.read(row, 15),
                row.getInt(16) != 0,
                row.getString(17),
                whole(row, 18),
                row.getLong(19),
                row.getLong(20),
                row.getString(21),
                new EventRow.Usage(
                        row.getLong(22),
                        whole(row, 23),
                        whole(row, 24),
                        row.getString(25),
                        row.getInt(26) != 0,
                        whole(row, 31)),
                new NewEvent.Identity(
                        row.getString(27),
                        row.getString(28),
                        row.getString(29),
                        row.getInt(30) != 0),
                new EventRow.Call(row.getString(32), row.getInt(33) != 0));
    }
}
