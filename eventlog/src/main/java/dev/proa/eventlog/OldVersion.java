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

    /** The version from which on there are zones. */
    private static final int ZONES = 7;

    private static final String ONE_ZONE =
            """
            CREATE TEMP VIEW event_zones AS
            SELECT %1$d AS first_id, %2$d AS last_id, %1$d AS created_from, %2$d AS created_to,
                %1$d AS happened_from, %2$d AS happened_to\
            """
                    .formatted(Long.MIN_VALUE, Long.MAX_VALUE);

    private OldVersion() {}

    /** Whether a log has no zones yet, so that any event may be anywhere. */
    static boolean lacksZones(Connection connection) throws SQLException {
        return Schema.number(connection, "PRAGMA user_version") < ZONES;
    }

    /**
     * Puts views before the tables that only this connection sees, where the log lacks something.
     */
    static void present(Connection connection) throws SQLException {
        if (lacksZones(connection)) {
            Database.run(connection, ONE_ZONE);
        }
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
