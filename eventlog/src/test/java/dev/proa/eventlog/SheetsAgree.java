package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Every sum that is kept with the events is what the events say. */
final class SheetsAgree {
    private static final String SUMS =
            "sum(iif(counted, tokens_in, 0)), sum(iif(counted, tokens_out, 0)),"
                    + " sum(iif(counted, cache_read_tokens, 0)),"
                    + " sum(iif(counted, cache_write_tokens, 0)),"
                    + " sum(iif(counted, coalesce(cost_nanos, 0), 0)),";

    private SheetsAgree() {}

    static void in(TestLog log) throws InterruptedException {
        log.log.read(connection -> {
            quarters(connection);
            places(connection);
            arrivals(connection);
            days(connection);
            sessions(connection);
            happened(connection);
            zones(connection);
            return true;
        });
    }

    static void zones(Connection connection) throws SQLException {
        same(
                connection,
                "SELECT * FROM event_zones",
                """
                SELECT id - id %% 256, max(id), min(created_at), max(created_at), min(%1$s),
                    max(%1$s)
                FROM events GROUP BY 1\
                """
                        .formatted(UsageTables.HAPPENED),
                1);
        for (var name : Zones.COLUMNS) {
            same(
                    connection,
                    "SELECT value, zone FROM zone_values WHERE name = '%s'".formatted(name),
                    "SELECT DISTINCT %1$s, id - id %% 256 FROM events WHERE %1$s IS NOT NULL"
                            .formatted(name),
                    2);
        }
    }

    private static void quarters(Connection connection) throws SQLException {
        var key = "session_id, start, agent_type, model, project, branch";
        same(
                connection,
                "SELECT %s, tokens_in, tokens_out, cache_read_tokens, cache_write_tokens,"
                                .formatted(key)
                        + " cost_nanos, priced, unpriced, events, duplicates FROM usage_session",
                """
                SELECT session_id, %1$s - ((%1$s %% 900000) + 900000) %% 900000,
                    agent_type, coalesce(model, ''), coalesce(project, ''), coalesce(branch, ''),
                    %2$s sum(counted AND cost_nanos IS NOT NULL),
                    sum(counted AND cost_nanos IS NULL), sum(counted), sum(NOT counted)
                FROM events WHERE %3$s GROUP BY 1, 2, 3, 4, 5, 6\
                """
                        .formatted(UsageTables.HAPPENED, SUMS, UsageTables.USES),
                6);
    }

    /** What does not name its place is where its session is by now. */
    private static void places(Connection connection) throws SQLException {
        var sums =
                "sum(events), sum(duplicates), sum(tokens_in), sum(tokens_out),"
                        + " sum(cache_read_tokens), sum(cache_write_tokens), sum(cost_nanos),"
                        + " sum(priced), sum(unpriced), sum(unpriced_tokens)";
        for (var grain : List.of(SumTables.QUARTER, DayTables.DAY)) {
            same(
                    connection,
                    "SELECT start, agent_type, model, project, branch, %s FROM usage_sum WHERE grain = %d AND events + duplicates > 0 GROUP BY 1, 2, 3, 4, 5"
                            .formatted(sums, grain),
                    """
                    SELECT start - ((start %% %1$d) + %1$d) %% %1$d, agent_type, model, %2$s, %3$s,
                        %4$s
                    FROM usage_session WHERE events + duplicates > 0 GROUP BY 1, 2, 3, 4, 5\
                    """
                            .formatted(
                                    grain,
                                    UsageQuery.expression("project"),
                                    UsageQuery.expression("branch"),
                                    sums),
                    5);
        }
        same(
                connection,
                "SELECT project, session_id, agent_type, cost_nanos FROM cost_sessions"
                        + " WHERE cost_nanos <> 0",
                """
                SELECT %s, session_id, agent_type, sum(cost_nanos) AS cost FROM usage_session
                GROUP BY 1, 2, 3 HAVING cost <> 0\
                """
                        .formatted(UsageQuery.expression("project")),
                3);
    }

    private static void arrivals(Connection connection) throws SQLException {
        same(
                connection,
                "SELECT hour, agent_type, event_type, tool_name, model, source, tokens_in,"
                        + " tokens_out, cache_read_tokens, cache_write_tokens, cost_nanos, priced,"
                        + " unpriced, events, repeats, errors, duration_ms, timed FROM rollup",
                """
                SELECT created_at - created_at %% 3600000, agent_type, event_type,
                    coalesce(tool_name, ''), coalesce(model, ''), source,
                    %1$s sum(counted AND cost_nanos IS NOT NULL),
                    sum(counted AND cost_nanos IS NULL AND %2$s), count(*), sum(NOT call_counted),
                    sum(call_counted AND status = 'error'),
                    coalesce(sum(iif(call_counted, duration_ms, NULL)), 0),
                    count(iif(call_counted, duration_ms, NULL))
                FROM events GROUP BY 1, 2, 3, 4, 5, 6\
                """
                        .formatted(SUMS, UsageTables.USES),
                6);
    }

    private static void days(Connection connection) throws SQLException {
        var sums =
                "agent_type, event_type, tool_name, model, source, sum(events), sum(errors),"
                        + " sum(tokens_in), sum(tokens_out), sum(cache_read_tokens),"
                        + " sum(cache_write_tokens), sum(cost_nanos), sum(priced), sum(unpriced),"
                        + " sum(duration_ms), sum(timed), sum(repeats)";
        same(
                connection,
                "SELECT day, " + sums + " FROM rollup_day GROUP BY 1, 2, 3, 4, 5, 6",
                "SELECT hour - hour % 86400000, " + sums + " FROM rollup GROUP BY 1, 2, 3, 4, 5, 6",
                6);
    }

    private static void sessions(Connection connection) throws SQLException {
        same(
                connection,
                "SELECT id, tokens_in, tokens_out, cache_read_tokens, cache_write_tokens,"
                        + " coalesce(cost_nanos, 0), priced_events, unpriced_events, event_count"
                        + " FROM sessions",
                """
                SELECT session_id, %1$s sum(counted AND cost_nanos IS NOT NULL),
                    sum(counted AND cost_nanos IS NULL AND %2$s), count(*)
                FROM events GROUP BY 1\
                """
                        .formatted(SUMS, UsageTables.USES),
                1);
    }

    private static void happened(Connection connection) throws SQLException {
        same(
                connection,
                "SELECT hour, agent_type, events, tokens_in, tokens_out, cost_nanos FROM event_hour",
                """
                SELECT %1$s - ((%1$s %% 3600000) + 3600000) %% 3600000, agent_type, count(*),
                    sum(iif(counted, tokens_in, 0)), sum(iif(counted, tokens_out, 0)),
                    sum(iif(counted, coalesce(cost_nanos, 0), 0))
                FROM events GROUP BY 1, 2\
                """
                        .formatted(UsageTables.HAPPENED),
                2);
    }

    private static void same(Connection connection, String kept, String told, int keys)
            throws SQLException {
        assertThat(lines(connection, kept, keys)).as(kept).isEqualTo(lines(connection, told, keys));
    }

    private static Map<String, String> lines(Connection connection, String query, int keys)
            throws SQLException {
        var lines = new TreeMap<String, String>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            var columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                var key = new StringBuilder();
                var value = new StringBuilder();
                for (var i = 1; i <= columns; i++) {
                    (i <= keys ? key : value).append(rows.getString(i)).append(' ');
                }
                lines.put(key.toString(), value.toString());
            }
        }
        return lines;
    }
}
