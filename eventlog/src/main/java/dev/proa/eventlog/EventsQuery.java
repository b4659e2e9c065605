package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A page of events, newest first.
 *
 * @param rolledUp conditions on columns that the roll-up has, too
 * @param other the rest of the conditions
 * @param session the session, if it is the only condition
 * @param counted whether calls of tools are asked for, each once
 * @param error what a failure has to say, as the statistics of tools put it
 * @param from the table, or the part of it that has all that passes
 */
record EventsQuery(
        Filter rolledUp,
        Filter other,
        Filter all,
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

    /** What the statistics of tools count, of events and of the roll-up's lines. */
    private static final String CALL = "tool_name <> '' AND event_type <> 'plan_step'";

    private static final String COUNTED_CALL = CALL + " AND call_counted";

    /** What was found, and how many there are beyond the page. */
    record Page(List<EventRow> events, long total) {}

    static EventsQuery of(Parameters parameters, OptionalLong since, OptionalLong until) {
        var rolledUp = new Filter();
        var other = new Filter();
        var all = new Filter();
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
        since.ifPresent(millis -> both(other, all, "created_at >= ?", millis));
        until.ifPresent(millis -> both(other, all, "created_at <= ?", millis));
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
        var alone = rolledUp.isEmpty() && other.size() == 1;
        var limit = parameters.whole("limit").filter(n -> n > 0).orElse(USUAL_ROWS);
        return new EventsQuery(
                rolledUp,
                other,
                all,
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
        return error.isPresent()
                ? saying(connection, error.get())
                : new Page(rows(connection, from, all, limit, offset), total(connection));
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

    /** Counted where it has been counted already, if possible. */
    private long total(Connection connection) throws SQLException {
        if (session.isPresent()) {
            var one = new Filter().and("id = ?", session.get());
            return number(connection, "SELECT event_count FROM sessions", one);
        }
        if (other.isEmpty()) {
            var sum = counted ? "total(events - repeats)" : "total(events)";
            return number(connection, "SELECT " + sum + " FROM rollup_day", rolledUp);
        }
        return number(connection, "SELECT count(*) FROM " + from, all);
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
