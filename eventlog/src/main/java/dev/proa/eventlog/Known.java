package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;

/** Counts events that would not be stored again. */
final class Known {
    private Known() {}

    /** Whether a row is of a session. */
    static boolean row(Connection connection, long id, String session) throws SQLException {
        try (var statement =
                connection.prepareStatement(
                        "SELECT 1 FROM events WHERE id = ? AND session_id = ?")) {
            statement.setLong(1, id);
            statement.setString(2, session);
            try (var rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    /** How many of the events the log has, or were among those before them. */
    static long among(Connection connection, List<NewEvent> events) throws SQLException {
        var known = 0L;
        var seen = new HashSet<String>();
        try (var statement =
                connection.prepareStatement("SELECT 1 FROM events WHERE event_id = ?")) {
            for (var event : events) {
                var id = event.eventId();
                if (id == null) {
                    continue;
                }
                statement.setString(1, id);
                try (var rows = statement.executeQuery()) {
                    known += !seen.add(id) || rows.next() ? 1 : 0;
                }
            }
        }
        return known;
    }
}
