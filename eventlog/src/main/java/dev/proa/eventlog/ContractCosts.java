package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.ResultSet;
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
    record Hour(long events, long tokensIn, long tokensOut, long costNanos) {
        static Hour of(ResultSet row) throws SQLException {
            return new Hour(row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5));
        }
    }

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
        var cells = query.byModel(connection, "project");
        return new ContractCosts(
                timeline(connection, span.from(), agent),
                projects(cells, sessions(connection, query)),
                CostReport.sorted(CostReport.summed(cells, UsageQuery.Cell::model)),
                most);
    }

    /** Events of whole hours are summed up already; those of a first part of one are not. */
    private static Map<Long, Hour> timeline(
            Connection connection, OptionalLong since, Optional<String> agent) throws SQLException {
        var sql =
                """
                SELECT hour, total(events), total(tokens_in), total(tokens_out), total(cost_nanos)
                FROM event_hour
                WHERE hour >= ?1 AND (?4 IS NULL OR agent_type = ?4) GROUP BY hour
                UNION ALL
                SELECT ?5, count(*), total(iif(counted, tokens_in, 0)),
                    total(iif(counted, tokens_out, 0)), total(iif(counted, cost_nanos, 0))
                FROM event_zones%2$s
                WHERE happened_to >= ?2 AND happened_from < ?3 AND %1$s >= ?2 AND %1$s < ?3 AND (?4 IS NULL OR agent_type = ?4)\
                """
                        .formatted(UsageTables.HAPPENED, Zones.EVENTS);
        var hours = new TreeMap<Long, Hour>();
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
                        hours.put(rows.getLong(1), Hour.of(rows));
                    }
                }
            }
        }
        return hours;
    }

    private static Map<String, Project> projects(
            Map<UsageQuery.Cell, Use> cells, Map<String, Long> sessions) {
        var found = new LinkedHashMap<String, Project>();
        CostReport.sorted(CostReport.summed(cells, UsageQuery.Cell::key))
                .forEach((name, use) ->
                        found.put(name, new Project(use, sessions.getOrDefault(name, 0L))));
        return found;
    }

    /** How many sessions had costs in each project; by the last one of each, since when. */
    private static Map<String, Long> sessions(Connection connection, UsageQuery query)
            throws SQLException {
        var counts = new HashMap<String, Long>();
        try (var statement =
                connection.prepareStatement(
                        """
                        SELECT project, count(DISTINCT session_id) FROM cost_sessions
                        WHERE cost_nanos > 0 AND last_at >= ?1
                            AND (?2 IS NULL OR agent_type = ?2)
                        GROUP BY project\
                        """)) {
            statement.setLong(1, query.span().first());
            statement.setString(2, query.wanted().get("agent_type"));
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
            write(out, hour.costNanos(), hour.tokensIn(), hour.tokensOut());
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
                write(out, use.knownCost(), use.tokensIn(), use.tokensOut());
                out.writeNumberProperty("event_count", use.priced());
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
        out.writeNumberProperty("event_count", project.use().priced());
        out.writeEndObject();
    }

    /** The contract's clients do sums with costs, so an unknown one is left out of them. */
    private static void write(JsonGenerator out, long costNanos, long tokensIn, long tokensOut) {
        Json.dollars(out, "cost_usd", costNanos);
        out.writeNumberProperty("tokens_in", tokensIn);
        out.writeNumberProperty("tokens_out", tokensOut);
    }
}
