package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Shows the events of a log of an older version as this version has them, without a change. */
final class OldVersion {
    /** What a column that an older version lacks holds, if it is not NULL. */
    private static final Map<String, String> DEFAULTS =
            Map.of(
                    "cache_write_hour_tokens", "0",
                    "given_cost_nanos", "cost_nanos",
                    "counted", "1",
                    "call_counted", "1",
                    "metered", "0");

    private OldVersion() {}

    /** Hides the table behind a view that only this connection sees, if it lacks columns. */
    static void present(Connection connection) throws SQLException {
        var there = columns(connection);
        var wanted = Stream.of(Columns.EVENT.split(",\\s*")).toList();
        if (there.containsAll(wanted)) {
            return;
        }
        var shown =
                wanted.stream()
                        .map(name ->
                                there.contains(name)
                                        ? name
                                        : DEFAULTS.getOrDefault(name, "NULL") + " AS " + name)
                        .collect(Collectors.joining(", "));
        Database.run(
                connection, "CREATE TEMP VIEW events AS SELECT " + shown + " FROM main.events");
        // Hours do for days where nobody asks when.
        Database.run(
                connection, "CREATE TEMP VIEW rollup_day AS SELECT *, hour AS day FROM rollup");
    }

    private static Set<String> columns(Connection connection) throws SQLException {
        var names = new HashSet<String>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("PRAGMA main.table_info(events)")) {
            while (rows.next()) {
                names.add(rows.getString("name"));
            }
        }
        return names;
    }
}
