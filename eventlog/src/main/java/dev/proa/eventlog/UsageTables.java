package dev.proa.eventlog;

import java.time.Duration;
import java.util.List;

/** The tables that answer what was used and paid when, and what finds an event's equals. */
final class UsageTables {
    /** Whether an event tells of something that costs. */
    static final String USES =
            "(given_cost_nanos IS NOT NULL OR tokens_in > 0 OR tokens_out > 0"
                    + " OR cache_read_tokens > 0 OR cache_write_tokens > 0)";

    /** When an event happened, as the index {@code events_happened} has it. */
    static final String HAPPENED = "coalesce(client_timestamp, created_at)";

    /** The shorter of the two grains of sums: no time zone's day begins within a quarter. */
    static final long QUARTER = Duration.ofMinutes(15).toMillis();

    private static final String PARTS =
            "agent_type TEXT NOT NULL, model TEXT NOT NULL, project TEXT NOT NULL,"
                    + " branch TEXT NOT NULL";

    /** The sums of a line, in the order in which {@link UsageLine} binds and {@link Use} reads. */
    static final String SUM_COLUMNS =
            "events, duplicates, tokens_in, tokens_out, cache_read_tokens, cache_write_tokens,"
                    + " cost_nanos, priced, unpriced, unpriced_tokens, first_at, last_at";

    private static final String SUMS =
            SUM_COLUMNS.replace(",", " INTEGER NOT NULL,") + " INTEGER NOT NULL";

    private static final String ADDED =
            "sum(events), sum(duplicates), sum(tokens_in), sum(tokens_out),"
                    + " sum(cache_read_tokens), sum(cache_write_tokens), sum(cost_nanos),"
                    + " sum(priced), sum(unpriced), sum(unpriced_tokens), min(first_at),"
                    + " max(last_at)";

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
                    // What each session used by the quarter of an hour, as its events name it.
                    "CREATE TABLE usage_session (session_id TEXT NOT NULL, start INTEGER NOT NULL, "
                            + PARTS
                            + ", "
                            + SUMS
                            + ", PRIMARY KEY (session_id, start, agent_type, model, project,"
                            + " branch)) WITHOUT ROWID",
                    // The same without sessions, by the quarter and by the day; what an event does
                    // not say of its place, its session says.
                    "CREATE TABLE usage_sum (grain INTEGER NOT NULL, start INTEGER NOT NULL, "
                            + PARTS
                            + ", "
                            + SUMS
                            + ", version INTEGER NOT NULL, PRIMARY KEY (grain, start, agent_type,"
                            + " model, project, branch)) WITHOUT ROWID",
                    "CREATE INDEX usage_changed ON usage_sum (version) WHERE grain = "
                            + DayTables.DAY,
                    """
                    CREATE TABLE event_hour (
                        hour INTEGER NOT NULL,
                        agent_type TEXT NOT NULL,
                        events INTEGER NOT NULL,
                        tokens_in INTEGER NOT NULL,
                        tokens_out INTEGER NOT NULL,
                        cost_nanos INTEGER NOT NULL,
                        PRIMARY KEY (hour, agent_type)
                    ) WITHOUT ROWID\
                    """,
                    // Which sessions had costs in which project, and until when.
                    """
                    CREATE TABLE cost_sessions (
                        project TEXT NOT NULL,
                        session_id TEXT NOT NULL,
                        agent_type TEXT NOT NULL,
                        cost_nanos INTEGER NOT NULL,
                        last_at INTEGER NOT NULL,
                        PRIMARY KEY (project, session_id, agent_type)
                    ) WITHOUT ROWID\
                    """,
                    fillUsage(),
                    fillSums(),
                    fillDays(),
                    fillCostSessions(),
                    fillEvents(),
                    fillSessions());

    private UsageTables() {}

    private static String floor(long grain) {
        return "(%1$s - ((%1$s %% %2$d) + %2$d) %% %2$d)".formatted(HAPPENED, grain);
    }

    private static String fillUsage() {
        return """
        INSERT INTO usage_session
        SELECT session_id, %s AS q, agent_type, coalesce(model, '') AS m,
            coalesce(project, '') AS p, coalesce(branch, '') AS b, count(*), 0, sum(tokens_in),
            sum(tokens_out), sum(cache_read_tokens), sum(cache_write_tokens),
            coalesce(sum(cost_nanos), 0), sum(cost_nanos IS NOT NULL), sum(cost_nanos IS NULL),
            sum(iif(cost_nanos IS NULL,
                tokens_in + tokens_out + cache_read_tokens + cache_write_tokens, 0)),
            min(%s), max(%s)
        FROM events WHERE %s GROUP BY session_id, q, agent_type, m, p, b\
        """
                .formatted(floor(QUARTER), HAPPENED, HAPPENED, USES);
    }

    private static String fillSums() {
        return """
        INSERT INTO usage_sum
        SELECT %d, start, agent_type, model, %s AS p, %s AS b, %s, 0
        FROM usage_session GROUP BY start, agent_type, model, p, b\
        """
                .formatted(
                        QUARTER,
                        UsageQuery.expression("project"),
                        UsageQuery.expression("branch"),
                        ADDED);
    }

    private static String fillDays() {
        return """
        INSERT INTO usage_sum
        SELECT %1$d, start - ((start %% %1$d) + %1$d) %% %1$d AS d, agent_type, model, project,
            branch, %2$s, 0
        FROM usage_sum WHERE grain = %3$d GROUP BY d, agent_type, model, project, branch\
        """
                .formatted(DayTables.DAY, ADDED, QUARTER);
    }

    private static String fillCostSessions() {
        return """
        INSERT INTO cost_sessions
        SELECT %s AS p, session_id, agent_type, sum(cost_nanos), max(last_at)
        FROM usage_session WHERE cost_nanos > 0 GROUP BY p, session_id, agent_type\
        """
                .formatted(UsageQuery.expression("project"));
    }

    private static String fillEvents() {
        return """
        INSERT INTO event_hour
        SELECT %s AS h, agent_type, count(*), sum(tokens_in), sum(tokens_out),
            coalesce(sum(cost_nanos), 0)
        FROM events GROUP BY h, agent_type\
        """
                .formatted(floor(Tally.HOUR));
    }

    private static String fillSessions() {
        return """
        UPDATE sessions SET priced_events = used.priced
        FROM (
            SELECT session_id, sum(priced) AS priced FROM usage_session GROUP BY session_id
        ) AS used
        WHERE used.session_id = sessions.id\
        """;
    }
}
