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
            DayCache<List<RollupLine>> days,
            Optional<String> agentType,
            OptionalLong since,
            long now,
            Lifecycle rules)
            throws SQLException {
        var stats = new StatsQuery();
        for (var line : RollupLine.of(connection, days, RollupSpan.since(since))) {
            if (agentType.map(line.agentType()::equals).orElse(true)) {
                stats.add(line);
            }
        }
        stats.readSessions(connection, now, rules);
        stats.readBranches(connection);
        return stats;
    }

    private void add(RollupLine line) {
        events += line.events();
        tokensIn = Sums.plus(tokensIn, line.tokensIn());
        tokensOut = Sums.plus(tokensOut, line.tokensOut());
        costNanos = Sums.plus(costNanos, line.costNanos());
        priced += line.priced();
        unpriced += line.unpriced();
        agents.merge(line.agentType(), line.events(), Long::sum);
        // A planned step names the tool of a call that is counted when it was made.
        if (!line.eventType().equals("plan_step")) {
            count(tools, line.toolName(), line.calls());
        }
        count(models, line.model(), line.events());
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
                                        + " WHERE status IN ('active', 'idle')")) {
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
