package dev.proa.eventlog;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Remembers deleted events whose use stays in the sums, by 64 bits of a hash of their names: who
 * tells of one again, as an import of an export or of a file that was moved, pays for nothing
 * twice. The writer's thread only.
 */
final class CountedGone {
    static final String TABLE =
            "CREATE TABLE counted_gone (name INTEGER PRIMARY KEY, id INTEGER NOT NULL)";

    /** An event without an id of its own is known by its row, as an export names it. */
    private static final String DOOMED =
            """
            SELECT id, coalesce(event_id,
                    '%s' || (SELECT value FROM meta WHERE name = 'log') || ':' || id),
                message_id, request_id
            FROM events WHERE id IN (SELECT id FROM temp.doomed) AND %s\
            """
                    .formatted(EventLines.NAMED, UsageTables.USES);

    private final PreparedStatement any;
    private final PreparedStatement find;
    private boolean empty;

    CountedGone(Connection connection) throws SQLException {
        any = connection.prepareStatement("SELECT 1 FROM counted_gone LIMIT 1");
        find = connection.prepareStatement("SELECT id FROM counted_gone WHERE name = ?");
    }

    /** A transaction begins. */
    void begun() throws SQLException {
        try (var row = any.executeQuery()) {
            empty = !row.next();
        }
    }

    /** The id of the deleted event that told of the same use. */
    OptionalLong of(EventRow row) throws SQLException {
        if (empty) {
            return OptionalLong.empty();
        }
        var identity = row.identity();
        for (var name : names(row.eventId(), identity.messageId(), identity.requestId())) {
            find.setLong(1, name);
            try (var found = find.executeQuery()) {
                if (found.next()) {
                    return OptionalLong.of(found.getLong(1));
                }
            }
        }
        return OptionalLong.empty();
    }

    /** Remembers what is about to be deleted: the events in {@code doomed}. */
    static void remember(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var doomed = statement.executeQuery(DOOMED);
                var insert =
                        connection.prepareStatement(
                                "INSERT OR IGNORE INTO counted_gone VALUES (?, ?)")) {
            while (doomed.next()) {
                for (var name :
                        names(doomed.getString(2), doomed.getString(3), doomed.getString(4))) {
                    insert.setLong(1, name);
                    insert.setLong(2, doomed.getLong(1));
                    insert.addBatch();
                }
            }
            insert.executeBatch();
        }
    }

    private static List<Long> names(
            @Nullable String eventId, @Nullable String message, @Nullable String request) {
        var names = new ArrayList<Long>(2);
        if (eventId != null) {
            names.add(hash("event " + eventId));
        }
        if (message != null || request != null) {
            names.add(hash("answer " + message + "\0" + request));
        }
        return names;
    }

    private static long hash(String name) {
        return ByteBuffer.wrap(Lines.sha256().digest(name.getBytes(StandardCharsets.UTF_8)))
                .getLong();
    }
}
