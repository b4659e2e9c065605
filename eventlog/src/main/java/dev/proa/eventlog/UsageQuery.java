package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What was used in a stretch of time, by time or by one of the dimensions. Whole days by UTC come
 * from memory, what is left of days by the quarter of an hour from the roll-up, and what is left of
 * quarters from events. By sessions everything but what is left of quarters comes from a roll-up of
 * its own.
 */
record UsageQuery(UsageCube cube, UsageSpan span, Map<String, String> wanted) {
    UsageQuery {
        wanted = Map.copyOf(wanted);
    }

    static final List<String> DIMENSIONS =
            List.of("session_id", "agent_type", "model", "project", "branch");

    /** What a filter calls an event that has none, such as one without a project. */
    private static final String NOTHING = "(none)";

    private static final String SESSION = "session_id";

    /** Events between two moments, as the roll-up has them. */
    private static final String EVENTS =
            """
            (SELECT %1$s - ((%1$s %% 900000) + 900000) %% 900000 AS start, session_id, agent_type,
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
            FROM events WHERE %1$s >= ? AND %1$s < ? AND %2$s)\
            """
                    .formatted(UsageTables.HAPPENED, UsageTables.USES);

    private static final String SESSIONS =
            "(SELECT * FROM usage_session WHERE start >= ? AND start < ?)";

    private static final String QUARTERS =
            "(SELECT * FROM usage_sum WHERE grain = 900000 AND start >= ? AND start < ?)";

    /** The quarters of several stretches. */
    private static final String WINDOWS =
            "(SELECT usage_sum.* FROM json_each(?) AS part CROSS JOIN usage_sum WHERE grain ="
                    + " 900000 AND start >= part.value ->> 0 AND start < part.value ->> 1)";

    /**
     * A group of what was used.
     *
     * @param at when its time begins, in milliseconds since 1970; 0 if time does not tell groups
     *     apart
     * @param key the value of the dimension, empty where there is none
     */
    record Cell(long at, String key) {}

    /** How long the time of a group is; a day is one of the span's zone. */
    private enum Bucket {
        ALL,
        HOUR,
        DAY
    }

    /** Takes what one row sums up; {@code start} is that of its quarter of an hour. */
    @FunctionalInterface
    private interface Taker {
        void take(long start, String key, Use use);
    }

    static UsageQuery of(UsageCube cube, Parameters parameters) throws UsageSpan.Unclear {
        var wanted = new HashMap<String, String>();
        for (var name : DIMENSIONS) {
            parameters
                    .filled(name)
                    .ifPresent(value -> wanted.put(name, value.equals(NOTHING) ? "" : value));
        }
        return new UsageQuery(cube, UsageSpan.of(parameters), wanted);
    }

    /** The conditions in SQL, on events or what sums up sessions. */
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
        return read(connection, Bucket.ALL, "").getOrDefault(new Cell(0, ""), new Use());
    }

    /** By one of {@link #DIMENSIONS}. */
    Map<String, Use> by(Connection connection, String dimension) throws SQLException {
        var found = new HashMap<String, Use>();
        read(connection, Bucket.ALL, dimension).forEach((cell, use) -> found.put(cell.key(), use));
        return found;
    }

    /** By the hour, and by one of {@link #DIMENSIONS} or the empty text. */
    Map<Cell, Use> byHour(Connection connection, String dimension) throws SQLException {
        return read(connection, Bucket.HOUR, dimension);
    }

    /** By the day of the zone, and by one of {@link #DIMENSIONS} or the empty text. */
    Map<Cell, Use> byDay(Connection connection, String dimension) throws SQLException {
        return read(connection, Bucket.DAY, dimension);
    }

    /**
     * How many of the events that {@link #byHour} sums up have been deleted, by the hour. Quarters
     * that the stretch cuts are summed up from events, so nothing is missing there.
     *
     * @param unpriced counts only those without a price
     */
    Map<Long, Long> pruned(Connection connection, boolean unpriced) throws SQLException {
        var filter =
                filter().and("start >= ?", upTo(span.first(), SumTables.QUARTER))
                        .and("start < ?", downTo(span.end(), SumTables.QUARTER));
        var query =
                "SELECT start, %s FROM usage_gone%s"
                        .formatted(unpriced ? "unpriced" : "events", filter.where());
        var found = new HashMap<Long, Long>();
        try (var statement = connection.prepareStatement(query)) {
            filter.bind(statement, 1);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.merge(Tally.hour(rows.getLong(1)), rows.getLong(2), Long::sum);
                }
            }
        }
        return found;
    }

    private Map<Cell, Use> read(Connection connection, Bucket bucket, String dimension)
            throws SQLException {
        var found = new HashMap<Cell, Use>();
        var first = upTo(span.first(), SumTables.QUARTER);
        var last = downTo(span.end(), SumTables.QUARTER);
        var expression = dimension.isEmpty() ? "''" : expression(dimension);
        if (first > last) {
            collect(connection, EVENTS, expression, span.first(), span.end(), bucket, found);
            return found;
        }
        collect(connection, EVENTS, expression, span.first(), first, bucket, found);
        collect(connection, EVENTS, expression, last, span.end(), bucket, found);
        var firstDay = upTo(first, DayTables.DAY);
        var lastDay = downTo(last, DayTables.DAY);
        if (dimension.equals(SESSION) || wanted.containsKey(SESSION)) {
            collect(connection, SESSIONS, expression, first, last, bucket, found);
        } else if (bucket != Bucket.HOUR && firstDay < lastDay) {
            collect(connection, QUARTERS, column(dimension), first, firstDay, bucket, found);
            days(connection, firstDay, lastDay, bucket, dimension, found);
            collect(connection, QUARTERS, column(dimension), lastDay, last, bucket, found);
        } else {
            collect(connection, QUARTERS, column(dimension), first, last, bucket, found);
        }
        return found;
    }

    /**
     * Adds whole days by UTC. Such a day goes where its noon belongs; the quarters of it that
     * belong to another day of the zone are moved there.
     */
    private void days(
            Connection connection,
            long from,
            long to,
            Bucket bucket,
            String dimension,
            Map<Cell, Use> into)
            throws SQLException {
        var days = new TreeSet<Long>();
        cube.read(
                connection,
                from,
                to,
                (key, use) -> {
                    if (fits(key)) {
                        days.add(key.start());
                        at(into, start(bucket, noon(key.start())), value(key, dimension)).add(use);
                    }
                });
        if (bucket == Bucket.ALL) {
            return;
        }
        var windows = new ArrayList<List<Long>>();
        for (var day : days) {
            var next = span.dayAfter(day);
            if (next < day + DayTables.DAY) {
                windows.add(
                        next <= noon(day)
                                ? List.of(day, next)
                                : List.of(next, day + DayTables.DAY));
            }
        }
        if (!windows.isEmpty()) {
            move(connection, windows.toString(), bucket, dimension, into);
        }
    }

    private static long noon(long day) {
        return day + DayTables.DAY / 2;
    }

    private long start(Bucket bucket, long millis) {
        return switch (bucket) {
            case ALL -> 0;
            case HOUR -> Tally.hour(millis);
            case DAY -> span.dayStart(millis);
        };
    }

    private void move(
            Connection connection,
            String windows,
            Bucket bucket,
            String dimension,
            Map<Cell, Use> into)
            throws SQLException {
        try (var statement =
                connection.prepareStatement(select(WINDOWS, column(dimension), columns()))) {
            statement.setString(1, windows);
            columns().bind(statement, 2);
            each(
                    statement,
                    (start, key, use) -> {
                        at(into, start(bucket, start), key).add(use);
                        at(into, start(bucket, noon(DayTables.day(start))), key).subtract(use);
                    });
        }
        into.values().removeIf(use -> use.told() == 0);
    }

    private static String column(String dimension) {
        return dimension.isEmpty() ? "''" : dimension;
    }

    private static long upTo(long millis, long grain) {
        return millis == Long.MIN_VALUE ? millis : downTo(millis + grain - 1, grain);
    }

    private static long downTo(long millis, long grain) {
        return millis == Long.MAX_VALUE ? millis : millis - Math.floorMod(millis, grain);
    }

    private boolean fits(UsageLine.Sum key) {
        for (var each : wanted.entrySet()) {
            if (!value(key, each.getKey()).equals(each.getValue())) {
                return false;
            }
        }
        return true;
    }

    private static String value(UsageLine.Sum key, String dimension) {
        return switch (dimension) {
            case "agent_type" -> key.agentType();
            case "model" -> key.model();
            case "project" -> key.project();
            case "branch" -> key.branch();
            default -> "";
        };
    }

    private static Use at(Map<Cell, Use> found, long start, String key) {
        return found.computeIfAbsent(new Cell(start, key), _ -> new Use());
    }

    /** Adds what lies between two moments, which the source's quarters begin and end with. */
    private void collect(
            Connection connection,
            String source,
            String dimension,
            long from,
            long to,
            Bucket bucket,
            Map<Cell, Use> into)
            throws SQLException {
        if (from >= to) {
            return;
        }
        var filter = source.equals(QUARTERS) ? columns() : filter();
        try (var statement = connection.prepareStatement(select(source, dimension, filter))) {
            statement.setLong(1, from);
            statement.setLong(2, to);
            filter.bind(statement, 3);
            each(statement, (start, key, use) -> at(into, start(bucket, start), key).add(use));
        }
    }

    private static String select(String source, String dimension, Filter filter) {
        return "SELECT start, %s, %s FROM %s%s"
                .formatted(dimension, SumTables.COLUMNS, source, filter.where());
    }

    /** The conditions in SQL, on what has the place that is known by now. */
    private Filter columns() {
        var filter = new Filter();
        wanted.forEach((dimension, value) -> filter.and(dimension + " = ?", value));
        return filter;
    }

    private static void each(PreparedStatement statement, Taker taker) throws SQLException {
        try (var rows = statement.executeQuery()) {
            while (rows.next()) {
                var use = new Use();
                use.add(rows, 3);
                if (use.told() > 0) {
                    taker.take(rows.getLong(1), rows.getString(2), use);
                }
            }
        }
    }
}
