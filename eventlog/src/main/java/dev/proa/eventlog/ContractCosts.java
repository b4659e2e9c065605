package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;

/** The answer of {@code GET /api/stats/cost} of the contract. */
record ContractCosts(
        Map<Long, Hour> timeline,
        Map<String, Project> projects,
        Map<String, Use> models,
        int most) {
    private static final int USUAL_PROJECTS = 10;

    /** An hour of the timeline. */
    record Hour(long events, Use use) {}

    /** What a project cost, and in how many sessions. */
    record Project(Use use, long sessions) {}

    static ContractCosts read(
            Connection connection,
            UsageCube cube,
            Parameters parameters,
            UsageSpan span,
            Optional<String> agent)
            throws SQLException {
        var wanted = new HashMap<String, String>();
        agent.ifPresent(type -> wanted.put("agent_type", type));
        var query = new UsageQuery(cube, span, wanted);
        var most = parameters.whole("limit").filter(n -> n > 0).orElse(USUAL_PROJECTS);
        return new ContractCosts(
                timeline(connection, query, span.from(), agent),
                projects(connection, query),
                CostReport.sorted(query.by(connection, "model")),
                most);
    }

    private static Map<Long, Hour> timeline(
            Connection connection, UsageQuery query, OptionalLong since, Optional<String> agent)
            throws SQLException {
        var uses = new HashMap<Long, Use>();
        query.byHour(connection, "").forEach((cell, use) -> uses.put(cell.at(), use));
        var hours = new TreeMap<Long, Hour>();
        events(connection, since, agent)
                .forEach((hour, count) ->
                        hours.put(hour, new Hour(count, uses.getOrDefault(hour, new Use()))));
        return hours;
    }

    /** Events of whole hours are counted already; those of a first part of one are not. */
    private static Map<Long, Long> events(
            Connection connection, OptionalLong since, Optional<String> agent) throws SQLException {
        var sql =
                """
                SELECT hour, total(events) FROM event_hour
                WHERE hour >= ?1 AND (?4 IS NULL OR agent_type = ?4) GROUP BY hour
                UNION ALL
                SELECT ?5, count(*) FROM events
                WHERE %1$s >= ?2 AND %1$s < ?3 AND (?4 IS NULL OR agent_type = ?4)\
                """
                        .formatted(UsageTables.HAPPENED);
        var counts = new HashMap<Long, Long>();
        try (var statement = connection.prepareStatement(sql)) {
            var from = since.orElse(Long.MIN_VALUE);
            var whole = since.isEmpty() ? from : Tally.hour(from + Tally.HOUR - 1);
            statement.setLong(1, whole);
            statement.setLong(2, from);
            statement.setLong(3, whole);
            statement.setString(4, agent.orElse(null));
            statement.setLong(5, since.isEmpty() ? 0 : Tally.hour(from));
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    if (rows.getLong(2) > 0) {
                        counts.merge(rows.getLong(1), rows.getLong(2), Long::sum);
                    }
                }
            }
        }
        return counts;
    }

    private static Map<String, Project> projects(Connection connection, UsageQuery query)
            throws SQLException {
        var sessions = sessions(connection, query);
        var found = new LinkedHashMap<String, Project>();
        CostReport.sorted(query.by(connection, "project"))
                .forEach((name, use) ->
                        found.put(name, new Project(use, sessions.getOrDefault(name, 0L))));
        return found;
    }

    private static Map<String, Long> sessions(Connection connection, UsageQuery query)
            throws SQLException {
        var sql =
                """
                SELECT %3$s, count(DISTINCT session_id) FROM (
                    SELECT project, session_id, agent_type FROM usage_hour
                    WHERE hour >= ? AND cost_nanos > 0
                    UNION ALL
                    SELECT coalesce(project, ''), session_id, agent_type FROM events
                    WHERE %1$s >= ? AND %1$s < ? AND counted AND cost_nanos > 0
                )%2$s GROUP BY 1\
                """
                        .formatted(
                                UsageTables.HAPPENED,
                                query.filter().where(),
                                UsageQuery.expression("project"));
        var counts = new HashMap<String, Long>();
        try (var statement = connection.prepareStatement(sql)) {
            var from = query.span().first();
            var whole = query.span().from().isEmpty() ? from : Tally.hour(from + Tally.HOUR - 1);
            statement.setLong(1, whole);
            statement.setLong(2, from);
            statement.setLong(3, whole);
            query.filter().bind(statement, 4);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    counts.put(rows.getString(1), rows.getLong(2));
                }
            }
        }
        return counts;
    }

    void write(JsonGenerator out) {
        out.writeStartObject();
        out.writeName("timeline");
        out.writeStartArray();
        timeline.forEach((start, hour) -> {
            out.writeStartObject();
            out.writeStringProperty("bucket", Json.iso(start).replace(".000Z", "Z"));
            write(out, hour.use());
            out.writeNumberProperty("event_count", hour.events());
            out.writeEndObject();
        });
        out.writeEndArray();
        out.writeName("by_project");
        out.writeStartArray();
        projects.entrySet().stream()
                .filter(entry -> entry.getValue().use().knownCost() > 0)
                .limit(most)
                .forEach(entry -> writeProject(out, entry.getKey(), entry.getValue()));
        out.writeEndArray();
        out.writeName("by_model");
        out.writeStartArray();
        models.forEach((model, use) -> {
            if (!model.isEmpty() && use.knownCost() > 0) {
                out.writeStartObject();
                out.writeStringProperty("model", model);
                write(out, use);
                out.writeNumberProperty("event_count", use.events());
                out.writeEndObject();
            }
        });
        out.writeEndArray();
        out.writeEndObject();
    }

    private static void writeProject(JsonGenerator out, String name, Project project) {
        out.writeStartObject();
        out.writeStringProperty("project", name.isEmpty() ? "unknown" : name);
        Json.dollars(out, "cost_usd", project.use().knownCost());
        out.writeNumberProperty("session_count", project.sessions());
        out.writeNumberProperty("event_count", project.use().events());
        out.writeEndObject();
    }

    /** The contract's clients do sums with costs, so an unknown one is left out of them. */
    private static void write(JsonGenerator out, Use use) {
        Json.dollars(out, "cost_usd", use.knownCost());
        out.writeNumberProperty("tokens_in", use.tokensIn());
        out.writeNumberProperty("tokens_out", use.tokensOut());
    }
}
