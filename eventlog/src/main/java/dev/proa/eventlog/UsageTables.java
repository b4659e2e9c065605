package dev.proa.eventlog;

import java.util.List;

/**
 * What version 2 adds about what was used and paid when, and what finds an event's equals; {@link
 * SumTables} takes the place of a part of it.
 */
final class UsageTables {
    /** Whether an event tells of something that costs. */
    static final String USES =
            "(given_cost_nanos IS NOT NULL OR tokens_in > 0 OR tokens_out > 0"
                    + " OR cache_read_tokens > 0 OR cache_write_tokens > 0)";

    /** When an event happened. */
    static final String HAPPENED = "coalesce(client_timestamp, created_at)";

    /**
     * How many of the events that {@code usage_hour} sums up have been deleted since, so that a
     * total can say how many of them it can still be opened to. Logs of version 2 may lack it.
     */
    static final String PRUNED =
            """
            CREATE TABLE IF NOT EXISTS usage_pruned (
                hour INTEGER NOT NULL,
                session_id TEXT NOT NULL,
                agent_type TEXT NOT NULL,
                model TEXT NOT NULL,
                project TEXT NOT NULL,
                branch TEXT NOT NULL,
                events INTEGER NOT NULL,
                unpriced INTEGER NOT NULL,
                PRIMARY KEY (hour, session_id, agent_type, model, project, branch)
            ) WITHOUT ROWID\
            """;

    static final List<String> ALL =
            List.of(
                    "ALTER TABLE events ADD COLUMN duplicate_of INTEGER",
                    "CREATE INDEX events_happened ON events (" + HAPPENED + ")",
                    "CREATE INDEX events_message ON events (message_id)"
                            + " WHERE message_id IS NOT NULL",
                    "CREATE INDEX events_request ON events (request_id)"
                            + " WHERE request_id IS NOT NULL",
                    "CREATE INDEX events_duplicate ON events (duplicate_of)"
                            + " WHERE duplicate_of IS NOT NULL",
                    "CREATE INDEX events_metered ON events (session_id) WHERE metered = 1",
                    "CREATE INDEX events_unpriced ON events (id) WHERE cost_nanos IS NULL AND "
                            + USES,
                    "ALTER TABLE sessions ADD COLUMN priced_events INTEGER NOT NULL DEFAULT 0",
                    "ALTER TABLE sessions ADD COLUMN witnesses INTEGER NOT NULL DEFAULT 0",
                    """
                    CREATE TABLE usage_hour (
                        hour INTEGER NOT NULL,
                        session_id TEXT NOT NULL,
                        agent_type TEXT NOT NULL,
                        model TEXT NOT NULL,
                        project TEXT NOT NULL,
                        branch TEXT NOT NULL,
                        events INTEGER NOT NULL,
                        duplicates INTEGER NOT NULL,
                        tokens_in INTEGER NOT NULL,
                        tokens_out INTEGER NOT NULL,
                        cache_read_tokens INTEGER NOT NULL,
                        cache_write_tokens INTEGER NOT NULL,
                        cost_nanos INTEGER NOT NULL,
                        priced INTEGER NOT NULL,
                        unpriced INTEGER NOT NULL,
                        unpriced_tokens INTEGER NOT NULL,
                        first_at INTEGER NOT NULL,
                        last_at INTEGER NOT NULL,
                        version INTEGER NOT NULL,
                        PRIMARY KEY (hour, session_id, agent_type, model, project, branch)
                    ) WITHOUT ROWID\
                    """,
                    "CREATE INDEX usage_version ON usage_hour (version)",
                    """
                    CREATE TABLE event_hour (
                        hour INTEGER NOT NULL,
                        agent_type TEXT NOT NULL,
                        events INTEGER NOT NULL,
                        PRIMARY KEY (hour, agent_type)
                    ) WITHOUT ROWID\
                    """,
                    PRUNED,
                    fillUsage(),
                    fillEvents(),
                    fillSessions());

    private UsageTables() {}

    /** The hour that an event happened in, in milliseconds since 1970. */
    static String hour() {
        return "(%1$s - ((%1$s %% 3600000) + 3600000) %% 3600000)".formatted(HAPPENED);
    }

    private static String fillUsage() {
        return """
        INSERT INTO usage_hour
        SELECT %s AS h, session_id, agent_type, coalesce(model, '') AS m,
            coalesce(project, '') AS p, coalesce(branch, '') AS b, count(*), 0, sum(tokens_in),
            sum(tokens_out), sum(cache_read_tokens), sum(cache_write_tokens),
            coalesce(sum(cost_nanos), 0), sum(cost_nanos IS NOT NULL), sum(cost_nanos IS NULL),
            sum(iif(cost_nanos IS NULL,
                tokens_in + tokens_out + cache_read_tokens + cache_write_tokens, 0)),
            min(%s), max(%s), 0
        FROM events WHERE %s GROUP BY h, session_id, agent_type, m, p, b\
        """
                .formatted(hour(), HAPPENED, HAPPENED, USES);
    }

    private static String fillEvents() {
        return """
        INSERT INTO event_hour
        SELECT %s AS h, agent_type, count(*) FROM events GROUP BY h, agent_type\
        """
                .formatted(hour());
    }

    private static String fillSessions() {
        return """
        UPDATE sessions SET priced_events = used.priced
        FROM (
            SELECT session_id, sum(priced) AS priced FROM usage_hour GROUP BY session_id
        ) AS used
        WHERE used.session_id = sessions.id\
        """;
    }
}
