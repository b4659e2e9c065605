package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What the log has already of events that come; the writer's thread only. A question costs much
 * more than what is asked for in it, so many things are asked for at once.
 */
final class Lookups {
    private static final int EVENTS_AT_ONCE = 32;
    private static final int SESSIONS_AT_ONCE = 16;

    private final PreparedStatement event;
    private final PreparedStatement anyEvent;
    private final PreparedStatement session;
    private final PreparedStatement manySessions;

    Lookups(Connection connection) throws SQLException {
        event = connection.prepareStatement("SELECT 1 FROM events WHERE event_id = ?");
        anyEvent =
                connection.prepareStatement(
                        "SELECT EXISTS (SELECT 1 FROM events WHERE event_id = ?)"
                                + " OR EXISTS (SELECT 1 FROM events WHERE event_id = ?)"
                                        .repeat(EVENTS_AT_ONCE - 1));
        session =
                connection.prepareStatement(
                        "SELECT %s FROM sessions WHERE id = ?".formatted(Session.COLUMNS));
        manySessions =
                connection.prepareStatement(
                        "SELECT %s FROM sessions WHERE id IN (%s)"
                                .formatted(Session.COLUMNS, Statements.places(SESSIONS_AT_ONCE)));
    }

    boolean event(String eventId) throws SQLException {
        event.setString(1, eventId);
        try (var rows = event.executeQuery()) {
            return rows.next();
        }
    }

    /** Those of which the log has none; of the others it may have some. */
    List<String> noEvents(Collection<String> eventIds) throws SQLException {
        var none = new ArrayList<String>(eventIds.size());
        for (var some : parts(eventIds, EVENTS_AT_ONCE)) {
            try (var rows = asked(anyEvent, some, EVENTS_AT_ONCE)) {
                if (rows.next() && !rows.getBoolean(1)) {
                    none.addAll(some);
                }
            }
        }
        return none;
    }

    Optional<Session> session(String id) throws SQLException {
        session.setString(1, id);
        try (var rows = session.executeQuery()) {
            return rows.next() ? Optional.of(Session.stored(rows)) : Optional.empty();
        }
    }

    /** Those of them that the log has. */
    List<Session> sessions(Collection<String> ids) throws SQLException {
        var found = new ArrayList<Session>(ids.size());
        for (var some : parts(ids, SESSIONS_AT_ONCE)) {
            try (var rows = asked(manySessions, some, SESSIONS_AT_ONCE)) {
                while (rows.next()) {
                    found.add(Session.stored(rows));
                }
            }
        }
        return found;
    }

    private static List<List<String>> parts(Collection<String> all, int size) {
        var list = List.copyOf(all);
        var parts = new ArrayList<List<String>>();
        for (var from = 0; from < list.size(); from += size) {
            parts.add(list.subList(from, Math.min(from + size, list.size())));
        }
        return parts;
    }

    /** Asks for these; the places that are left ask for NULL, which nothing is equal to. */
    private static ResultSet asked(PreparedStatement of, List<String> names, int places)
            throws SQLException {
        for (var i = 0; i < places; i++) {
            of.setString(i + 1, i < names.size() ? names.get(i) : null);
        }
        return of.executeQuery();
    }
}
