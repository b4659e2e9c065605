package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** The values that filters can have; from roll-up and sessions, never from events. */
final class FilterOptions {
    private record Branch(String name, @Nullable String project) {}

    private final Map<String, List<String>> values = new LinkedHashMap<>();
    private final List<Branch> branches = new ArrayList<>();

    private FilterOptions() {}

    static FilterOptions read(Connection connection, DayCache<List<RollupLine>> days)
            throws SQLException {
        var lines = days.since(connection, Long.MIN_VALUE).stream().flatMap(List::stream).toList();
        var options = new FilterOptions();
        options.put("agent_types", lines, RollupLine::agentType);
        options.put("event_types", lines, RollupLine::eventType);
        options.put("tool_names", lines, RollupLine::toolName);
        options.put("models", lines, RollupLine::model);
        options.values.put("projects", projects(connection));
        options.put("sources", lines, RollupLine::source);
        options.readBranches(connection);
        return options;
    }

    private void put(String name, List<RollupLine> lines, Function<RollupLine, String> value) {
        values.put(
                name,
                lines.stream()
                        .map(value)
                        .filter(text -> !text.isEmpty())
                        .distinct()
                        .sorted()
                        .toList());
    }

    private static List<String> projects(Connection connection) throws SQLException {
        var found = new ArrayList<String>();
        try (var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                "SELECT DISTINCT project FROM sessions WHERE project <> ''"
                                        + " ORDER BY project")) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }

    private void readBranches(Connection connection) throws SQLException {
        // With max() the other columns are those of the row that has the maximum.
        try (var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                "SELECT branch, project, max(last_event_at) FROM sessions"
                                        + " WHERE branch IS NOT NULL AND branch <> 'HEAD'"
                                        + " GROUP BY branch ORDER BY 3 DESC")) {
            while (rows.next()) {
                branches.add(new Branch(rows.getString(1), rows.getString(2)));
            }
        }
    }

    void write(JsonGenerator out) {
        out.writeStartObject();
        values.forEach((name, found) -> {
            out.writeName(name);
            out.writeStartArray();
            found.forEach(out::writeString);
            out.writeEndArray();
        });
        out.writeName("branches");
        out.writeStartArray();
        for (var branch : branches) {
            out.writeStartObject();
            out.writeStringProperty("value", branch.name());
            out.writeStringProperty("label", label(branch));
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private static String label(Branch branch) {
        return branch.project() == null ? branch.name() : branch.project() + " / " + branch.name();
    }
}
