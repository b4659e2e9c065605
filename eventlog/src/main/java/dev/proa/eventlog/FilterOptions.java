package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** The values that filters can have; from roll-up and sessions, never from events. */
final class FilterOptions {
    private static final Map<String, String> ROLLED_UP = new LinkedHashMap<>();

    static {
        ROLLED_UP.put("agent_types", "agent_type");
        ROLLED_UP.put("event_types", "event_type");
        ROLLED_UP.put("tool_names", "tool_name");
        ROLLED_UP.put("models", "model");
    }

    private record Branch(String name, @Nullable String project) {}

    private final Map<String, List<String>> values = new LinkedHashMap<>();
    private final List<Branch> branches = new ArrayList<>();

    private FilterOptions() {}

    static FilterOptions read(Connection connection) throws SQLException {
        var options = new FilterOptions();
        for (var entry : ROLLED_UP.entrySet()) {
            options.values.put(
                    entry.getKey(), distinct(connection, entry.getValue(), "rollup_day"));
        }
        options.values.put("projects", distinct(connection, "project", "sessions"));
        options.values.put("sources", distinct(connection, "source", "rollup_day"));
        options.readBranches(connection);
        return options;
    }

    private static List<String> distinct(Connection connection, String column, String table)
            throws SQLException {
        var found = new ArrayList<String>();
        try (var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                "SELECT DISTINCT %1$s FROM %2$s WHERE %1$s <> '' ORDER BY %1$s"
                                        .formatted(column, table))) {
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
