package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The writer's statements about what was used; the writer's thread only. */
final class UsageStatements {
    private static final String NAMED =
            "SELECT coalesce(duplicate_of, id) FROM events WHERE %1$s = ?1"
                    + " AND (?2 IS NULL OR %2$s IS NULL OR %2$s = ?2) AND metered = 0 AND "
                    + UsageTables.USES
                    + " LIMIT 1";

    private final PreparedStatement byMessage;
    private final PreparedStatement byRequest;
    private final PreparedStatement row;
    private final PreparedStatement save;
    private final PreparedStatement follow;
    private final PreparedStatement meters;
    private final PreparedStatement requests;
    private final PreparedStatement after;
    private final PreparedStatement unpricedAfter;
    private final CountedGone gone;

    UsageStatements(Connection connection) throws SQLException {
        gone = new CountedGone(connection);
        byMessage = connection.prepareStatement(NAMED.formatted("message_id", "request_id"));
        byRequest = connection.prepareStatement(NAMED.formatted("request_id", "message_id"));
        row = rows(connection, "id = ?");
        save =
                connection.prepareStatement(
                        "UPDATE events SET cost_nanos = ?, computed_cost_nanos = ?, prices = ?,"
                                + " counted = ?, duplicate_of = ? WHERE id = ?");
        follow =
                connection.prepareStatement(
                        "UPDATE events SET duplicate_of = ?1 WHERE duplicate_of = ?2");
        meters = rows(connection, "session_id = ? AND metered = 1 AND counted = 1");
        requests =
                rows(
                        connection,
                        "session_id = ? AND metered = 0 AND counted = 1 AND source = 'otel' AND "
                                + UsageTables.USES);
        after = rows(connection, "id > ? AND " + UsageTables.USES + " ORDER BY id LIMIT ?");
        unpricedAfter =
                rows(
                        connection,
                        "id > ? AND cost_nanos IS NULL AND "
                                + UsageTables.USES
                                + " ORDER BY id LIMIT ?");
    }

    /** What deleted events have told. */
    CountedGone gone() {
        return gone;
    }

    private static PreparedStatement rows(Connection connection, String where) throws SQLException {
        return connection.prepareStatement(
                "SELECT %s FROM events WHERE %s".formatted(Columns.EVENT, where));
    }

    /** The event that counts for a model's answer, found by the answer's name. */
    OptionalLong ofMessage(String message, @Nullable String request) throws SQLException {
        return named(byMessage, message, request);
    }

    /** The event that counts for a request, found by the request's name. */
    OptionalLong ofRequest(String request, @Nullable String message) throws SQLException {
        return named(byRequest, request, message);
    }

    private static OptionalLong named(
            PreparedStatement statement, String name, @Nullable String other) throws SQLException {
        statement.setString(1, name);
        statement.setString(2, other);
        try (var found = statement.executeQuery()) {
            return found.next() ? OptionalLong.of(found.getLong(1)) : OptionalLong.empty();
        }
    }

    Optional<EventRow> row(long id) throws SQLException {
        row.setLong(1, id);
        return read(row).stream().findFirst();
    }

    /** The increments of meters that a session's totals count. */
    List<EventRow> meters(String session) throws SQLException {
        meters.setString(1, session);
        return read(meters);
    }

    /** The OTLP requests that a session's totals count. */
    List<EventRow> requests(String session) throws SQLException {
        requests.setString(1, session);
        return read(requests);
    }

    /** The next events that used something. */
    List<EventRow> after(long id, int limit, boolean unpricedOnly) throws SQLException {
        var statement = unpricedOnly ? unpricedAfter : after;
        statement.setLong(1, id);
        statement.setInt(2, limit);
        return read(statement);
    }

    private static List<EventRow> read(PreparedStatement statement) throws SQLException {
        var rows = new ArrayList<EventRow>();
        try (var found = statement.executeQuery()) {
            while (found.next()) {
                rows.add(Columns.event(found));
            }
        }
        return rows;
    }

    /** Writes what has changed of an event that is stored: its cost and whether it counts. */
    void save(EventRow changed) throws SQLException {
        save.setObject(1, changed.costNanos(), Types.INTEGER);
        save.setObject(2, changed.usage().computedNanos(), Types.INTEGER);
        save.setString(3, changed.usage().prices());
        save.setInt(4, changed.usage().counted() ? 1 : 0);
        save.setObject(5, changed.usage().duplicateOf(), Types.INTEGER);
        save.setLong(6, changed.id());
        save.executeUpdate();
    }

    /** Lets the duplicates of one event be those of another. */
    void follow(long newer, long older) throws SQLException {
        follow.setLong(1, newer);
        follow.setLong(2, older);
        follow.executeUpdate();
    }
}
