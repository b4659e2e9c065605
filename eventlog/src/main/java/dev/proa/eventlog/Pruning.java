package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Deletes events that have been kept long enough, the oldest first, in transactions that are short
 * enough for others to wait. The roll-up loses what they brought, so that it still sums up what is
 * there; what was spent stays in the sums of costs, which count what can no longer be looked at. A
 * session goes with its last event.
 */
final class Pruning {
    /** How many events one transaction deletes. */
    static final int STEP = 500;

    /** A log that takes too much is brought below its limit by one part of so many. */
    private static final int MARGIN = 20;

    /** What an event takes beside its body, roughly, with its share of the indexes. */
    static final int ROW_BYTES = 400;

    /** How many free pages are given back at once. */
    static final int PAGES = 1_000;

    private static final String SIZE = "sum(length(CAST(metadata AS BLOB)) + " + ROW_BYTES + ")";

    /** The events of a type, with the zones they are in. */
    private static final String OF_TYPE =
            Zones.OF_VALUE + " WHERE name = 'event_type' AND value = ?1 AND event_type = ?1";

    /** How many events of a type, and about how many bytes they take. */
    record Share(long events, long bytes) {
        Share plus(Share other) {
            return new Share(events + other.events, bytes + other.bytes);
        }
    }

    private final SortedMap<String, Long> cutoffs;
    private final long upToId;

    /**
     * What may go.
     *
     * @param cutoffs by type, in milliseconds since 1970
     * @param upToId everything up to this id may go, whatever its age
     */
    Pruning(SortedMap<String, Long> cutoffs, long upToId) {
        this.cutoffs = new TreeMap<>(cutoffs);
        this.upToId = upToId;
    }

    /**
     * What may go by the settings, as the log is now.
     *
     * @param withWords whether its index of words counts, which has forgotten what was deleted
     */
    static Pruning wanted(
            Connection connection, SettingValues.Retention wanted, long now, boolean withWords)
            throws SQLException {
        var cutoffs = Retention.cutoffs(types(connection), wanted, now);
        var most = wanted.maxBytes();
        if (most.isEmpty()) {
            return new Pruning(cutoffs, 0);
        }
        var words = withWords ? used(connection, SearchIndex.SCHEMA) : 0;
        return new Pruning(
                cutoffs, above(connection, used(connection, "main") + words, most.getAsLong()));
    }

    /** The id up to which events have to go for the rest to take so many bytes; 0 for none. */
    private static long above(Connection connection, long used, long most) throws SQLException {
        var events = Schema.number(connection, "SELECT total(events) FROM rollup_day");
        if (used <= most || events == 0) {
            return 0;
        }
        var aim = most - most / MARGIN; // a log at its limit is not pruned at every turn
        var surplus = Math.ceilDiv((used - aim) * events, used);
        return Schema.number(
                connection,
                "SELECT max(id) FROM (SELECT id FROM events ORDER BY id LIMIT " + surplus + ")");
    }

    /** The bytes of the pages of one file that are not free. */
    static long used(Connection connection, String file) throws SQLException {
        var of = "PRAGMA " + file + ".";
        var pages =
                Schema.number(connection, of + "page_count")
                        - Schema.number(connection, of + "freelist_count");
        return pages * Schema.number(connection, of + "page_size");
    }

    /** When the oldest event was stored that stays; empty if none does. */
    OptionalLong oldestKept(Connection connection) throws SQLException {
        var oldest = Long.MAX_VALUE;
        var zones = "SELECT first_id, last_id, created_from FROM event_zones ORDER BY created_from";
        try (var statement = connection.createStatement();
                var zone = statement.executeQuery(zones);
                var events =
                        connection.prepareStatement(
                                "SELECT id, event_type, created_at FROM events"
                                        + " WHERE id BETWEEN ? AND ?")) {
            while (zone.next() && zone.getLong(3) < oldest) {
                events.setLong(1, zone.getLong(1));
                events.setLong(2, zone.getLong(2));
                try (var event = events.executeQuery()) {
                    while (event.next()) {
                        var created = event.getLong(3);
                        if (created < oldest
                                && stays(event.getLong(1), event.getString(2), created)) {
                            oldest = created;
                        }
                    }
                }
            }
        }
        return oldest == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(oldest);
    }

    private boolean stays(long id, String type, long created) {
        return id > upToId && created >= cutoffs.getOrDefault(type, Long.MIN_VALUE);
    }

    /** Gives some free pages back to the disk. */
    static void giveBack(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            // Only an update is run to its end by the driver; each step gives one page back.
            statement.executeUpdate("PRAGMA incremental_vacuum(" + PAGES + ")");
        }
    }

    /** What would be deleted, by type. */
    SortedMap<String, Share> plan(Connection connection) throws SQLException {
        var shares = new TreeMap<String, Share>();
        for (var type : types(connection)) {
            var query =
                    "SELECT count(*), "
                            + SIZE
                            + " FROM "
                            + OF_TYPE
                            + doomedZones(type)
                            + " AND "
                            + condition(type);
            try (var statement = connection.prepareStatement(query)) {
                bind(statement, type);
                try (var row = statement.executeQuery()) {
                    if (row.next() && row.getLong(1) > 0) {
                        shares.put(type, new Share(row.getLong(1), row.getLong(2)));
                    }
                }
            }
        }
        return shares;
    }

    /** Every type that there are events of. */
    static List<String> types(Connection connection) throws SQLException {
        var types = new ArrayList<String>();
        try (var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                "SELECT DISTINCT event_type FROM rollup_day WHERE events > 0")) {
            while (rows.next()) {
                types.add(rows.getString(1));
            }
        }
        return types;
    }

    private String condition(String type) {
        return cutoffs.containsKey(type) ? "(created_at < ?3 OR +id <= ?2)" : "+id <= ?2";
    }

    /** The zones in which the condition may hold. */
    private String doomedZones(String type) {
        return cutoffs.containsKey(type)
                ? " AND (created_from < ?3 OR first_id <= ?2)"
                : " AND first_id <= ?2";
    }

    private void bind(PreparedStatement to, String type) throws SQLException {
        to.setString(1, type);
        to.setLong(2, upToId);
        var cutoff = cutoffs.get(type);
        if (cutoff != null) {
            to.setLong(3, cutoff);
        }
    }

    /** What the deletion of the events in {@code doomed} takes out of other tables. */
    private static final List<String> FOLLOW =
            List.of(
                    LastId.KEEP,
                    """
                    UPDATE rollup SET
                        events = rollup.events - gone.events,
                        errors = rollup.errors - gone.errors,
                        tokens_in = rollup.tokens_in - gone.tokens_in,
                        tokens_out = rollup.tokens_out - gone.tokens_out,
                        cache_read_tokens = rollup.cache_read_tokens - gone.cache_read_tokens,
                        cache_write_tokens = rollup.cache_write_tokens - gone.cache_write_tokens,
                        cost_nanos = rollup.cost_nanos - gone.cost_nanos,
                        priced = rollup.priced - gone.priced,
                        unpriced = rollup.unpriced - gone.unpriced,
                        duration_ms = rollup.duration_ms - gone.duration_ms,
                        timed = rollup.timed - gone.timed,
                        repeats = rollup.repeats - gone.repeats
                    FROM (
                        SELECT created_at - created_at % 3600000 AS hour, agent_type, event_type,
                            coalesce(tool_name, '') AS tool_name, coalesce(model, '') AS model,
                            source, count(*) AS events,
                            sum(call_counted AND status = 'error') AS errors,
                            sum(counted * tokens_in) AS tokens_in,
                            sum(counted * tokens_out) AS tokens_out,
                            sum(counted * cache_read_tokens) AS cache_read_tokens,
                            sum(counted * cache_write_tokens) AS cache_write_tokens,
                            sum(counted * coalesce(cost_nanos, 0)) AS cost_nanos,
                            sum(counted AND cost_nanos IS NOT NULL) AS priced,
                            sum(counted AND cost_nanos IS NULL AND tokens_in + tokens_out
                                + cache_read_tokens + cache_write_tokens > 0) AS unpriced,
                            total(iif(call_counted, duration_ms, NULL)) AS duration_ms,
                            count(iif(call_counted, duration_ms, NULL)) AS timed,
                            sum(NOT call_counted) AS repeats
                        FROM events WHERE id IN (SELECT id FROM temp.doomed)
                        GROUP BY 1, 2, 3, 4, 5, 6) AS gone
                    WHERE rollup.hour = gone.hour AND rollup.agent_type = gone.agent_type
                        AND rollup.event_type = gone.event_type
                        AND rollup.tool_name = gone.tool_name AND rollup.model = gone.model
                        AND rollup.source = gone.source\
                    """,
                    "DELETE FROM rollup WHERE events <= 0",
                    """
                    UPDATE sessions SET event_count = event_count - gone.events
                    FROM (SELECT session_id, count(*) AS events FROM events
                        WHERE id IN (SELECT id FROM temp.doomed) GROUP BY 1) AS gone
                    WHERE sessions.id = gone.session_id\
                    """,
                    of("session_files"),
                    of("subagents"),
                    """
                    DELETE FROM spans WHERE session_id IN
                        (SELECT session_id FROM events WHERE id IN (SELECT id FROM temp.doomed))
                        AND (session_id IN (SELECT id FROM sessions WHERE event_count <= 0)
                            OR stored_at <= (SELECT max(created_at) FROM events
                                WHERE events.session_id = spans.session_id
                                    AND id IN (SELECT id FROM temp.doomed)))\
                    """,
                    SumTables.GONE,
                    // A session that never had an event lives by its spans.
                    """
                    DELETE FROM sessions WHERE event_count <= 0 AND id IN
                        (SELECT session_id FROM events WHERE id IN (SELECT id FROM temp.doomed))\
                    """,
                    Zones.FORGET,
                    "DELETE FROM events WHERE id IN (SELECT id FROM temp.doomed)",
                    Zones.CLEAR,
                    Zones.COUNT_ANEW,
                    Zones.NAME_ANEW,
                    before("tool_days"),
                    before("tool_times"),
                    before("tool_errors"));

    /** Takes away what belongs to sessions that are gone. */
    private static String of(String table) {
        return "DELETE FROM "
                + table
                + " WHERE session_id IN (SELECT id FROM sessions WHERE event_count <= 0)";
    }

    /** Takes away the days before that of the oldest event that is left. */
    private static String before(String table) {
        return "DELETE FROM " + table + " WHERE day + 86400000 <= (" + Zones.OLDEST + ")";
    }

    /** Deletes the oldest of them within the present transaction; gives how many. */
    int step(Connection connection) throws SQLException {
        Database.run(connection, "CREATE TEMP TABLE IF NOT EXISTS doomed (id INTEGER PRIMARY KEY)");
        Database.run(connection, "DELETE FROM temp.doomed");
        var left = STEP;
        for (var type : types(connection)) {
            if (left > 0) {
                left -= doom(connection, type, left);
            }
        }
        if (left < STEP) {
            CountedGone.remember(connection);
            for (var statement : FOLLOW) {
                Database.run(connection, statement);
            }
        }
        return STEP - left;
    }

    private int doom(Connection connection, String type, int most) throws SQLException {
        var query =
                "INSERT INTO temp.doomed SELECT id FROM "
                        + OF_TYPE
                        + doomedZones(type)
                        + " AND "
                        + condition(type)
                        + " ORDER BY zone, id LIMIT "
                        + most;
        try (var statement = connection.prepareStatement(query)) {
            bind(statement, type);
            return statement.executeUpdate();
        }
    }

    /** The sum of shares. */
    static Share all(Map<String, Share> shares) {
        return shares.values().stream().reduce(new Share(0, 0), Share::plus);
    }
}
