package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The words of events, in SQLite's full-text index (FTS5). The index holds no texts: they are read
 * from the events. What a search can be narrowed to stands in it as words, too, so that a narrow
 * search does not look at what it leaves out. An event that is deleted leaves it by itself.
 *
 * <p>The index takes many events at once for little more than one, so it follows the log: stored
 * events wait for it, for a quarter of a second at most and until somebody searches. How far it has
 * come is stored with it, and what was missing after a crash is taken in when the log is opened.
 *
 * <p>Every time it is written it gets one part more, and a search looks into all parts. While much
 * is written they are merged late, and when nothing comes little by little until few are left.
 */
final class SearchIndex {
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

    /** What version 5 adds: up to which event the index has come. */
    static final List<String> FOLLOWING =
            List.of("INSERT INTO meta SELECT 'indexed', coalesce(max(id), 0) FROM events");

    /**
     * From so many parts of like size on FTS5 merges them: in small steps while events come, all at
     * once, and when the idle writer asks for it.
     */
    private static final Map<String, Integer> MERGING =
            Map.of("automerge", 16, "crisismerge", 32, "usermerge", 2);

    /**
     * So many pages a merge of the idle writer writes, about: what comes meanwhile waits for it.
     */
    private static final int MERGED = 64;

    private static final String INSERT =
            "INSERT INTO search (rowid, prompt, command, path, error, tool, answer, tags)"
                    + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)";

    /** So much of each text can be found, in characters. */
    private static final int LONGEST = 4_000;

    /** So many events may wait, and so many characters of them, and so long in milliseconds. */
    private static final int MOST_WAITING = 1_024;

    private static final long MOST_CHARACTERS = 1_000_000;
    private static final long LONGEST_WAIT = 250;

    private record Ids(long first, long last) {}

    /** What is taken in of an event; the event itself may go. */
    private record Entry(
            long id,
            long hour,
            @Nullable String tool,
            boolean wordless,
            String marks,
            EventTexts texts) {
        static Entry of(EventRow row, EventTexts texts) {
            // A planned step names a call that is found when it was made.
            var wordless =
                    row.toolName() == null ? texts.wordless() : row.eventType().equals("plan_step");
            return new Entry(
                    row.id(),
                    Tally.hour(row.happenedMillis()),
                    row.toolName(),
                    wordless,
                    wordless ? "" : tags(row),
                    wordless ? EventTexts.NONE : texts);
        }
    }

    private final Connection connection;
    private final PreparedStatement insert;
    private final PreparedStatement hour;
    private final PreparedStatement indexed;
    private final List<Entry> waiting = new ArrayList<>(); // of earlier transactions
    private final List<Entry> fresh = new ArrayList<>(); // of this one
    private long since; // when the first of those that wait was stored
    private long characters; // of both, about
    private boolean wanted; // by somebody who waits for it, in this one
    private boolean written; // in this one
    private boolean merged; // in this one
    private boolean scattered = true; // so that there may be parts to merge

    /** Goes on where the index of the log ends. */
    SearchIndex(Connection connection) throws SQLException {
        this(connection, -1);
    }

    private SearchIndex(Connection connection, int most) throws SQLException {
        this.connection = connection;
        insert = connection.prepareStatement(INSERT);
        hour =
                connection.prepareStatement(
                        "INSERT INTO search_hours VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET"
                                + " first = min(first, excluded.first),"
                                + " last = max(last, excluded.last)");
        indexed = connection.prepareStatement("UPDATE meta SET value = ? WHERE name = 'indexed'");
        mergeLate();
        catchUp(most);
    }

    /** Has a log of any version and origin merge as this one does; written once. */
    private void mergeLate() throws SQLException {
        for (var rule : MERGING.entrySet()) {
            var name = rule.getKey();
            var stored = "SELECT v FROM search_config WHERE k = '%s'".formatted(name);
            if (Schema.number(connection, stored) != rule.getValue()) {
                order(name, rule.getValue());
            }
        }
    }

    /** Tells FTS5 to do something, or how. */
    private void order(String name, int value) throws SQLException {
        Database.run(
                connection,
                "INSERT INTO search (search, rank) VALUES ('%s', %d)".formatted(name, value));
    }

    /** At most so many; -1 for all. */
    private void catchUp(int most) throws SQLException {
        var missing =
                """
                SELECT %s FROM events
                WHERE id > (SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'indexed')
                ORDER BY id LIMIT %d\
                """
                        .formatted(Columns.EVENT, most);
        try (var statement = connection.createStatement();
                var found = statement.executeQuery(missing)) {
            while (found.next()) {
                waiting.add(entry(Columns.event(found)));
            }
        }
    }

    private static Entry entry(EventRow row) {
        return Entry.of(row, EventTexts.of(row.eventType(), row.status(), row.metadata()));
    }

    /** Takes note of a new event. */
    void took(EventRow row, NewEvent event) {
        fresh.add(Entry.of(row, event.texts()));
        characters += row.metadata().length();
    }

    /** Whether there are words that wait. */
    boolean behind() {
        return waiting.stream().anyMatch(entry -> !entry.wordless());
    }

    /** Takes in what waits, if it is time to. */
    void finish(long now) throws SQLException {
        if (waiting.isEmpty()) {
            since = now;
        }
        var late = Math.abs(now - since) >= LONGEST_WAIT; // the clock may have been put back
        if (wanted
                || (late && behind())
                || waiting.size() + fresh.size() >= MOST_WAITING
                || characters >= MOST_CHARACTERS) {
            finish();
        }
    }

    /** Has everything taken in when the present transaction ends. */
    void want() {
        wanted = true;
    }

    /** Whether there may be parts to merge. */
    boolean scattered() {
        return scattered;
    }

    /** Merges a little, in the present transaction. */
    void merge() throws SQLException {
        scattered = false; // what fails is not tried for ever
        var before = changes();
        order("merge", MERGED);
        merged = changes() - before > 1; // the order itself is one
    }

    private long changes() throws SQLException {
        return Schema.number(connection, "SELECT total_changes()");
    }

    /** Takes in what waits; once in a transaction. */
    private void finish() throws SQLException {
        var hours = new HashMap<Long, Ids>();
        var last = 0L;
        for (var entry : waiting) {
            last = add(entry, hours);
        }
        for (var entry : fresh) {
            last = add(entry, hours);
        }
        if (last == 0) {
            return;
        }
        insert.executeBatch();
        write(hours);
        indexed.setString(1, Long.toString(last));
        indexed.executeUpdate();
        written = true;
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

    private long add(Entry entry, Map<Long, Ids> hours) throws SQLException {
        if (entry.wordless()) {
            return entry.id();
        }
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
        return entry.id();
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

    /** The transaction is on the disk. */
    void kept() {
        scattered |= written || merged;
        if (written) {
            waiting.clear();
            characters = 0;
        } else {
            waiting.addAll(fresh);
        }
        fresh.clear();
        wanted = false;
        written = false;
        merged = false;
    }

    /** The transaction came to nothing; what waited before it still waits. */
    void forget() throws SQLException {
        insert.clearBatch();
        hour.clearBatch();
        fresh.clear();
        wanted = false;
        written = false;
        merged = false;
    }

    /** Takes in what was stored before there was an index, within the present transaction. */
    static void fill(Connection connection) throws SQLException {
        Database.run(connection, "UPDATE meta SET value = '0' WHERE name = 'indexed'");
        var index = new SearchIndex(connection, 0);
        do {
            index.finish();
            index.kept();
            index.catchUp(MOST_WAITING);
        } while (!index.waiting.isEmpty());
        index.insert.close();
        index.hour.close();
        index.indexed.close();
    }
}
