package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A page of events, newest first.
 *
 * @param rolledUp conditions on columns that the roll-up has, too
 * @param other the rest of the conditions, but for the time
 * @param values what columns of the zones must hold
 * @param since not stored before, in milliseconds since 1970
 * @param until not stored after
 * @param indexed whether an index has what passes, so that zones need not tell where it is
 * @param session the session, if it is the only condition
 * @param counted whether calls of tools are asked for, each once
 * @param error what a failure has to say, as the statistics of tools put it
 * @param from the table, or the part of it that has all that passes
 */
record EventsQuery(
        Filter rolledUp,
        Filter other,
        Filter all,
        Map<String, String> values,
        OptionalLong since,
        OptionalLong until,
        boolean indexed,
        Optional<String> session,
        boolean counted,
        Optional<String> error,
        String from,
        int limit,
        int offset) {
    /** What one answer holds at most. */
    static final int MOST_ROWS = 10_000;

    private static final long MOST_CHARACTERS = 16L * 1024 * 1024;
    private static final int USUAL_ROWS = 50;

    private static final List<String> ROLLED_UP =
            List.of("agent_type", "event_type", "tool_name", "model", "source");
    private static final List<String> OTHERS = List.of("session_id", "branch", "status");

    private static final long LAST_MILLI = Tally.HOUR - 1; // of an hour, to round up to the next

    /** What the statistics of tools count, of events and of the roll-up's lines. */
    private static final String CALL = "tool_name <> '' AND event_type <> 'plan_step'";

    private static final String COUNTED_CALL = CALL + " AND call_counted";

    /** What was found, and how many there are beyond the page. */
    record Page(List<EventRow> events, long total) {}

    static EventsQuery of(Parameters parameters, OptionalLong since, OptionalLong until) {
        var rolledUp = new Filter();
        var other = new Filter();
        var all = new Filter();
        var values = new LinkedHashMap<String, String>();
        for (var name : ROLLED_UP) {
            parameters
                    .filled(name)
                    .ifPresent(value -> {
                        rolledUp.and(name + " = ?", value);
                        all.and(name + " = ?", value);
                    });
        }
        for (var name : OTHERS) {
            parameters.filled(name).ifPresent(value -> both(other, all, name + " = ?", value));
        }
        for (var name : Zones.COLUMNS) {
            parameters.filled(name).ifPresent(value -> values.put(name, value));
        }
        since.ifPresent(millis -> all.and("created_at >= ?", millis));
        until.ifPresent(millis -> all.and("created_at <= ?", millis));
        var error = parameters.filled("error");
        var failed = yes(parameters, "failed") || error.isPresent();
        if (failed) {
            both(other, all, FailedEvents.FAILED);
        }
        var counted = yes(parameters, "counted");
        if (counted) {
            rolledUp.and(CALL);
            all.and(COUNTED_CALL);
        }
        var session = parameters.filled("session_id");
        var alone = all.size() == 1;
        var limit = parameters.whole("limit").filter(n -> n > 0).orElse(USUAL_ROWS);
        return new EventsQuery(
                rolledUp,
                other,
                all,
                values,
                since,
                until,
                failed || session.isPresent(),
                alone ? session : Optional.empty(),
                counted,
                error,
                failed && session.isEmpty() ? FailedEvents.EVENTS : "events",
                Math.min(limit, MOST_ROWS),
                Math.max(0, parameters.whole("offset").orElse(0)));
    }

    private static boolean yes(Parameters parameters, String name) {
        return parameters.filled(name).filter("true"::equals).isPresent();
    }

    private static void both(Filter other, Filter all, String condition, Object... values) {
        other.and(condition, values);
        all.and(condition, values);
    }

    Page run(Connection connection) throws SQLException {
        if (error.isPresent()) {
            return saying(connection, error.get());
        }
        if (indexed) {
            return new Page(rows(connection, from, all, limit, offset), total(connection));
        }
        var ranges = Zones.ranges(connection, values, since, until);
        return new Page(rows(connection, ranges), total(connection, ranges));
    }

    /** The page of what passes, from the zones that may have it. */
    private List<EventRow> rows(Connection connection, List<Zones.Range> ranges)
            throws SQLException {
        var wanted = new ArrayList<Long>();
        var skip = offset;
        var query =
                "SELECT id FROM events%s ORDER BY id DESC LIMIT ?"
                        .formatted(all.where("id BETWEEN ? AND ?"));
        try (var statement = connection.prepareStatement(query)) {
            var next = all.bind(statement, 1);
            for (var range : ranges) {
                statement.setLong(next, range.first());
                statement.setLong(next + 1, range.last());
                statement.setLong(next + 2, (long) skip + limit - wanted.size());
                try (var found = statement.executeQuery()) {
                    while (found.next()) {
                        if (skip > 0) {
                            skip--;
                        } else {
                            wanted.add(found.getLong(1));
                        }
                    }
                }
                if (wanted.size() == limit) {
                    break;
                }
            }
        }
        var these = new Filter().and("id IN (SELECT value FROM json_each(?))", wanted.toString());
        return rows(connection, "events", these, limit, 0);
    }

    /** What an event says is not stored in a column: each failure that passes is looked at. */
    private Page saying(Connection connection, String wanted) throws SQLException {
        var query =
                "SELECT %s FROM %s%s ORDER BY id DESC".formatted(Columns.EVENT, from, all.where());
        var rows = new ArrayList<EventRow>();
        var found = 0;
        var room = MOST_CHARACTERS;
        try (var statement = connection.prepareStatement(query)) {
            all.bind(statement, 1);
            try (var each = statement.executeQuery()) {
                while (each.next()) {
                    var row = Columns.event(each);
                    if (ToolDetails.kindOf(row).equals(wanted)
                            && found++ >= offset
                            && rows.size() < limit
                            && room > 0) {
                        room -= row.metadata().length();
                        rows.add(row);
                    }
                }
            }
        }
        return new Page(rows, found);
    }

    /** The newest events that pass a filter. */
    static List<EventRow> rows(Connection connection, Filter filter, int limit, int offset)
            throws SQLException {
        return rows(connection, "events", filter, limit, offset);
    }

    private static List<EventRow> rows(
            Connection connection, String from, Filter filter, int limit, int offset)
            throws SQLException {
        var rows = new ArrayList<EventRow>();
        var query =
                "SELECT %s FROM %s%s ORDER BY id DESC LIMIT ? OFFSET ?"
                        .formatted(Columns.EVENT, from, filter.where());
        try (var statement = connection.prepareStatement(query)) {
            var next = filter.bind(statement, 1);
            statement.setInt(next, limit);
            statement.setInt(next + 1, offset);
            var room = MOST_CHARACTERS;
            try (var found = statement.executeQuery()) {
                while (room > 0 && found.next()) {
                    var row = Columns.event(found);
                    room -= row.metadata().length();
                    rows.add(row);
                }
            }
        }
        return rows;
    }

    private long total(Connection connection) throws SQLException {
        if (session.isPresent()) {
            var one = new Filter().and("id = ?", session.get());
            return number(connection, "SELECT event_count FROM sessions", one);
        }
        return number(connection, "SELECT count(*) FROM " + from, all);
    }

    /** Counted where it has been counted already, if possible. */
    private long total(Connection connection, List<Zones.Range> ranges) throws SQLException {
        if (!other.isEmpty()) {
            return count(connection, ranges, all);
        }
        if (since.isEmpty() && until.isEmpty()) {
            return rolledUp(connection, "rollup_day", rolledUp);
        }
        var first = since.isEmpty() ? Long.MIN_VALUE : Tally.hour(since.getAsLong() + LAST_MILLI);
        var end = until.isEmpty() ? Long.MAX_VALUE : Tally.hour(until.getAsLong() + 1);
        if (first >= end) {
            return count(connection, ranges, all);
        }
        var hours = rolledUp.copy().and("hour >= ?", first).and("hour < ?", end);
        return rolledUp(connection, "rollup", hours)
                + (since.isEmpty() ? 0 : edge(connection, since.getAsLong(), first - 1))
                + (until.isEmpty() ? 0 : edge(connection, end, until.getAsLong()));
    }

    private long rolledUp(Connection connection, String from, Filter filter) throws SQLException {
        var sum = counted ? "total(events - repeats)" : "total(events)";
        return number(connection, "SELECT " + sum + " FROM " + from, filter);
    }

    /** How many pass that were stored in a part of an hour. */
    private long edge(Connection connection, long since, long until) throws SQLException {
        var ranges =
                Zones.ranges(connection, values, OptionalLong.of(since), OptionalLong.of(until));
        var filter = all.copy().and("created_at BETWEEN ? AND ?", since, until);
        return since > until ? 0 : count(connection, ranges, filter);
    }

    private static long count(Connection connection, List<Zones.Range> ranges, Filter filter)
            throws SQLException {
        var sum = 0L;
        var query = "SELECT count(*) FROM events" + filter.where("id BETWEEN ? AND ?");
        try (var statement = connection.prepareStatement(query)) {
            var next = filter.bind(statement, 1);
            for (var range : ranges) {
                statement.setLong(next, range.first());
                statement.setLong(next + 1, range.last());
                try (var found = statement.executeQuery()) {
                    sum += found.next() ? found.getLong(1) : 0;
                }
            }
        }
        return sum;
    }

    private static long number(Connection connection, String query, Filter filter)
            throws SQLException {
        try (var statement = connection.prepareStatement(query + filter.where())) {
            filter.bind(statement, 1);
            try (var found = statement.executeQuery()) {
                return found.next() ? found.getLong(1) : 0;
            }
        }
    }
}
