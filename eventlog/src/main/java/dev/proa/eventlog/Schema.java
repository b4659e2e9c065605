package dev.proa.eventlog;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * The tables and their version. Times are milliseconds since 1970, costs US dollars times 10^9.
 *
 * <p>Sessions carry their own counters, and {@code rollup} holds every sum that the statistics need
 * by the hour, so that neither list nor statistics read events.
 */
final class Schema {
    static final int VERSION = 8;

    /** Marks the file as ours: "PrEv". */
    static final int APPLICATION_ID = 0x50724576;

    /** Version 1. Every log is made by the steps of all versions. */
    static final List<String> FIRST =
            List.of(
                    """
                    CREATE TABLE events (
                        id INTEGER PRIMARY KEY,
                        event_id TEXT UNIQUE,
                        schema_version INTEGER NOT NULL,
                        session_id TEXT NOT NULL,
                        agent_type TEXT NOT NULL,
                        event_type TEXT NOT NULL,
                        tool_name TEXT,
                        status TEXT NOT NULL,
                        tokens_in INTEGER NOT NULL,
                        tokens_out INTEGER NOT NULL,
                        branch TEXT,
                        project TEXT,
                        duration_ms INTEGER,
                        created_at INTEGER NOT NULL,
                        client_timestamp INTEGER,
                        metadata TEXT NOT NULL,
                        payload_truncated INTEGER NOT NULL,
                        model TEXT,
                        cost_nanos INTEGER,
                        cache_read_tokens INTEGER NOT NULL,
                        cache_write_tokens INTEGER NOT NULL,
                        source TEXT NOT NULL
                    )\
                    """,
                    "CREATE INDEX events_session ON events (session_id)",
                    "CREATE INDEX events_created ON events (created_at)",
                    "CREATE INDEX events_type ON events (event_type)",
                    "CREATE INDEX events_tool ON events (tool_name) WHERE tool_name IS NOT NULL",
                    "CREATE INDEX events_model ON events (model) WHERE model IS NOT NULL",
                    """
                    CREATE TABLE sessions (
                        id TEXT PRIMARY KEY,
                        agent_id TEXT NOT NULL,
                        agent_type TEXT NOT NULL,
                        project TEXT,
                        branch TEXT,
                        status TEXT NOT NULL,
                        started_at INTEGER NOT NULL,
                        ended_at INTEGER,
                        last_event_at INTEGER NOT NULL,
                        metadata TEXT NOT NULL,
                        event_count INTEGER NOT NULL,
                        tokens_in INTEGER NOT NULL,
                        tokens_out INTEGER NOT NULL,
                        cost_nanos INTEGER,
                        files_edited INTEGER NOT NULL,
                        lines_added INTEGER NOT NULL,
                        lines_removed INTEGER NOT NULL,
                        waiting TEXT,
                        waiting_request TEXT
                    ) WITHOUT ROWID\
                    """,
                    "CREATE INDEX sessions_live ON sessions (last_event_at)"
                            + " WHERE status <> 'ended'",
                    "CREATE INDEX sessions_branch ON sessions (branch, last_event_at, project)"
                            + " WHERE branch IS NOT NULL",
                    """
                    CREATE TABLE session_files (
                        session_id TEXT NOT NULL,
                        file TEXT NOT NULL,
                        PRIMARY KEY (session_id, file)
                    ) WITHOUT ROWID\
                    """,
                    """
                    CREATE TABLE agents (
                        id TEXT PRIMARY KEY,
                        agent_type TEXT NOT NULL,
                        name TEXT,
                        registered_at INTEGER NOT NULL,
                        last_seen_at INTEGER NOT NULL
                    ) WITHOUT ROWID\
                    """,
                    """
                    CREATE TABLE rollup (
                        hour INTEGER NOT NULL,
                        agent_type TEXT NOT NULL,
                        event_type TEXT NOT NULL,
                        tool_name TEXT NOT NULL,
                        model TEXT NOT NULL,
                        source TEXT NOT NULL,
                        events INTEGER NOT NULL,
                        errors INTEGER NOT NULL,
                        tokens_in INTEGER NOT NULL,
                        tokens_out INTEGER NOT NULL,
                        cache_read_tokens INTEGER NOT NULL,
                        cache_write_tokens INTEGER NOT NULL,
                        cost_nanos INTEGER NOT NULL,
                        priced INTEGER NOT NULL,
                        unpriced INTEGER NOT NULL,
                        duration_ms INTEGER NOT NULL,
                        timed INTEGER NOT NULL,
                        PRIMARY KEY (hour, agent_type, event_type, tool_name, model, source)
                    ) WITHOUT ROWID\
                    """,
                    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID");

    /** What version 2 adds. */
    private static final List<String> SECOND =
            List.of(
                    "ALTER TABLE events ADD COLUMN cache_write_hour_tokens INTEGER NOT NULL"
                            + " DEFAULT 0",
                    "ALTER TABLE events ADD COLUMN given_cost_nanos INTEGER",
                    "ALTER TABLE events ADD COLUMN computed_cost_nanos INTEGER",
                    "ALTER TABLE events ADD COLUMN prices TEXT",
                    "ALTER TABLE events ADD COLUMN counted INTEGER NOT NULL DEFAULT 1",
                    "ALTER TABLE events ADD COLUMN message_id TEXT",
                    "ALTER TABLE events ADD COLUMN request_id TEXT",
                    "ALTER TABLE events ADD COLUMN subagent TEXT",
                    "ALTER TABLE events ADD COLUMN metered INTEGER NOT NULL DEFAULT 0",
                    "UPDATE events SET given_cost_nanos = cost_nanos"
                            + " WHERE cost_nanos IS NOT NULL");

    private Schema() {}

    /**
     * Makes the tables in an empty file, and brings those of an older version up to date, after a
     * copy of it was made beside it.
     */
    static void prepare(Connection connection, Path file) throws SQLException, IOException {
        refuseForeign(connection, file);
        var version = number(connection, "PRAGMA user_version");
        if (version == VERSION) {
            return;
        }
        if (version > 0) {
            new Backup(file).beforeUpgrade(connection, version);
        }
        try (var statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            for (var step : steps(version, VERSION)) {
                statement.execute(step);
            }
            statement.execute("PRAGMA application_id = " + APPLICATION_ID);
            statement.execute("PRAGMA user_version = " + VERSION);
            statement.execute("COMMIT");
        }
        if (version < 2) {
            // The whole file has to be written anew for its free pages to be given back later.
            Database.run(connection, "PRAGMA auto_vacuum = INCREMENTAL");
            Database.run(connection, "VACUUM");
        }
    }

    /** What makes a log of one version, 0 for an empty file, one of a later version. */
    static List<String> steps(long from, long to) {
        var all =
                List.of(
                        List.of(FIRST),
                        second(),
                        List.of(CallTables.ALL),
                        List.of(SumTables.ALL),
                        List.of(SearchTables.FOLLOWING),
                        List.of(FailedEvents.ALL, List.of(CountedGone.TABLE)),
                        List.of(Zones.ALL),
                        List.of(SearchTables.APART));
        return all.subList((int) from, (int) to).stream()
                .flatMap(List::stream)
                .flatMap(List::stream)
                .toList();
    }

    private static List<List<String>> second() {
        return List.of(
                SECOND,
                DayTables.ALL,
                DayTables.TRIGGERS,
                SessionTables.ALL,
                ToolTables.ALL,
                UsageMinutes.TABLES,
                Quotas.TABLES,
                EventReplay.TABLES,
                SearchTables.IN_THE_LOG,
                ImportTables.ALL,
                OtlpTables.ALL,
                UsageTables.ALL);
    }

    /**
     * Sees that a file is empty, or ours and not newer.
     *
     * @throws ProaException if it is newer or belongs to another program
     */
    static void refuseForeign(Connection connection, Path file) throws SQLException {
        var version = number(connection, "PRAGMA user_version");
        var owner = number(connection, "PRAGMA application_id");
        if (version > 0 && version <= VERSION && owner == APPLICATION_ID) {
            return;
        }
        if (version > VERSION && owner == APPLICATION_ID) {
            throw new ProaException(
                    ExitCode.BAD_DATA,
                    new Problem(
                            Where.of(file.toString()),
                            "the event log has version %d, and this Proa knows versions up to %d"
                                    .formatted(version, VERSION),
                            "Start it with the newer Proa that wrote it, or use another data"
                                    + " folder"));
        }
        if (owner != 0
                || version != 0
                || number(connection, "SELECT count(*) FROM sqlite_schema") > 0) {
            throw new ProaException(
                    ExitCode.BAD_DATA,
                    new Problem(
                            Where.of(file.toString()),
                            "this SQLite database was not written by Proa",
                            "Rename it so that a new log is begun, or use another data folder"));
        }
    }

    /** Whether the tables are still to be made. */
    static boolean absent(Connection connection) throws SQLException {
        return number(connection, "PRAGMA user_version") == 0;
    }

    static long number(Connection connection, String query) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }
}
