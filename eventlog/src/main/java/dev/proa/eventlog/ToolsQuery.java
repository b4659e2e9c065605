package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * The tools of {@code GET /api/stats/tools}; one reading, one use. Calls, errors and durations are
 * of any moment on; percentiles, errors' texts and the last call are of the whole days since.
 */
final class ToolsQuery {
    private static final int ERRORS_SHOWN = 3;

    private static final String SUMS =
            """
            SELECT tool_name, agent_type, total(events), total(errors), total(duration_ms),
                total(timed)
            FROM (
                SELECT tool_name, agent_type, events - repeats AS events, errors, duration_ms, timed
                FROM rollup_day
                WHERE day >= ?5 AND tool_name <> '' AND event_type <> 'plan_step'
                    AND (?4 IS NULL OR agent_type = ?4)
                UNION ALL
                SELECT tool_name, agent_type, events - repeats, errors, duration_ms, timed FROM rollup
                WHERE hour >= ?1 AND hour < ?5 AND tool_name <> '' AND event_type <> 'plan_step'
                    AND (?4 IS NULL OR agent_type = ?4)
                UNION ALL
                SELECT tool_name, agent_type, 1, status = 'error', coalesce(duration_ms, 0),
                    duration_ms IS NOT NULL
                FROM events
                WHERE created_at >= ?2 AND created_at < ?3 AND tool_name IS NOT NULL AND call_counted
                    AND event_type <> 'plan_step' AND (?4 IS NULL OR agent_type = ?4)
            )
            GROUP BY tool_name, agent_type HAVING total(events) > 0\
            """;

    /** What is known of one tool. */
    private static final class Tool {
        private final Map<String, Long> agents = new HashMap<>();
        private final TreeMap<Integer, Long> steps = new TreeMap<>();
        private final Map<String, Long> errors = new HashMap<>();
        private long calls;
        private long failed;
        private double duration;
        private long timed;
        private @Nullable Long last;
    }

    private final Map<String, Tool> tools = new HashMap<>();

    private ToolsQuery() {}

    static ToolsQuery run(Connection connection, Optional<String> agentType, OptionalLong since)
            throws SQLException {
        var query = new ToolsQuery();
        var agent = agentType.orElse(null);
        query.readSums(connection, agent, since);
        var from = since.isEmpty() ? Long.MIN_VALUE : ToolDetails.day(since.getAsLong());
        query.readLast(connection, agent, from);
        query.readSteps(connection, agent, from);
        query.readErrors(connection, agent, from);
        return query;
    }

    private void readSums(Connection connection, @Nullable String agent, OptionalLong since)
            throws SQLException {
        try (var statement = connection.prepareStatement(SUMS)) {
            RollupSpan.since(since).bind(statement, agent);
            try (var found = statement.executeQuery()) {
                while (found.next()) {
                    var tool = tools.computeIfAbsent(found.getString(1), _ -> new Tool());
                    tool.agents.merge(found.getString(2), found.getLong(3), Long::sum);
                    tool.calls += found.getLong(3);
                    tool.failed += found.getLong(4);
                    tool.duration += found.getDouble(5);
                    tool.timed += found.getLong(6);
                }
            }
        }
    }

    /** Reads one of the tables by day, for tools that have calls. */
    private static PreparedStatement daily(
            Connection connection, String query, @Nullable String agent, long from)
            throws SQLException {
        var statement = connection.prepareStatement(query);
        try {
            statement.setLong(1, from);
            statement.setString(2, agent);
            return statement;
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    private static String daily(String columns, String table, String grouped) {
        return "SELECT tool_name, %s FROM %s WHERE day >= ?1 AND (?2 IS NULL OR agent_type = ?2)%s"
                .formatted(columns, table, " GROUP BY " + grouped);
    }

    private void readLast(Connection connection, @Nullable String agent, long from)
            throws SQLException {
        var query = daily("max(last_at)", "tool_days", "tool_name");
        try (var statement = daily(connection, query, agent, from);
                var found = statement.executeQuery()) {
            while (found.next()) {
                var tool = tools.get(found.getString(1));
                if (tool != null) {
                    tool.last = found.getLong(2);
                }
            }
        }
    }

    private void readSteps(Connection connection, @Nullable String agent, long from)
            throws SQLException {
        var query = daily("step, sum(calls)", "tool_times", "tool_name, step");
        try (var statement = daily(connection, query, agent, from);
                var found = statement.executeQuery()) {
            while (found.next()) {
                var tool = tools.get(found.getString(1));
                if (tool != null) {
                    tool.steps.put(found.getInt(2), found.getLong(3));
                }
            }
        }
    }

    private void readErrors(Connection connection, @Nullable String agent, long from)
            throws SQLException {
        var query = daily("text, sum(errors)", "tool_errors", "tool_name, text");
        try (var statement = daily(connection, query, agent, from);
                var found = statement.executeQuery()) {
            while (found.next()) {
                var tool = tools.get(found.getString(1));
                if (tool != null) {
                    tool.errors.put(found.getString(2), found.getLong(3));
                }
            }
        }
    }

    void write(JsonGenerator out) {
        out.writeStartObject();
        out.writeName("tools");
        out.writeStartArray();
        tools.entrySet().stream()
                .sorted(
                        Comparator.<Map.Entry<String, Tool>>comparingLong(e -> -e.getValue().calls)
                                .thenComparing(Map.Entry.comparingByKey()))
                .forEach(entry -> tool(out, entry.getKey(), entry.getValue()));
        out.writeEndArray();
        out.writeEndObject();
    }

    private static void tool(JsonGenerator out, String name, Tool tool) {
        out.writeStartObject();
        out.writeStringProperty("tool_name", name);
        out.writeNumberProperty("total_calls", tool.calls);
        out.writeNumberProperty("error_count", tool.failed);
        var rate = Math.round(10_000.0 * tool.failed / Math.max(1, tool.calls)) / 10_000.0;
        out.writeNumberProperty("error_rate", rate);
        Json.whole(
                out,
                "avg_duration_ms",
                tool.timed == 0 ? null : (Long) Math.round(tool.duration / tool.timed));
        out.writeName("by_agent");
        out.writeStartObject();
        largest(tool.agents).forEach(e -> out.writeNumberProperty(e.getKey(), e.getValue()));
        out.writeEndObject();
        percentile(out, "p50_ms", tool, 0.5);
        percentile(out, "p95_ms", tool, 0.95);
        Json.time(out, "last_at", tool.last);
        out.writeName("by_error");
        out.writeStartArray();
        for (var error : largest(tool.errors).stream().limit(ERRORS_SHOWN).toList()) {
            out.writeStartObject();
            out.writeStringProperty("text", error.getKey());
            out.writeNumberProperty("count", error.getValue());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private static void percentile(JsonGenerator out, String name, Tool tool, double share) {
        Json.whole(
                out,
                name,
                tool.steps.isEmpty() ? null : (Long) DurationSteps.percentile(tool.steps, share));
    }

    private static List<Map.Entry<String, Long>> largest(Map<String, Long> counts) {
        var entries = new ArrayList<>(counts.entrySet());
        entries.sort(
                Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()));
        return entries;
    }
}
