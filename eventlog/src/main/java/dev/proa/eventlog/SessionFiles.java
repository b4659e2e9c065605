package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** Which files a session edited, how often, and how many lines of them. */
final class SessionFiles {
    private static final String EDITED =
            """
            INSERT INTO session_files (session_id, file, edits, lines_added, lines_removed, last_at)
            VALUES (?, ?, 1, ?, ?, ?)
            ON CONFLICT DO UPDATE SET
                edits = edits + 1,
                lines_added = lines_added + excluded.lines_added,
                lines_removed = lines_removed + excluded.lines_removed,
                last_at = max(last_at, excluded.last_at)
            RETURNING edits\
            """;

    private final PreparedStatement edited;

    SessionFiles(Connection connection) throws SQLException {
        edited = connection.prepareStatement(EDITED);
    }

    /** Notes an edit; true if the session edits that file for the first time. */
    boolean isNew(String session, NewEvent.Edit edit, long at) throws SQLException {
        if (edit.file() == null) {
            return false;
        }
        edited.setString(1, session);
        edited.setString(2, edit.file());
        edited.setLong(3, edit.added());
        edited.setLong(4, edit.removed());
        edited.setLong(5, at);
        try (var row = edited.executeQuery()) {
            return row.next() && row.getLong(1) == 1;
        }
    }

    /** A file as readers see it. */
    record Edited(String path, long edits, long added, long removed, long lastMillis) {
        void write(JsonGenerator out) {
            out.writeStartObject();
            Json.text(out, "path", path);
            out.writeNumberProperty("edits", edits);
            out.writeNumberProperty("lines_added", added);
            out.writeNumberProperty("lines_removed", removed);
            Json.time(out, "last_at", lastMillis);
            out.writeEndObject();
        }
    }

    /** The files of a session, the last edited first. */
    static List<Edited> of(Connection connection, String session) throws SQLException {
        var files = new ArrayList<Edited>();
        try (var statement =
                connection.prepareStatement(
                        "SELECT file, edits, lines_added, lines_removed, last_at"
                                + " FROM session_files WHERE session_id = ?"
                                + " ORDER BY last_at DESC, file")) {
            statement.setString(1, session);
            try (var found = statement.executeQuery()) {
                while (found.next()) {
                    files.add(
                            new Edited(
                                    found.getString(1),
                                    found.getLong(2),
                                    found.getLong(3),
                                    found.getLong(4),
                                    found.getLong(5)));
                }
            }
        }
        return files;
    }
}
