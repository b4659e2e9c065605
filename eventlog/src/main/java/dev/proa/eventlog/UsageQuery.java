package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What was used in a stretch of time, by time or by one of the dimensions. Whole days by UTC come
 * from memory, what is left of days by the quarter of an hour from the roll-up, and what is left of
 * quarters from events. By sessions it is the same with a memory and a roll-up of their own.
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

    /**
     * A group of what was used.
     *
     * @param at when its time begins, in milliseconds since 1970; 0 if time does not tell groups
     *     apart
     * @param key the value of the dimension, empty where there is none
     * @param model the model where models tell groups apart, too; else empty
     */
    record Cell(long at, String key, String model) {}

    /** How long the time of a group is; a day is one of the span's zone. */
    private enum Bucket {
        ALL,
        HOUR,
        DAY
    }

    /** What tells groups apart; the dimension is empty if none does. */
    private record Groups(Bucket bucket, String dimension, boolean models) {
        /** Their columns in SQL. */
        String columns(String source) {
            return column(source, dimension) + ", " + (models ? "coalesce(model, '')" : "''");
        }
    }

    /** Takes what one row sums up; {@code start} is that of its quarter of an hour. */
    @FunctionalInterface
    private interface Taker {
        void take(long start, String key, String model, Use use);
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

    /** The value of a dimension in SQL, empty if that is; quarters have the place known by now. */
    static String column(String source, String dimension) {
        return dimension.isEmpty() ? "''" : placed(source) ? dimension : expression(dimension);
    }

    private static boolean placed(String source) {
        return source.equals(UsageSources.QUARTERS) || source.equals(UsageSources.WINDOWS);
    }

    /** The conditions in SQL on what a source has. */
    Filter filter(String source) {
        return placed(source) ? columns() : filter();
    }

    /** What has the quarters, if they are to be told apart by a dimension. */
    String source(String dimension) {
        return dimension.equals(SESSION) || wanted.containsKey(SESSION)
                ? UsageSources.SESSIONS
                : UsageSources.QUARTERS;
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
        return read(connection, new Groups(Bucket.ALL, "", false))
                .getOrDefault(new Cell(0, "", ""), new Use());
    }

    /** By one of {@link #DIMENSIONS}, and by model. */
    Map<Cell, Use> byModel(Connection connection, String dimension) throws SQLException {
        return read(connection, new Groups(Bucket.ALL, dimension, true));
    }

    /** By the day of the zone, and by model. */
    Map<Cell, Use> byDayAndModel(Connection connection) throws SQLException {
        return read(connection, new Groups(Bucket.DAY, "", true));
    }

    /**
     * By the hour, and by one of {@link #DIMENSIONS} or the empty text; {@link SpentHours} reads
     * less of each and is sooner done.
     */
    Map<Cell, Use> byHour(Connection connection, String dimension) throws SQLException {
        return read(connection, new Groups(Bucket.HOUR, dimension, false));
    }

    /** By the day of the zone, and by one of {@link #DIMENSIONS} or the empty text. */
    Map<Cell, Use> byDay(Connection connection, String dimension) throws SQLException {
        return read(connection, new Groups(Bucket.DAY, dimension, false));
    }

    /**
     * How many of the events that {@link #byHour} sums up have been deleted, by the hour. Quarters
     * that the stretch cuts are summed up from events, so nothing is missing there.
     *
     * @param unpriced counts only those without a price
     */
    Map<Long, Long> pruned(Connection connection, boolean unpriced) throws SQLException {
        var filter =
                filter().and("start >= ?", UsageSpan.upTo(span.first(), SumTables.QUARTER))
                        .and("start < ?", UsageSpan.downTo(span.end(), SumTables.QUARTER));
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

    private Map<Cell, Use> read(Connection connection, Groups groups) throws SQLException {
        var found = new HashMap<Cell, Use>();
        var first = UsageSpan.upTo(span.first(), SumTables.QUARTER);
        var last = UsageSpan.downTo(span.end(), SumTables.QUARTER);
        if (first > last) {
            collect(connection, UsageSources.EVENTS, groups, span.first(), span.end(), found);
            return found;
        }
        collect(connection, UsageSources.EVENTS, groups, span.first(), first, found);
        collect(connection, UsageSources.EVENTS, groups, last, span.end(), found);
        var firstDay = UsageSpan.upTo(first, DayTables.DAY);
        var lastDay = UsageSpan.downTo(last, DayTables.DAY);
        var sessions =
                groups.dimension().equals(SESSION) && groups.bucket() == Bucket.ALL
                        ? cube.sessions().view(connection)
                        : Optional.<Map<String, List<SessionCube.Line>>>empty();
        if (sessions.isPresent()) {
            sessions(connection, groups, sessions.get(), first, last, found);
            return found;
        }
        var source = source(groups.dimension());
        if (source.equals(UsageSources.QUARTERS)
                && groups.bucket() != Bucket.HOUR
                && firstDay < lastDay) {
            collect(connection, source, groups, first, firstDay, found);
            days(connection, firstDay, lastDay, groups, found);
            collect(connection, source, groups, lastDay, last, found);
        } else {
            collect(connection, source, groups, first, last, found);
        }
        return found;
    }

    /** Adds by sessions: whole days from memory, and the rest of those that have any. */
    private void sessions(
            Connection connection,
            Groups groups,
            Map<String, List<SessionCube.Line>> lines,
            long first,
            long last,
            Map<Cell, Use> into)
            throws SQLException {
        var firstDay = UsageSpan.upTo(first, DayTables.DAY);
        var lastDay = Math.max(firstDay, UsageSpan.downTo(last, DayTables.DAY));
        var rest = new HashSet<String>();
        for (var session : lines.entrySet()) {
            if (!session.getKey().equals(wanted.getOrDefault(SESSION, session.getKey()))) {
                continue;
            }
            for (var line : session.getValue()) {
                var day = line.key().start();
                if (day >= firstDay && day < lastDay) {
                    if (fits(line.key()) && line.use().told() > 0) {
                        at(into, cell(groups, 0, session.getKey(), line.key())).add(line.use());
                    }
                } else if (day + DayTables.DAY > first && day < last) {
                    rest.add(session.getKey());
                }
            }
        }
        var ids = Json.tree(rest).toString();
        sessions(connection, groups, ids, first, Math.min(firstDay, last), into);
        sessions(connection, groups, ids, lastDay, last, into);
    }

    private void sessions(
            Connection connection,
            Groups groups,
            String ids,
            long from,
            long to,
            Map<Cell, Use> into)
            throws SQLException {
        if (from >= to) {
            return;
        }
        each(
                connection,
                UsageSources.SOME,
                groups,
                (_, key, model, use) -> at(into, new Cell(0, key, model)).add(use),
                ids,
                from,
                to);
    }

    /**
     * Adds whole days by UTC. Such a day goes where its noon belongs; the quarters of it that
     * belong to another day of the zone are moved there.
     */
    private void days(Connection connection, long from, long to, Groups groups, Map<Cell, Use> into)
            throws SQLException {
        var days = new TreeSet<Long>();
        cube.read(
                connection,
                from,
                to,
                (key, use) -> {
                    if (fits(key)) {
                        days.add(key.start());
                        var start = start(groups.bucket(), noon(key.start()));
                        at(into, cell(groups, start, value(key, groups.dimension()), key)).add(use);
                    }
                });
        if (groups.bucket() == Bucket.ALL) {
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
            move(connection, windows.toString(), groups, into);
        }
    }

    private static Cell cell(Groups groups, long start, String key, UsageLine.Sum line) {
        return new Cell(start, key, groups.models() ? line.model() : "");
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

    private void move(Connection connection, String windows, Groups groups, Map<Cell, Use> into)
            throws SQLException {
        each(
                connection,
                UsageSources.WINDOWS,
                groups,
                (start, key, model, use) -> {
                    var there = start(groups.bucket(), start);
                    var here = start(groups.bucket(), noon(DayTables.day(start)));
                    at(into, new Cell(there, key, model)).add(use);
                    at(into, new Cell(here, key, model)).subtract(use);
                },
                windows);
        into.values().removeIf(use -> use.told() == 0);
    }

    private boolean fits(UsageLine.Sum key) {
        for (var each : wanted.entrySet()) {
            var ofSession = each.getKey().equals(SESSION); // whose lines these are is known
            if (!ofSession && !value(key, each.getKey()).equals(each.getValue())) {
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

    private static Use at(Map<Cell, Use> found, Cell cell) {
        return found.computeIfAbsent(cell, _ -> new Use());
    }

    /** Adds what lies between two moments, which the source's quarters begin and end with. */
    private void collect(
            Connection connection,
            String source,
            Groups groups,
            long from,
            long to,
            Map<Cell, Use> into)
            throws SQLException {
        if (from >= to) {
            return;
        }
        each(
                connection,
                source,
                groups,
                (start, key, model, use) ->
                        at(into, new Cell(start(groups.bucket(), start), key, model)).add(use),
                from,
                to);
    }

    /** The conditions in SQL, on what has the place that is known by now. */
    private Filter columns() {
        var filter = new Filter();
        wanted.forEach((dimension, value) -> filter.and(dimension + " = ?", value));
        return filter;
    }

    /** Shows what a source has; {@code bound} is what the source is about. */
    private void each(
            Connection connection, String source, Groups groups, Taker taker, Object... bound)
            throws SQLException {
        var filter = filter(source);
        var query =
                "SELECT start, %s, %s FROM %s%s"
                        .formatted(
                                groups.columns(source), SumTables.COLUMNS, source, filter.where());
        try (var statement = connection.prepareStatement(query)) {
            for (var i = 0; i < bound.length; i++) {
                statement.setObject(i + 1, bound[i]);
            }
            filter.bind(statement, bound.length + 1);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    var use = new Use();
                    use.add(rows, 4);
                    if (use.told() > 0) {
                        taker.take(rows.getLong(1), rows.getString(2), rows.getString(3), use);
                    }
                }
            }
        }
    }
}
