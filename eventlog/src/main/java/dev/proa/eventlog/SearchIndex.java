package dev.proa.eventlog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The words of events, in SQLite's full-text index (FTS5), in a file of its own beside the log. The
 * index holds no texts: they are read from the events. What a search can be narrowed to stands in
 * it as words, too, so that a narrow search does not look at what it leaves out.
 *
 * <p>Nothing is in the file that the log does not say: one that is missing, damaged or another
 * log's is made anew. How far the index has come is stored with it.
 *
 * <p>Every time it is written it gets one part more, and a search looks into all parts. While much
 * is written they are merged late, and when nothing comes little by little until few are left.
 *
 * <p>Its indexer's thread only.
 */
final class SearchIndex implements AutoCloseable {
    /** Its file, in the folder of the log. */
    static final String FILE = "events-words.db";

    /** What searches call the file's tables. */
    static final String SCHEMA = "words";

    private static final int VERSION = 1;

    /**
     * From so many parts of like size on FTS5 merges them: in small steps while events come, all at
     * once, and when nothing comes.
     */
    private static final Map<String, Integer> MERGING =
            Map.of("automerge", 16, "crisismerge", 32, "usermerge", 2);

    /** So many pages one merge writes, about. */
    private static final int MERGED = 64;

    /** So many pages are merged for some hundred events that are forgotten. */
    private static final int CLEARED = 500;

    private static final String INSERT =
            "INSERT INTO search (rowid, prompt, command, path, error, tool, answer, tags)"
                    + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)";

    /** So long readers may be waited for. */
    private static final int PATIENCE_MILLIS = 200;

    /** So much of each text can be found, in characters. */
    private static final int LONGEST = 4_000;

    private record Ids(long first, long last) {}

    private final Path file;
    private final Connection connection;
    private final PreparedStatement insert;
    private final PreparedStatement hour;
    private final PreparedStatement indexed;
    private final PreparedStatement delete;
    private long last; // the id of the newest event that was taken in
    private boolean scattered = true; // so that there may be parts to merge

    private SearchIndex(Path file, Connection connection) throws SQLException {
        this.file = file;
        this.connection = connection;
        insert = connection.prepareStatement(INSERT);
        hour =
                connection.prepareStatement(
                        "INSERT INTO search_hours VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET"
                                + " first = min(first, excluded.first),"
                                + " last = max(last, excluded.last)");
        indexed = connection.prepareStatement("UPDATE progress SET indexed = ?");
        delete = connection.prepareStatement("DELETE FROM search WHERE rowid = ?");
        last = Schema.number(connection, "SELECT indexed FROM progress");
    }

    /** The file of a log's index. */
    static Database beside(Database log) {
        return new Database(log.file().resolveSibling(FILE));
    }

    /**
     * Opens that of a log, or begins it anew if there is none, or none that could be this log's. A
     * file that does not look like an index is put aside, not deleted.
     *
     * @param log a connection to the log
     */
    static SearchIndex open(Path file, Connection log) throws SQLException, IOException {
        if (EventLog.size(file) > 0) {
            if (!SearchFile.isOurs(file)) {
                SearchFile.putAside(file);
            } else {
                OwnFiles.prepare(file);
                var found = usable(file, log);
                if (found != null) {
                    return found;
                }
            }
        }
        for (var part : List.of("", "-wal", "-shm")) {
            Files.deleteIfExists(Path.of(file + part));
        }
        OwnFiles.prepare(file);
        return begun(file, ImportTables.log(log));
    }

    /** What is in a file of ours; null if that is damaged, or of another version, log or state. */
    private static @Nullable SearchIndex usable(Path file, Connection log) throws SQLException {
        var name = ImportTables.log(log);
        var lastId = LastId.of(log);
        var connection = new Database(file).follower();
        var forgotten = "";
        SearchIndex found = null;
        try {
            if (Schema.number(connection, "PRAGMA user_version") == VERSION) {
                var index = new SearchIndex(file, connection);
                forgotten = index.forgotten(name);
                found = !forgotten.isEmpty() && index.last <= lastId ? index : null;
            }
        } catch (SQLException e) {
            if (Storage.medium(e) && !Storage.damaged(e)) {
                throw e; // what is damaged, or has other tables, is made anew
            }
        } finally {
            if (found == null) {
                connection.close();
            }
        }
        if (found != null && isThere(forgotten, log)) {
            found.close();
            return null;
        }
        return found;
    }

    /** The ids that it forgot last, as JSON; empty if it is another log's. */
    private String forgotten(String log) throws SQLException {
        try (var statement =
                connection.prepareStatement("SELECT forgotten FROM progress WHERE log = ?")) {
            statement.setString(1, log);
            try (var row = statement.executeQuery()) {
                return row.next() ? row.getString(1) : "";
            }
        }
    }

    /** Whether a log has events that the index forgot: a copy of the log was put back. */
    private static boolean isThere(String forgotten, Connection log) throws SQLException {
        var query =
                "SELECT EXISTS (SELECT 1 FROM events"
                        + " WHERE id IN (SELECT value FROM json_each('%s')))".formatted(forgotten);
        return Schema.number(log, query) != 0;
    }

    private static SearchIndex begun(Path file, String log) throws SQLException {
        var connection = new Database(file).follower();
        try {
            Database.run(connection, "PRAGMA auto_vacuum = INCREMENTAL");
            Database.run(connection, "VACUUM"); // from now on free pages can be given back
            Database.run(connection, "BEGIN IMMEDIATE");
            for (var table : SearchTables.OF_THE_FILE) {
                Database.run(connection, table);
            }
            for (var rule : MERGING.entrySet()) {
                order(connection, rule.getKey(), rule.getValue());
            }
            try (var statement =
                    connection.prepareStatement("INSERT INTO progress VALUES (?, 0, '[]')")) {
                statement.setString(1, log);
                statement.executeUpdate();
            }
            Database.run(connection, "PRAGMA application_id = " + SearchFile.APPLICATION_ID);
            Database.run(connection, "PRAGMA user_version = " + VERSION);
            Database.run(connection, "COMMIT");
            // A crash may leave the file as it is now, and it must look like ours then.
            Database.run(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
            return new SearchIndex(file, connection);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Tells FTS5 to do something, or how. */
    private static void order(Connection connection, String name, int value) throws SQLException {
        Database.run(
                connection,
                "INSERT INTO search (search, rank) VALUES ('%s', %d)".formatted(name, value));
    }

    /** Something that is written whole or not at all. */
    private interface Part {
        void run() throws SQLException;
    }

    private void transact(Part part) throws SQLException {
        var done = false;
        Database.run(connection, "BEGIN IMMEDIATE");
        try {
            part.run();
            Database.run(connection, "COMMIT");
            done = true;
        } finally {
            if (!done) {
                rollBack();
            }
        }
    }

    private void rollBack() throws SQLException {
        insert.clearBatch();
        hour.clearBatch();
        delete.clearBatch();
        try {
            Database.run(connection, "ROLLBACK");
        } catch (SQLException e) {
            // SQLite itself rolls back when the disk is full; there is nothing left to do then.
            if (!String.valueOf(e.getMessage()).contains("no transaction is active")) {
                throw e;
            }
        }
    }

    Path file() {
        return file;
    }

    /** Has it made anew when the log is opened again, if the file can still be written. */
    void spoil() {
        try {
            Database.run(connection, "PRAGMA user_version = 0");
        } catch (SQLException e) {
            return; // whoever reads of the damage can delete the file
        }
    }

    /** The id of the newest event that was taken in; 0 for none. */
    long last() {
        return last;
    }

    /** Takes in events in the order of their ids; those that it has are passed over. */
    void add(List<SearchEntry> entries) throws SQLException {
        var fresh = entries.stream().filter(entry -> entry.id() > last).toList();
        if (fresh.isEmpty()) {
            return;
        }
        var hours = new HashMap<Long, Ids>();
        var newest = fresh.getLast().id();
        transact(() -> {
            for (var entry : fresh) {
                if (!entry.wordless()) {
                    add(entry, hours);
                }
            }
            insert.executeBatch();
            write(hours);
            indexed.setLong(1, newest);
            indexed.executeUpdate();
        });
        last = newest;
        scattered |= !hours.isEmpty();
    }

    private void add(SearchEntry entry, Map<Long, Ids> hours) throws SQLException {
        var texts = entry.texts();
        insert.setLong(1, entry.id());
        insert.setString(2, start(texts.prompt()));
        insert.setString(3, start(texts.command()));
        insert.setString(4, start(texts.path()));
        insert.setString(5, start(texts.error()));
        insert.setString(6, entry.tool());
        insert.setString(7, start(texts.answer()));
        insert.setString(8, entry.marks());
        insert.addBatch();
        hours.merge(
                entry.hour(),
                new Ids(entry.id(), entry.id()),
                (a, b) -> new Ids(Math.min(a.first(), b.first()), Math.max(a.last(), b.last())));
    }

    private static @Nullable String start(@Nullable String text) {
        return text == null || text.length() <= LONGEST ? text : text.substring(0, LONGEST);
    }

    private void write(Map<Long, Ids> hours) throws SQLException {
        for (var entry : hours.entrySet()) {
            hour.setLong(1, entry.getKey());
            hour.setLong(2, entry.getValue().first());
            hour.setLong(3, entry.getValue().last());
            hour.addBatch();
        }
        hour.executeBatch();
    }

    /**
     * Forgets the words of events that are gone, as far as it has them.
     *
     * @param ids in their order
     */
    void forget(List<Long> ids) throws SQLException {
        // On the disk before the log no longer knows of them.
        Database.run(connection, "PRAGMA synchronous = FULL");
        try {
            transact(() -> clear(ids));
        } finally {
            Database.run(connection, "PRAGMA synchronous = NORMAL");
        }
        scattered = true;
    }

    private void clear(List<Long> ids) throws SQLException {
        for (var id : ids) {
            delete.setLong(1, id);
            delete.addBatch();
        }
        delete.executeBatch();
        Database.run(connection, "UPDATE progress SET forgotten = '" + ids + "'");
        // Parts that consist of deleted words give their pages back.
        order(connection, "merge", CLEARED);
    }

    /** Gives free pages back to the disk; those that a reader holds on to go next time. */
    void giveBack() throws SQLException {
        var free = Schema.number(connection, "PRAGMA freelist_count");
        if (free == 0) {
            return;
        }
        for (var left = free; left > 0; left -= Pruning.PAGES) {
            Pruning.giveBack(connection);
        }
        // The file is cut when the last page of its -wal file is copied.
        Database.run(connection, "PRAGMA busy_timeout = " + PATIENCE_MILLIS);
        Database.run(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        Database.run(connection, "PRAGMA busy_timeout = " + Database.FOLLOWER_BUSY_MILLIS);
    }

    /** Whether there may be parts to merge. */
    boolean scattered() {
        return scattered;
    }

    /** Merges a little; what fails is not tried again before something was taken in. */
    void merge() throws SQLException {
        scattered = false;
        var before = changes();
        transact(() -> order(connection, "merge", MERGED));
        scattered = changes() - before > 1; // the order itself is one
    }

    private long changes() throws SQLException {
        return Schema.number(connection, "SELECT total_changes()");
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
