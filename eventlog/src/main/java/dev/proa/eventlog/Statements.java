package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The writer's connection with its prepared statements; the writer's thread only. */
final class Statements implements AutoCloseable {
    private final Connection connection;
    private final SessionCube readers;
    private final Lookups lookups;
    private final PreparedStatement begin;
    private final PreparedStatement commit;
    private final PreparedStatement rollback;
    private final PreparedStatement insert;
    private final PreparedStatement call;
    private final PreparedStatement silent;
    private final PreparedStatement saveSession;
    private final SessionFiles files;
    private final Followers followers;
    private final PreparedStatement agent;
    private final PreparedStatement rollup;
    private final UsageStatements usage;
    private final UsageSums used;
    private final OtlpRows otlp;
    private final HookedSpan hooked;

    /**
     * Prepares them.
     *
     * @param readers is told what is about to change
     */
    Statements(Connection connection, SessionCube readers) throws SQLException {
        this.connection = connection;
        Database.run(connection, "PRAGMA temp_store = MEMORY"); // what a statement may take back
        this.readers = readers;
        begin = connection.prepareStatement("BEGIN IMMEDIATE");
        commit = connection.prepareStatement("COMMIT");
        rollback = connection.prepareStatement("ROLLBACK");
        lookups = new Lookups(connection);
        insert =
                connection.prepareStatement(
                        "INSERT INTO events (%s, schema_version) VALUES (%s)"
                                .formatted(Columns.EVENT, places(Columns.EVENT_COUNT + 1)));
        call =
                connection.prepareStatement(
                        ("SELECT %s FROM events WHERE session_id = ? AND call_id = ?"
                                        + " AND source <> ? AND call_counted LIMIT 1")
                                .formatted(Columns.EVENT));
        silent =
                connection.prepareStatement(
                        ("SELECT %s FROM sessions WHERE status IN ('active', 'idle')"
                                        + " AND last_event_at < ?")
                                .formatted(Session.COLUMNS));
        saveSession =
                connection.prepareStatement(
                        "INSERT OR REPLACE INTO sessions (%s) VALUES (%s)"
                                .formatted(Session.COLUMNS, places(Session.COLUMN_COUNT)));
        files = new SessionFiles(connection);
        followers = new Followers(connection);
        agent =
                connection.prepareStatement(
                        """
                        INSERT INTO agents (id, agent_type, name, registered_at, last_seen_at)
                        VALUES (?, ?, NULL, ?, ?)
                        ON CONFLICT DO UPDATE SET last_seen_at = excluded.last_seen_at\
                        """);
        rollup = connection.prepareStatement(Tally.UPSERT);
        usage = new UsageStatements(connection);
        used = new UsageSums(connection, readers);
        otlp = new OtlpRows(connection);
        hooked = new HookedSpan(connection);
    }

    static String places(int count) {
        return "?" + ", ?".repeat(count - 1);
    }

    Connection connection() {
        return connection;
    }

    SessionCube readers() {
        return readers;
    }

    /** What hooks have told of. */
    HookedSpan hooked() {
        return hooked;
    }

    /** The statements about what was used. */
    UsageStatements usage() {
        return usage;
    }

    /** The sums of what was used. */
    UsageSums used() {
        return used;
    }

    /** Meters and spans. */
    OtlpRows otlp() {
        return otlp;
    }

    void begin() throws SQLException {
        hooked.forget();
        begin.execute();
        usage.gone().begun();
    }

    void commit() throws SQLException {
        commit.execute();
    }

    void rollback() throws SQLException {
        insert.clearBatch();
        saveSession.clearBatch();
        rollup.clearBatch();
        used.forget();
        followers.forget();
        rollback.execute();
    }

    long lastId() throws SQLException {
        return LastId.of(connection);
    }

    /** What the log has already. */
    Lookups lookups() {
        return lookups;
    }

    /** A stored event that counts for a call of a tool, of another source than this one. */
    Optional<EventRow> call(String sessionId, String callId, String source) throws SQLException {
        call.setString(1, sessionId);
        call.setString(2, callId);
        call.setString(3, source);
        try (var rows = call.executeQuery()) {
            return rows.next() ? Optional.of(Columns.event(rows)) : Optional.empty();
        }
    }

    /** The sessions that have not ended and last said something before a moment. */
    List<Session> silentSince(long millis) throws SQLException {
        silent.setLong(1, millis);
        var sessions = new ArrayList<Session>();
        try (var rows = silent.executeQuery()) {
            while (rows.next()) {
                sessions.add(Session.stored(rows));
            }
        }
        return sessions;
    }

    /** Keeps a row until {@link #insertAll}. */
    void insert(EventRow row) throws SQLException {
        insert.setLong(1, row.id());
        insert.setString(2, row.eventId());
        insert.setString(3, row.sessionId());
        insert.setString(4, row.agentType());
        insert.setString(5, row.eventType());
        insert.setString(6, row.toolName());
        insert.setString(7, row.status());
        insert.setLong(8, row.tokensIn());
        insert.setLong(9, row.tokensOut());
        insert.setString(10, row.branch());
        insert.setString(11, row.project());
        insert.setObject(12, row.durationMs(), Types.INTEGER);
        insert.setLong(13, row.createdMillis());
        insert.setObject(14, row.clientMillis(), Types.INTEGER);
        StoredText.bind(insert, 15, row.metadata());
        insert.setInt(16, row.truncated() ? 1 : 0);
        insert.setString(17, row.model());
        insert.setObject(18, row.costNanos(), Types.INTEGER);
        insert.setLong(19, row.cacheReadTokens());
        insert.setLong(20, row.cacheWriteTokens());
        insert.setString(21, row.source());
        insert.setLong(22, row.usage().cacheWriteHourTokens());
        insert.setObject(23, row.usage().givenNanos(), Types.INTEGER);
        insert.setObject(24, row.usage().computedNanos(), Types.INTEGER);
        insert.setString(25, row.usage().prices());
        insert.setInt(26, row.usage().counted() ? 1 : 0);
        insert.setString(27, row.identity().messageId());
        insert.setString(28, row.identity().requestId());
        insert.setString(29, row.identity().subagent());
        insert.setInt(30, row.identity().metered() ? 1 : 0);
        insert.setObject(31, row.usage().duplicateOf(), Types.INTEGER);
        insert.setString(32, row.call().id());
        insert.setInt(33, row.call().counted() ? 1 : 0);
        insert.setInt(34, EventRow.SCHEMA_VERSION);
        insert.addBatch();
    }

    void insertAll() throws SQLException {
        insert.executeBatch();
    }

    /** Whether a session edits this file for the first time. */
    boolean newFile(String sessionId, NewEvent.Edit edit, long at) throws SQLException {
        return files.isNew(sessionId, edit, at);
    }

    /** What follows the events in tables of its own. */
    Followers followers() {
        return followers;
    }

    void save(Iterable<Session> sessions) throws SQLException {
        for (var changed : sessions) {
            changed.bind(saveSession);
            saveSession.addBatch();
        }
        saveSession.executeBatch();
    }

    void seen(String agentType, long now) throws SQLException {
        agent.setString(1, Session.agentId(agentType));
        agent.setString(2, agentType);
        agent.setLong(3, now);
        agent.setLong(4, now);
        agent.executeUpdate();
    }

    void add(Tally.Key key, Tally tally) throws SQLException {
        tally.bind(rollup, key);
        rollup.addBatch();
    }

    void addAll() throws SQLException {
        rollup.executeBatch();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
