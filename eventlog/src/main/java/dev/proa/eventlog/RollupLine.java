package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * A line of the roll-up of a day, or of what is left of one; tool and model are empty where events
 * have none.
 *
 * @param errors of calls that count, as are durations
 * @param durationMs of all events that have one, in milliseconds
 * @param timed how many those are
 * @param repeats how many events tell of a call that another one counts for
 */
record RollupLine(
        String agentType,
        String eventType,
        String toolName,
        String model,
        String source,
        long events,
        long errors,
        long tokensIn,
        long tokensOut,
        long costNanos,
        long priced,
        long unpriced,
        long durationMs,
        long timed,
        long repeats) {
    private static final String COLUMNS =
            "agent_type, event_type, tool_name, model, source, events, errors, tokens_in,"
                    + " tokens_out, cost_nanos, priced, unpriced, duration_ms, timed,"
                    + " repeats";

    /** Hours from ?1 to before ?2, and single events from ?3 to before ?4. */
    private static final String BESIDE_DAYS =
            """
            SELECT %1$s FROM rollup WHERE hour >= ?1 AND hour < ?2
            UNION ALL
            SELECT agent_type, event_type, coalesce(tool_name, ''), coalesce(model, ''), source, 1,
                call_counted AND status = 'error', iif(counted, tokens_in, 0), iif(counted, tokens_out, 0),
                iif(counted, coalesce(cost_nanos, 0), 0), counted AND cost_nanos IS NOT NULL,
                counted AND cost_nanos IS NULL AND (tokens_in > 0 OR tokens_out > 0
                    OR cache_read_tokens > 0 OR cache_write_tokens > 0),
                iif(call_counted, coalesce(duration_ms, 0), 0),
                call_counted AND duration_ms IS NOT NULL, NOT call_counted
            FROM event_zones%2$s
            WHERE created_to >= ?3 AND created_from < ?4 AND created_at >= ?3 AND created_at < ?4\
            """
                    .formatted(COLUMNS, Zones.EVENTS);

    /** How many calls of a tool it counts. */
    long calls() {
        return events - repeats;
    }

    /** The lines of one day. */
    static List<RollupLine> ofDay(Connection connection, long day) throws SQLException {
        return read(connection, "SELECT " + COLUMNS + " FROM rollup_day WHERE day = ?1", day);
    }

    /** All lines of a span: days from memory, what lies beside them from the log. */
    static List<RollupLine> of(
            Connection connection, DayCache<List<RollupLine>> days, RollupSpan span)
            throws SQLException {
        var lines = new ArrayList<RollupLine>();
        if (span.events() < span.days()) {
            lines.addAll(
                    read(
                            connection,
                            BESIDE_DAYS,
                            span.hours(),
                            span.days(),
                            span.events(),
                            span.hours()));
        }
        days.between(connection, span.days(), span.daysEnd()).forEach(lines::addAll);
        if (span.daysEnd() < span.eventsEnd()) {
            lines.addAll(
                    read(
                            connection,
                            BESIDE_DAYS,
                            span.daysEnd(),
                            span.hoursEnd(),
                            span.hoursEnd(),
                            span.eventsEnd()));
        }
        return lines;
    }

    private static List<RollupLine> read(Connection connection, String query, long... bound)
            throws SQLException {
        var lines = new ArrayList<RollupLine>();
        try (var statement = connection.prepareStatement(query)) {
            for (var i = 0; i < bound.length; i++) {
                statement.setLong(i + 1, bound[i]);
            }
            try (var row = statement.executeQuery()) {
                while (row.next()) {
                    lines.add(
                            new RollupLine(
                                    row.getString(1).intern(), // few texts in many lines
                                    row.getString(2).intern(),
                                    row.getString(3).intern(),
                                    row.getString(4).intern(),
                                    row.getString(5).intern(),
                                    row.getLong(6),
                                    row.getLong(7),
                                    row.getLong(8),
                                    row.getLong(9),
                                    row.getLong(10),
                                    row.getLong(11),
                                    row.getLong(12),
                                    row.getLong(13),
                                    row.getLong(14),
                                    row.getLong(15)));
                }
            }
        }
        return lines;
    }
}
