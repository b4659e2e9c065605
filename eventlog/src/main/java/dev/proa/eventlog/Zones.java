package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * A zone map over the events: for each {@link #SIZE} ids in a row, from when to when their events
 * were stored and happened, and which values some columns have among them. Who looks for a value or
 * a time reads the zones that may have it and passes over the others. Version 7 has it in the place
 * of five indexes, each of which cost every event more than all zones do.
 */
final class Zones {
    /** How many ids a zone has; its name is the least of them. */
    static final int SIZE = 256;

    /** The columns whose values are kept. */
    static final List<String> COLUMNS =
            List.of("agent_type", "event_type", "tool_name", "model", "source", "status", "branch");

    /** The events of a zone, to be joined with the table of zones. */
    static final String EVENTS = " CROSS JOIN events ON events.id BETWEEN first_id AND last_id";

    /** The events of the zones that have a value of a column, {@link #VALUE}, in their order. */
    static final String OF_VALUE = "zone_values JOIN event_zones ON first_id = zone" + EVENTS;

    /** The condition on the name of that column and the value. */
    static final String VALUE = "name = ? AND value = ?";

    private static final String ZONE = "events.id - events.id %% %d".formatted(SIZE);

    /** The zones that events were deleted from, with what they have left. */
    private static final String LEFT =
            "(SELECT DISTINCT id - id %% %1$d AS gone FROM temp.doomed) CROSS JOIN events ON events.id BETWEEN gone AND gone + %1$d - 1"
                    .formatted(SIZE);

    /** What version 7 adds and drops. */
    static final List<String> ALL =
            List.of(
                    """
                    CREATE TABLE event_zones (
                        first_id INTEGER PRIMARY KEY,
                        last_id INTEGER NOT NULL,
                        created_from INTEGER NOT NULL,
                        created_to INTEGER NOT NULL,
                        happened_from INTEGER NOT NULL,
                        happened_to INTEGER NOT NULL
                    )\
                    """,
                    """
                    CREATE TABLE zone_values (
                        name TEXT NOT NULL,
                        value TEXT NOT NULL,
                        zone INTEGER NOT NULL,
                        PRIMARY KEY (name, value, zone)
                    ) WITHOUT ROWID\
                    """,
                    zones("events"),
                    values("events"),
                    "DROP INDEX events_created",
                    "DROP INDEX events_happened",
                    "DROP INDEX events_type",
                    "DROP INDEX events_tool",
                    "DROP INDEX events_model");

    /** Takes out the values that the events have which are about to be deleted. */
    static final String FORGET =
            "DELETE FROM zone_values WHERE (name, value, zone) IN ("
                    + named(
                            "SELECT DISTINCT '%1$s', %1$s, "
                                    + ZONE
                                    + " FROM events WHERE id IN (SELECT id FROM temp.doomed) AND %1$s IS NOT NULL")
                    + ")";

    /** Takes the zones out that they were deleted from. */
    static final String CLEAR =
            "DELETE FROM event_zones WHERE first_id IN (SELECT id - id %% %d FROM temp.doomed)"
                    .formatted(SIZE);

    /** Puts those zones back that have events left, with their bounds. */
    static final String COUNT_ANEW = zones(LEFT);

    /** Puts the values back that events left in those zones have, too. */
    static final String NAME_ANEW = values(LEFT);

    /** When the oldest event was stored that is left; NULL if none is. */
    static final String OLDEST = "SELECT min(created_from) FROM event_zones";

    private Zones() {}

    private static String zones(String events) {
        return """
        INSERT INTO event_zones
        SELECT %1$s, max(events.id), min(created_at), max(created_at), min(%2$s), max(%2$s)
        FROM %3$s GROUP BY 1\
        """
                .formatted(ZONE, UsageTables.HAPPENED, events);
    }

    private static String values(String events) {
        return """
        WITH kinds AS MATERIALIZED (SELECT DISTINCT %s AS zone, %s FROM %s)
        INSERT OR IGNORE INTO zone_values %s\
        """
                .formatted(
                        ZONE,
                        String.join(", ", COLUMNS),
                        events,
                        named(
                                "SELECT DISTINCT '%1$s', %1$s, zone FROM kinds WHERE %1$s IS NOT NULL"));
    }

    /** A query for each column, one after the other. */
    private static String named(String query) {
        return COLUMNS.stream()
                .map(name -> query.replace("%1$s", name))
                .collect(Collectors.joining(" UNION ALL "));
    }

    /** Ids from one to another, both of them in it. */
    record Range(long first, long last) {
        static final Range ALL = new Range(Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /**
     * Where events may be that have these values and were stored in this time, the newest first.
     *
     * @param values by the name of the column, one of {@link #COLUMNS}
     * @param since and no earlier, in milliseconds since 1970
     * @param until and no later
     */
    static List<Range> ranges(
            Connection connection,
            Map<String, String> values,
            OptionalLong since,
            OptionalLong until)
            throws SQLException {
        if ((values.isEmpty() && since.isEmpty() && until.isEmpty())
                || OldVersion.lacksZones(connection)) {
            return List.of(Range.ALL);
        }
        var filter = new Filter();
        values.forEach((name, value) ->
                filter.and(
                        "first_id IN (SELECT zone FROM zone_values WHERE name = ? AND value = ?)",
                        name,
                        value));
        since.ifPresent(millis -> filter.and("created_to >= ?", millis));
        until.ifPresent(millis -> filter.and("created_from <= ?", millis));
        var query =
                "SELECT first_id, last_id FROM event_zones%s ORDER BY first_id DESC"
                        .formatted(filter.where());
        var found = new ArrayList<Range>();
        try (var statement = connection.prepareStatement(query)) {
            filter.bind(statement, 1);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    add(found, rows.getLong(1), rows.getLong(2));
                }
            }
        }
        return found;
    }

    private static void add(List<Range> ranges, long first, long last) {
        var next = ranges.isEmpty() ? null : ranges.getLast();
        if (next != null && next.first() == first + SIZE) {
            ranges.set(ranges.size() - 1, new Range(first, next.last()));
        } else {
            ranges.add(new Range(first, last));
        }
    }
}
