package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What was used in a stretch of time, by time or by one of the dimensions. Whole days come from
 * memory, what is left of days by the quarter of an hour from the roll-up, and what is left of
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

    /**
     * A group of what was used.
     *
     * @param at when its time begins, in milliseconds since 1970; 0 if time does not tell groups
     *     apart
     * @param key the value of the dimension, empty where there is none
     */
    record Cell(long at, String key) {}

    /** When a group's time begins that a moment lies in. */
    @FunctionalInterface
    private interface Bucket {
        long start(long millis);
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
        return read(connection, _ -> 0, true, "").getOrDefault(new Cell(0, ""), new Use());
    }

    /** By one of {@link #DIMENSIONS}. */
    Map<String, Use> by(Connection connection, String dimension) throws SQLException {
        var found = new HashMap<String, Use>();
        read(connection, _ -> 0, true, dimension)
                .forEach((cell, use) -> found.put(cell.key(), use));
        return found;
    }

    /** By the hour, and by one of {@link #DIMENSIONS} or the empty text. */
    Map<Cell, Use> byHour(Connection connection, String dimension) throws SQLException {
        return read(connection, Tally::hour, false, dimension);
    }

    /** By the day of the zone, and by one of {@link #DIMENSIONS} or the empty text. */
    Map<Cell, Use> byDay(Connection connection, String dimension) throws SQLException {
        var rules = span.zone().getRules();
        var same =
                rules.isFixedOffset() && rules.getOffset(Instant.EPOCH).equals(ZoneOffset.UTC);
        return same
                ? read(connection, DayTables::day, true, dimension)
                : read(connection, span::dayStart, false, dimension);
    }

    /** Sums it up; {@code days} says whether a group has whole days by UTC or none of one. */
    private Map<Cell, Use> read(
            Connection connection, Bucket bucket, boolean days, String dimension)
            throws SQLException {
        var found = new HashMap<Cell, Use>();
        var first = upTo(span.first(), UsageTables.QUARTER);
        var last = downTo(span.end(), UsageTables.QUARTER);
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
        } else if (days && firstDay < lastDay) {
            collect(connection, QUARTERS, column(dimension), first, firstDay, bucket, found);
            cube.read(
                    connection,
                    firstDay,
                    lastDay,
                    (key, use) -> {
                        if (fits(key)) {
                            at(found, bucket.start(key.start()), value(key, dimension)).add(use);
                        }
                    });
            collect(connection, QUARTERS, column(dimension), lastDay, last, bucket, found);
        } else {
            collect(connection, QUARTERS, column(dimension), first, last, bucket, found);
        }
        return found;
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
        var query =
                "SELECT start, %s, %s FROM %s%s"
                        .formatted(dimension, UsageTables.SUM_COLUMNS, source, filter.where());
        try (var statement = connection.prepareStatement(query)) {
            statement.setLong(1, from);
            statement.setLong(2, to);
            filter.bind(statement, 3);
            add(statement, bucket, into);
        }
    }

    /** The conditions in SQL, on what has the place that is known by now. */
    private Filter columns() {
        var filter = new Filter();
        wanted.forEach((dimension, value) -> filter.and(dimension + " = ?", value));
        return filter;
    }

    private static void add(PreparedStatement statement, Bucket bucket, Map<Cell, Use> into)
            throws SQLException {
        try (var rows = statement.executeQuery()) {
            while (rows.next()) {
                var use = new Use();
                use.add(rows, 3);
                if (use.told() > 0) {
                    at(into, bucket.start(rows.getLong(1)), rows.getString(2)).add(use);
                }
            }
        }
    }
}
