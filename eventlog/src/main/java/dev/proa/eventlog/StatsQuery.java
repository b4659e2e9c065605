package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.core.JsonGenerator;

/** The totals of {@code GET /api/stats}, from the roll-up; one reading, one use. */
final class StatsQuery {
    /** Whole days and hours come from the roll-ups, what is left of the first from its events. */
    private static final String LINES =
            """
            SELECT agent_type, event_type, tool_name, model, total(events), total(tokens_in),
                total(tokens_out), total(cost_nanos), total(priced), total(unpriced),
                total(repeats)
            FROM (
                SELECT agent_type, event_type, tool_name, model, events, tokens_in, tokens_out,
                    cost_nanos, priced, unpriced, repeats
                FROM rollup_day WHERE day >= ?5 AND (?4 IS NULL OR agent_type = ?4)
                UNION ALL
                SELECT agent_type, event_type, tool_name, model, events, tokens_in, tokens_out,
                    cost_nanos, priced, unpriced, repeats
                FROM rollup
                WHERE hour >= ?1 AND hour < ?5 AND (?4 IS NULL OR agent_type = ?4)
                UNION ALL
                SELECT agent_type, event_type, coalesce(tool_name, ''), coalesce(model, ''), 1,
                    iif(counted, tokens_in, 0), iif(counted, tokens_out, 0),
                    iif(counted, coalesce(cost_nanos, 0), 0), counted AND cost_nanos IS NOT NULL,
                    counted AND cost_nanos IS NULL AND (tokens_in > 0 OR tokens_out > 0
                        OR cache_read_tokens > 0 OR cache_write_tokens > 0), NOT call_counted
                FROM events
                WHERE created_at >= ?2 AND created_at < ?3 AND (?4 IS NULL OR agent_type = ?4)
            )
            GROUP BY agent_type, event_type, tool_name, model\
            """;

    private final Map<String, Long> tools = new HashMap<>();
    private final Map<String, Long> agents = new HashMap<>();
    private final Map<String, Long> models = new HashMap<>();
    private final List<String> branches = new ArrayList<>();
    private long events;
    private long tokensIn;
    private long tokensOut;
    private long costNanos;
    private long priced;
    private long unpriced;
    private long totalSessions;
    private long activeSessions;
    private long liveSessions;
    private int activeAgents;

    private StatsQuery() {}

    static StatsQuery run(
            Connection connection,
            Optional<String> agentType,
            OptionalLong since,
            long now,
            Lifecycle rules)
            throws SQLException {
        var stats = new StatsQuery();
        stats.readLines(connection, agentType, since);
        stats.readSessions(connection, now, rules);
        stats.readBranches(connection);
        return stats;
    }

    private void readLines(Connection connection, Optional<String> agentType, OptionalLong since)
            throws SQLException {
        try (var statement = connection.prepareStatement(LINES)) {
            RollupSpan.since(since).bind(statement, agentType.orElse(null));
            try (var lines = statement.executeQuery()) {
                while (lines.next()) {
                    var count = lines.getLong(5);
                    events += count;
                    tokensIn = Sums.plus(tokensIn, lines.getLong(6));
                    tokensOut = Sums.plus(tokensOut, lines.getLong(7));
                    costNanos = Sums.plus(costNanos, lines.getLong(8));
                    priced += lines.getLong(9);
                    unpriced += lines.getLong(10);
                    agents.merge(lines.getString(1), count, Long::sum);
                    // A planned step names the tool of a call that is counted when it was made.
                    if (!lines.getString(2).equals("plan_step")) {
                        count(tools, lines.getString(3), count - lines.getLong(11));
                    }
                    count(models, lines.getString(4), count);
                }
            }
        }
    }

    private static void count(Map<String, Long> counts, String name, long count) {
        if (!name.isEmpty() && count > 0) {
            counts.merge(name, count, Long::sum);
        }
    }

    private void readSessions(Connection connection, long now, Lifecycle rules)
            throws SQLException {
        totalSessions = Schema.number(connection, "SELECT count(*) FROM sessions");
        var types = new HashSet<String>();
        try (var statement = connection.createStatement();
                var live =
                        statement.executeQuery(
                                "SELECT status, last_event_at, agent_type FROM sessions"
                                        + " WHERE status <> 'ended'")) {
            while (live.next()) {
                var status = rules.status(live.getString(1), live.getLong(2), now);
                if (!status.equals(Lifecycle.ENDED)) {
                    liveSessions++;
                    types.add(live.getString(3));
                }
                activeSessions += status.equals(Lifecycle.ACTIVE) ? 1 : 0;
            }
        }
        activeAgents = types.size();
    }

    private void readBranches(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var found =
                        statement.executeQuery(
                                "SELECT branch FROM sessions WHERE branch IS NOT NULL"
                                        + " GROUP BY branch ORDER BY max(last_event_at) DESC")) {
            while (found.next()) {
                branches.add(found.getString(1));
            }
        }
    }

    void write(JsonGenerator out) {
        out.writeStartObject();
        out.writeNumberProperty("total_events", events);
        out.writeNumberProperty("active_sessions", activeSessions);
        out.writeNumberProperty("total_sessions", totalSessions);
        out.writeNumberProperty("live_sessions", liveSessions);
        out.writeNumberProperty("active_agents", activeAgents);
        out.writeNumberProperty("total_tokens_in", tokensIn);
        out.writeNumberProperty("total_tokens_out", tokensOut);
        // Nothing used costs nothing; used, but no price known, is unknown.
        Json.dollars(out, "total_cost_usd", priced == 0 && unpriced > 0 ? null : (Long) costNanos);
        breakdown(out, "tool_breakdown", tools);
        breakdown(out, "agent_breakdown", agents);
        breakdown(out, "model_breakdown", models);
        out.writeName("branches");
        out.writeStartArray();
        branches.forEach(out::writeString);
        out.writeEndArray();
        out.writeEndObject();
    }

    private static void breakdown(JsonGenerator out, String name, Map<String, Long> counts) {
        out.writeName(name);
        out.writeStartObject();
        counts.entrySet().stream()
                .sorted(
                        Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                                .thenComparing(Map.Entry.comparingByKey()))
                .forEach(entry -> out.writeNumberProperty(entry.getKey(), entry.getValue()));
        out.writeEndObject();
    }
}
