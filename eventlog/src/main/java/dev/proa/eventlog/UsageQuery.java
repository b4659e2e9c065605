package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What was used in a stretch of time, by hour or by one of the dimensions. Whole hours come from
 * the roll-up; of hours that are cut by the stretch or by a day of its zone, events are read.
 */
record UsageQuery(UsageCube cube, UsageSpan span, Map<String, String> wanted) {
    UsageQuery {
        wanted = Map.copyOf(wanted);
    }

    static final List<String> DIMENSIONS =
            List.of("session_id", "agent_type", "model", "project", "branch");

    /** What a filter calls an event that has none, such as one without a project. */
    private static final String NOTHING = "(none)";

    /** Events as the roll-up has them, by the minute. */
    private static final String EVENTS =
            """
            (SELECT %1$s - ((%1$s %% 60000) + 60000) %% 60000 AS hour, session_id, agent_type,
                coalesce(model, '') AS model, coalesce(project, '') AS project,
                coalesce(branch, '') AS branch, counted AS events, NOT counted AS duplicates,
                iif(counted, tokens_in, 0) AS tokens_in, iif(counted, tokens_out, 0) AS tokens_out,
                iif(counted, cache_read_tokens, 0) AS cache_read_tokens,
                iif(counted, cache_write_tokens, 0) AS cache_write_tokens,
                iif(counted, coalesce(cost_nanos, 0), 0) AS cost_nanos,
                counted AND cost_nanos IS NOT NULL AS priced,
                counted AND cost_nanos IS NULL AS unpriced,
                iif(counted AND cost_nanos IS NULL,
                    tokens_in + tokens_out + cache_read_tokens + cache_write_tokens, 0)
                    AS unpriced_tokens,
                %1$s AS first_at, %1$s AS last_at
            FROM json_each(?) AS part CROSS JOIN events
            WHERE %1$s >= part.value AND %1$s < part.value + 3600000 AND %1$s >= ? AND %1$s < ?
                AND %2$s)\
            """
                    .formatted(UsageTables.HAPPENED, UsageTables.USES);

    /**
     * A group of what was used.
     *
     * @param at when its time begins, in milliseconds since 1970; 0 if time does not tell groups
     *     apart
     * @param key the value of the dimension, empty where there is none
     */
    record Cell(long at, String key) {}

    static UsageQuery of(UsageCube cube, Parameters parameters) throws UsageSpan.Unclear {
        var wanted = new HashMap<String, String>();
        for (var name : DIMENSIONS) {
            parameters
                    .filled(name)
                    .ifPresent(value -> wanted.put(name, value.equals(NOTHING) ? "" : value));
        }
        return new UsageQuery(cube, UsageSpan.of(parameters), wanted);
    }

    /** The conditions in SQL. */
    Filter filter() {
        var filter = new Filter();
        wanted.forEach((dimension, value) -> filter.and(expression(dimension) + " = ?", value));
        return filter;
    }

    /** The value of a dimension; what an event does not say of its place, its session says. */
    static String expression(String dimension) {
        return switch (dimension) {
            case "project", "branch" ->
                    ("coalesce(nullif(%1$s, ''), (SELECT sessions.%1$s FROM sessions"
                                    + " WHERE sessions.id = session_id), '')")
                            .formatted(dimension);
            case "model" -> "coalesce(model, '')";
            default -> dimension;
        };
    }

    /** Everything in one sum. */
    Use total(Connection connection) throws SQLException {
        return read(connection, false, "", span.edges()).getOrDefault(new Cell(0, ""), new Use());
    }

    /** By one of {@link #DIMENSIONS}. */
    Map<String, Use> by(Connection connection, String dimension) throws SQLException {
        var found = new HashMap<String, Use>();
        read(connection, false, dimension, span.edges())
                .forEach((cell, use) -> found.put(cell.key(), use));
        return found;
    }

    /** By the hour, and by one of {@link #DIMENSIONS} or the empty text. */
    Map<Cell, Use> byHour(Connection connection, String dimension) throws SQLException {
        return folded(read(connection, true, dimension, span.edges()), Tally::hour);
    }

    /** By the day of the zone, and by one of {@link #DIMENSIONS} or the empty text. */
    Map<Cell, Use> byDay(Connection connection, String dimension) throws SQLException {
        var cells = read(connection, true, dimension, span.edges());
        var cut = new TreeSet<>(span.edges());
        for (var cell : cells.keySet()) {
            var hour = Tally.hour(cell.at());
            if (span.dayAfter(hour) < hour + Tally.HOUR) {
                cut.add(hour);
            }
        }
        if (cut.size() > span.edges().size()) {
            cells = read(connection, true, dimension, cut);
        }
        return folded(cells, span::dayStart);
    }

    /**
     * How many of the events that {@link #byHour} sums up have been deleted, by the hour. Hours that
     * the stretch cuts are summed up from events, so nothing is missing there.
     *
     * @param unpriced counts only those without a price
     */
    Map<Long, Long> pruned(Connection connection, boolean unpriced) throws SQLException {
        var filter =
                filter().and("hour >= ?", span.first())
                        .and("hour < ?", span.end())
                        .and("hour NOT IN (SELECT value FROM json_each(?))", span.edges().toString());
        var query =
                "SELECT hour, total(%s) FROM usage_pruned%s GROUP BY 1"
                        .formatted(unpriced ? "unpriced" : "events", filter.where());
        var found = new HashMap<Long, Long>();
        try (var statement = connection.prepareStatement(query)) {
            filter.bind(statement, 1);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.put(rows.getLong(1), rows.getLong(2));
                }
            }
        }
        return found;
    }

    /** When a bucket begins that a moment lies in. */
    private interface Bucket {
        long start(long millis);
    }

    private static Map<Cell, Use> folded(Map<Cell, Use> cells, Bucket bucket) {
        var folded = new HashMap<Cell, Use>();
        cells.forEach((cell, use) ->
                folded.computeIfAbsent(
                                new Cell(bucket.start(cell.at()), cell.key()), _ -> new Use())
                        .add(use));
        return folded;
    }

    private Map<Cell, Use> read(
            Connection connection, boolean hourly, String dimension, Set<Long> cut)
            throws SQLException {
        var found = cube.read(connection, this, hourly, dimension, cut);
        if (cut.isEmpty()) {
            return found;
        }
        var filter = filter();
        var events =
                "SELECT %s, %s, %s FROM %s%s GROUP BY 1, 2"
                        .formatted(
                                hourly ? "hour" : "0",
                                dimension.isEmpty() ? "''" : expression(dimension),
                                Use.SUMS,
                                EVENTS,
                                filter.where());
        try (var statement = connection.prepareStatement(events)) {
            statement.setString(1, cut.toString());
            statement.setLong(2, span.first());
            statement.setLong(3, span.end());
            filter.bind(statement, 4);
            collect(statement, found);
        }
        return found;
    }

    private static void collect(PreparedStatement statement, Map<Cell, Use> into)
            throws SQLException {
        try (var rows = statement.executeQuery()) {
            while (rows.next()) {
                var use = new Use();
                use.add(rows, 3);
                if (use.told() > 0) {
                    into.computeIfAbsent(
                                    new Cell(rows.getLong(1), rows.getString(2)), _ -> new Use())
                            .add(use);
                }
            }
        }
    }
}
