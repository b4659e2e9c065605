package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The words of events, in SQLite's full-text index (FTS5). The index holds no texts: they are read
 * from the events. What a search can be narrowed to stands in it as words, too, so that a narrow
 * search does not look at what it leaves out. An event that is deleted leaves it by itself.
 */
final class SearchIndex implements Follower {
    static final List<String> TABLES =
            List.of(
                    """
                    CREATE VIRTUAL TABLE search USING fts5 (
                        prompt, command, path, error, tool, answer, tags,
                        content = '', contentless_delete = 1, detail = full,
                        tokenize = 'unicode61 remove_diacritics 2'
                    )\
                    """,
                    "CREATE TRIGGER search_forgets AFTER DELETE ON events BEGIN"
                            + " DELETE FROM search WHERE rowid = old.id; END",
                    // Within which ids the events of an hour lie, by when they happened.
                    """
                    CREATE TABLE search_hours (
                        hour INTEGER PRIMARY KEY,
                        first INTEGER NOT NULL,
                        last INTEGER NOT NULL
                    )\
                    """);

    private static final String INSERT =
            "INSERT INTO search (rowid, prompt, command, path, error, tool, answer, tags)"
                    + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)";

    /** So much of each text can be found, in characters. */
    private static final int LONGEST = 4_000;

    private record Ids(long first, long last) {}

    private final PreparedStatement insert;
    private final PreparedStatement hour;
    private final Map<Long, Ids> hours = new HashMap<>();
    private boolean any;

    SearchIndex(Connection connection) throws SQLException {
        insert = connection.prepareStatement(INSERT);
        hour =
                connection.prepareStatement(
                        "INSERT INTO search_hours VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET"
                                + " first = min(first, excluded.first),"
                                + " last = max(last, excluded.last)");
    }

    @Override
    public void took(EventRow row, NewEvent event) throws SQLException {
        add(row, event.texts());
    }

    private void add(EventRow row, EventTexts texts) throws SQLException {
        // A planned step names a call that is found when it was made.
        if (row.eventType().equals("plan_step") && row.toolName() != null) {
            return;
        }
        if (texts.wordless() && row.toolName() == null) {
            return;
        }
        insert.setLong(1, row.id());
        insert.setString(2, start(texts.prompt()));
        insert.setString(3, start(texts.command()));
        insert.setString(4, start(texts.path()));
        insert.setString(5, start(texts.error()));
        insert.setString(6, row.toolName());
        insert.setString(7, start(texts.answer()));
        insert.setString(8, tags(row));
        insert.addBatch();
        any = true;
        hours.merge(
                Tally.hour(row.happenedMillis()),
                new Ids(row.id(), row.id()),
                (a, b) -> new Ids(Math.min(a.first(), b.first()), Math.max(a.last(), b.last())));
    }

    private static @Nullable String start(@Nullable String text) {
        return text == null || text.length() <= LONGEST ? text : text.substring(0, LONGEST);
    }

    private static String tags(EventRow row) {
        var project = row.project();
        return tag('a', row.agentType())
                + ' '
                + tag('s', row.sessionId())
                + (project == null ? "" : ' ' + tag('p', project));
    }

    /** One word that stands for a value of any letters: FNV-1a of 64 bits. */
    static String tag(char kind, String value) {
        var hash = 0xcbf29ce484222325L;
        for (var i = 0; i < value.length(); i++) {
            hash = (hash ^ value.charAt(i)) * 0x100000001b3L;
        }
        return kind + Long.toHexString(hash);
    }

    @Override
    public void finish() throws SQLException {
        if (!any) {
            return;
        }
        insert.executeBatch();
        for (var entry : hours.entrySet()) {
            hour.setLong(1, entry.getKey());
            hour.setLong(2, entry.getValue().first());
            hour.setLong(3, entry.getValue().last());
            hour.addBatch();
        }
        hour.executeBatch();
        clear();
    }

    private void clear() {
        hours.clear();
        any = false;
    }

    @Override
    public void forget() throws SQLException {
        insert.clearBatch();
        hour.clearBatch();
        clear();
    }

    /** Takes in what was stored before there was an index. */
    static void fill(Connection connection) throws SQLException {
        var index = new SearchIndex(connection);
        try (var statement = connection.createStatement();
                var found =
                        statement.executeQuery(
                                "SELECT %s FROM events ORDER BY id".formatted(Columns.EVENT))) {
            while (found.next()) {
                var row = Columns.event(found);
                index.add(row, EventTexts.of(row.eventType(), row.status(), row.metadata()));
                if (row.id() % 1_000 == 0) {
                    index.finish();
                }
            }
        }
        index.finish();
        index.insert.close();
        index.hour.close();
    }
}
