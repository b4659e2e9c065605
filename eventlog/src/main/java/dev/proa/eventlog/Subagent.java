package dev.proa.eventlog;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Who works for a session, with what its own events add up to. Times are milliseconds since 1970.
 *
 * @param name what kind of sub-agent it is; null if nobody said
 * @param status active, idle or ended
 * @param costNanos sum of the known costs in US dollars times 10^9; null if none is known
 */
record Subagent(
        String id,
        @Nullable String name,
        String status,
        long startedMillis,
        long lastEventMillis,
        @Nullable Long endedMillis,
        long events,
        long tokensIn,
        long tokensOut,
        @Nullable Long costNanos) {
    /** What {@link #stored} reads and {@link #bind} writes, in that order. */
    static final String COLUMNS =
            "session_id, id, name, status, started_at, last_event_at, ended_at, event_count,"
                    + " tokens_in, tokens_out, cost_nanos";

    /** How many those are. */
    static final int COLUMN_COUNT = 11;

    static Subagent begunBy(String id, EventRow row) {
        var at = row.happenedMillis();
        return new Subagent(id, null, Lifecycle.ACTIVE, at, at, null, 0, 0, 0, null);
    }

    static Subagent stored(ResultSet row) throws SQLException {
        return new Subagent(
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getLong(5),
                row.getLong(6),
                Columns.whole(row, 7),
                row.getLong(8),
                row.getLong(9),
                row.getLong(10),
                Columns.whole(row, 11));
    }

    void bind(PreparedStatement to, String sessionId) throws SQLException {
        to.setString(1, sessionId);
        to.setString(2, id);
        to.setString(3, name);
        to.setString(4, status);
        to.setLong(5, startedMillis);
        to.setLong(6, lastEventMillis);
        to.setObject(7, endedMillis, Types.INTEGER);
        to.setLong(8, events);
        to.setLong(9, tokensIn);
        to.setLong(10, tokensOut);
        to.setObject(11, costNanos, Types.INTEGER);
    }

    /** With one more event of its own, but without what it used. */
    Subagent after(EventRow row, EventTexts texts) {
        var ends = "SubagentStop".equals(texts.hook()) || row.eventType().equals("session_end");
        var at = row.happenedMillis();
        return new Subagent(
                id,
                texts.agentName() == null || row.toolName() != null ? name : texts.agentName(),
                ends ? Lifecycle.ENDED : Lifecycle.ACTIVE,
                Math.min(startedMillis, at),
                Math.max(lastEventMillis, at),
                ends ? (Long) at : null,
                events + 1,
                tokensIn,
                tokensOut,
                costNanos);
    }

    /** With what an event of its own used added or, if {@code sign} is -1, taken away. */
    Subagent count(EventRow row, int sign) {
        var cost = row.costNanos();
        return new Subagent(
                id,
                name,
                status,
                startedMillis,
                lastEventMillis,
                endedMillis,
                events,
                Sums.add(tokensIn, sign * row.tokensIn()),
                Sums.add(tokensOut, sign * row.tokensOut()),
                cost == null
                        ? costNanos
                        : (Long) Sums.add(costNanos == null ? 0 : costNanos, sign * cost));
    }

    /** As silence has made it. */
    Subagent aged(long now, Lifecycle rules) {
        var next = rules.status(status, lastEventMillis, now);
        if (next.equals(status)) {
            return this;
        }
        return new Subagent(
                id,
                name,
                next,
                startedMillis,
                lastEventMillis,
                next.equals(Lifecycle.ENDED) ? (Long) lastEventMillis : endedMillis,
                events,
                tokensIn,
                tokensOut,
                costNanos);
    }

    void write(JsonGenerator out) {
        out.writeStartObject();
        Json.text(out, "id", id);
        Json.text(out, "name", name);
        Json.text(out, "status", status);
        Json.time(out, "started_at", startedMillis);
        Json.time(out, "last_event_at", lastEventMillis);
        Json.time(out, "ended_at", endedMillis);
        out.writeNumberProperty("event_count", events);
        out.writeNumberProperty("tokens_in", tokensIn);
        out.writeNumberProperty("tokens_out", tokensOut);
        Json.dollars(out, "total_cost_usd", costNanos);
        out.writeEndObject();
    }
}
