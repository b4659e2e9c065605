package dev.proa.eventlog;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * What version 4 has in the place of {@code usage_hour}: sums of what was used by the quarter of an
 * hour and by the day, for each session and without sessions, so that what is asked of months does
 * not depend on how many sessions there are.
 */
final class SumTables {
    /** The shorter of the two grains of sums: no time zone's day begins within a quarter. */
    static final long QUARTER = Duration.ofMinutes(15).toMillis();

    /** The sums of a line, in the order in which {@link UsageLine} binds and {@link Use} reads. */
    static final String COLUMNS =
            "events, duplicates, tokens_in, tokens_out, cache_read_tokens, cache_write_tokens,"
                    + " cost_nanos, priced, unpriced, unpriced_tokens, first_at, last_at";

    /** The sums of days, to be read in the order of their versions; SQLite would read all. */
    static final String DAYS = "usage_sum INDEXED BY usage_changed WHERE grain = " + DayTables.DAY;

    /** The transaction that a connection sees as the last one that changed sums. */
    static final String VERSION = "SELECT coalesce(max(version), 0) FROM " + DAYS;

    private static final String PARTS =
            "agent_type TEXT NOT NULL, model TEXT NOT NULL, project TEXT NOT NULL,"
                    + " branch TEXT NOT NULL";

    private static final String SUMS =
            COLUMNS.replace(",", " INTEGER NOT NULL,") + " INTEGER NOT NULL";

    private static final String ADDED =
            "sum(events), sum(duplicates), sum(tokens_in), sum(tokens_out),"
                    + " sum(cache_read_tokens), sum(cache_write_tokens), sum(cost_nanos),"
                    + " sum(priced), sum(unpriced), sum(unpriced_tokens), min(first_at),"
                    + " max(last_at)";

    private static final List<String> TABLES =
            List.of(
                    // What each session used by the quarter, as its events name their place.
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
                    // How many of the events that usage_session sums up have been deleted since.
                    "CREATE TABLE usage_gone (session_id TEXT NOT NULL, start INTEGER NOT NULL, "
                            + PARTS
                            + ", events INTEGER NOT NULL, unpriced INTEGER NOT NULL, PRIMARY KEY"
                            + " (session_id, start, agent_type, model, project, branch))"
                            + " WITHOUT ROWID",
                    "ALTER TABLE event_hour ADD COLUMN tokens_in INTEGER NOT NULL DEFAULT 0",
                    "ALTER TABLE event_hour ADD COLUMN tokens_out INTEGER NOT NULL DEFAULT 0",
                    "ALTER TABLE event_hour ADD COLUMN cost_nanos INTEGER NOT NULL DEFAULT 0");

    /** Counts the events that are about to be deleted, whose ids {@code temp.doomed} has. */
    static final String GONE =
            """
            INSERT INTO usage_gone
            SELECT session_id, %s, agent_type, coalesce(model, ''), coalesce(project, ''),
                coalesce(branch, ''), count(*), sum(counted AND cost_nanos IS NULL)
            FROM events WHERE id IN (SELECT id FROM temp.doomed) AND %s GROUP BY 1, 2, 3, 4, 5, 6
            ON CONFLICT DO UPDATE SET
                events = events + excluded.events, unpriced = unpriced + excluded.unpriced\
            """
                    .formatted(floor(UsageTables.HAPPENED, QUARTER), UsageTables.USES);

    static final List<String> ALL =
            Stream.of(
                            DayTables.CHANGES,
                            TABLES,
                            List.of(
                                    fillFromEvents(),
                                    fillWithTheRest(),
                                    fillSums(),
                                    fillDays(),
                                    fillCostSessions(),
                                    fillHours(),
                                    UsageTables.PRUNED,
                                    """
                                    INSERT INTO usage_gone
                                    SELECT session_id, hour, agent_type, model, project, branch,
                                        events, unpriced FROM usage_pruned\
                                    """,
                                    "DROP TABLE usage_pruned",
                                    "DROP TABLE usage_hour"))
                    .flatMap(List::stream)
                    .toList();

    private SumTables() {}

    private static String floor(String at, long grain) {
        // As floorMod, also before 1970.
        return "(%1$s - ((%1$s %% %2$d) + %2$d) %% %2$d)".formatted(at, grain);
    }

    private static String fillFromEvents() {
        return """
        INSERT INTO usage_session
        SELECT session_id, %1$s, agent_type, coalesce(model, ''), coalesce(project, ''),
            coalesce(branch, ''), sum(counted), sum(NOT counted), sum(counted * tokens_in),
            sum(counted * tokens_out), sum(counted * cache_read_tokens),
            sum(counted * cache_write_tokens), sum(counted * coalesce(cost_nanos, 0)),
            sum(counted AND cost_nanos IS NOT NULL), sum(counted AND cost_nanos IS NULL),
            sum(iif(counted AND cost_nanos IS NULL,
                tokens_in + tokens_out + cache_read_tokens + cache_write_tokens, 0)),
            min(%2$s), max(%2$s)
        FROM events WHERE %3$s GROUP BY 1, 2, 3, 4, 5, 6\
        """
                .formatted(
                        floor(UsageTables.HAPPENED, QUARTER),
                        UsageTables.HAPPENED,
                        UsageTables.USES);
    }

    /** What was used by events that have been deleted counts for the first quarter of its hour. */
    private static String fillWithTheRest() {
        return """
        INSERT INTO usage_session
        SELECT * FROM (
            SELECT session_id, h, agent_type, model, project, branch, %1$s
            FROM (
                SELECT session_id, hour AS h, agent_type, model, project, branch, %2$s
                FROM usage_hour
                UNION ALL
                SELECT session_id, %3$s, agent_type, model, project, branch, -events, -duplicates,
                    -tokens_in, -tokens_out, -cache_read_tokens, -cache_write_tokens, -cost_nanos,
                    -priced, -unpriced, -unpriced_tokens, first_at, last_at
                FROM usage_session
            )
            GROUP BY 1, 2, 3, 4, 5, 6
            HAVING sum(events) <> 0 OR sum(duplicates) <> 0
        )
        WHERE true %4$s\
        """
                .formatted(ADDED, COLUMNS, floor("start", Tally.HOUR), UsageLine.onConflict(""));
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
        SELECT %d, %s AS d, agent_type, model, project, branch, %s, 0
        FROM usage_sum WHERE grain = %d GROUP BY d, agent_type, model, project, branch\
        """
                .formatted(DayTables.DAY, floor("start", DayTables.DAY), ADDED, QUARTER);
    }

    private static String fillCostSessions() {
        return """
        INSERT INTO cost_sessions
        SELECT %s AS p, session_id, agent_type, sum(cost_nanos), max(last_at)
        FROM usage_session WHERE cost_nanos > 0 GROUP BY p, session_id, agent_type\
        """
                .formatted(UsageQuery.expression("project"));
    }

    private static String fillHours() {
        return """
        UPDATE event_hour SET tokens_in = used.tokens_in, tokens_out = used.tokens_out,
            cost_nanos = used.cost_nanos
        FROM (
            SELECT hour, agent_type, sum(tokens_in) AS tokens_in, sum(tokens_out) AS tokens_out,
                sum(cost_nanos) AS cost_nanos
            FROM usage_hour GROUP BY hour, agent_type
        ) AS used
        WHERE used.hour = event_hour.hour AND used.agent_type = event_hour.agent_type\
        """;
    }
}
