package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Where the log keeps how far each file of a history was taken in. */
final class ImportTables {
    static final List<String> ALL =
            List.of(
                    """
                    CREATE TABLE import_files (
                        path TEXT PRIMARY KEY,
                        source TEXT NOT NULL,
                        offset INTEGER NOT NULL,
                        hash TEXT NOT NULL,
                        lines INTEGER NOT NULL,
                        entries INTEGER NOT NULL,
                        memory TEXT NOT NULL,
                        unfinished INTEGER NOT NULL,
                        bytes INTEGER NOT NULL,
                        modified INTEGER NOT NULL,
                        file_key TEXT NOT NULL,
                        events INTEGER NOT NULL,
                        imported_at INTEGER NOT NULL
                    ) WITHOUT ROWID\
                    """,
                    HookedSpan.INDEX,
                    // What tells this log from others in what it exports.
                    "INSERT INTO meta VALUES ('log', lower(hex(randomblob(16))))");

    private ImportTables() {}

    /** What tells it from other logs, also in what it exports; its copies have the same. */
    static String log(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT value FROM meta WHERE name = 'log'")) {
            return row.next() ? row.getString(1) : "";
        }
    }

    static Optional<ImportMark> of(Connection connection, String path) throws SQLException {
        try (var statement =
                connection.prepareStatement(
                        "SELECT source, offset, hash, lines, entries, memory, unfinished, bytes,"
                                + " modified, file_key, events FROM import_files WHERE path = ?")) {
            statement.setString(1, path);
            try (var row = statement.executeQuery()) {
                return row.next()
                        ? Optional.of(
                                new ImportMark(
                                        path,
                                        row.getString(1),
                                        new ImportMark.Place(
                                                row.getLong(2),
                                                row.getString(3),
                                                row.getLong(4),
                                                row.getLong(5)),
                                        row.getString(6),
                                        row.getInt(7) != 0,
                                        new ImportMark.Stamp(
                                                row.getLong(8), row.getLong(9), row.getString(10)),
                                        row.getLong(11)))
                        : Optional.empty();
            }
        }
    }

    /** Writes a mark as part of the transaction that stores what it stands for. */
    static void save(Connection connection, ImportMark mark, long now) throws SQLException {
        try (var statement =
                connection.prepareStatement(
                        "INSERT OR REPLACE INTO import_files (path, source, offset, hash, lines,"
                                + " entries, memory, unfinished, bytes, modified, file_key,"
                                + " events, imported_at)"
                                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            statement.setString(1, mark.path());
            statement.setString(2, mark.source());
            statement.setLong(3, mark.place().offset());
            statement.setString(4, mark.place().hash());
            statement.setLong(5, mark.place().lines());
            statement.setLong(6, mark.place().entries());
            statement.setString(7, mark.memory());
            statement.setInt(8, mark.unfinished() ? 1 : 0);
            statement.setLong(9, mark.stamp().bytes());
            statement.setLong(10, mark.stamp().modifiedMillis());
            statement.setString(11, mark.stamp().key());
            statement.setLong(12, mark.events());
            statement.setLong(13, now);
            statement.executeUpdate();
        }
    }
}
