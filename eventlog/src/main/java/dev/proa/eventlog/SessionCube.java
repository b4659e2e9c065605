package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The sums of days of what each session used, held in memory: the roll-up of sessions lies in the
 * order of sessions, so a question about a stretch of time would look at all of it. The writer says
 * which sessions a transaction changes, and only those are read anew. A log of very many sessions
 * is not held. Safe to use from any thread.
 */
final class SessionCube {
    private static final String LINES =
            "SELECT session_id, start, agent_type, model, %s, %s, %s FROM usage_session"
                    .formatted(
                            UsageQuery.expression("project"),
                            UsageQuery.expression("branch"),
                            SumTables.COLUMNS);

    /** So many lines are held at most; they take about 10 MB. */
    static final int MOST_LINES = 50_000;

    /** Beyond so many sessions that have changed all are read at once. */
    private static final int MOST_SINGLE = 200;

    /** What a session used on a day, by the place that was known. */
    record Line(UsageLine.Sum key, Use use) {}

    /**
     * A session's lines.
     *
     * @param version as of which transaction they were read
     */
    private record Kept(long version, List<Line> lines) {}

    /** By session, the last transaction that changed it or tried to. */
    private final Map<String, Long> changes = new ConcurrentHashMap<>();

    private final Map<String, Kept> sessions = new HashMap<>(); // guarded by this
    private final int mostLines;
    private boolean loaded; // guarded by this
    private boolean tooMany; // guarded by this

    SessionCube() {
        this(MOST_LINES);
    }

    SessionCube(int mostLines) {
        this.mostLines = mostLines;
    }

    /**
     * Hears from the writer, before its transaction can be seen by readers, what that changes. One
     * that fails afterwards only has something read in vain.
     */
    void changing(Iterable<String> ids, long version) {
        if (!full()) {
            ids.forEach(id -> changes.put(id, version));
        }
    }

    /**
     * What each session used on which days, exactly as the connection sees it; empty if that is too
     * much to be held.
     */
    Optional<Map<String, List<Line>>> view(Connection connection) throws SQLException {
        if (full()) {
            return Optional.empty();
        }
        // First of all, since it decides what the connection sees from here on.
        var version = Schema.number(connection, SumTables.VERSION);
        var view = new HashMap<String, List<Line>>();
        var stale = takeKnown(version, view);
        if (stale.isEmpty()) {
            var all = new HashMap<String, List<Line>>();
            read(connection, LINES, "", all);
            keep(all, version, true);
            return full() ? Optional.empty() : Optional.of(all);
        }
        var fresh = new HashMap<String, List<Line>>();
        for (var id : stale.get()) {
            fresh.put(id, List.of());
            read(connection, LINES + " WHERE session_id = ?", id, fresh);
        }
        keep(fresh, version, false);
        view.putAll(fresh);
        return Optional.of(view);
    }

    private synchronized boolean full() {
        return tooMany;
    }

    /** Takes over what still holds, and says what does not; empty if all has to be read. */
    private synchronized Optional<Set<String>> takeKnown(
            long version, Map<String, List<Line>> into) {
        var stale = new HashSet<String>();
        changes.forEach((id, change) -> {
            var kept = sessions.get(id);
            // A view may be older than that of another reader who has read since.
            if (kept == null || change > Math.min(kept.version(), version)) {
                stale.add(id);
            }
        });
        if (!loaded || stale.size() > MOST_SINGLE) {
            return Optional.empty();
        }
        sessions.forEach((id, kept) -> into.put(id, kept.lines()));
        return Optional.of(stale);
    }

    /** Adds sessions whole; stops when there are too many lines. */
    private void read(Connection connection, String query, String id, Map<String, List<Line>> into)
            throws SQLException {
        var days = new LinkedHashMap<UsageLine.Sum, Use>();
        var last = id;
        var count = 0;
        try (var statement = connection.prepareStatement(query)) {
            if (!id.isEmpty()) {
                statement.setString(1, id);
            }
            try (var rows = statement.executeQuery()) {
                while (rows.next() && count <= mostLines) {
                    var session = rows.getString(1);
                    if (!session.equals(last)) {
                        count += days.size();
                        put(last, days, into);
                        last = session;
                    }
                    var key =
                            new UsageLine.Sum(
                                    DayTables.DAY,
                                    DayTables.day(rows.getLong(2)),
                                    rows.getString(3).intern(), // few texts in many lines
                                    rows.getString(4).intern(),
                                    rows.getString(5).intern(),
                                    rows.getString(6).intern());
                    days.computeIfAbsent(key, _ -> new Use()).add(rows, 7);
                }
            }
        }
        put(last, days, into);
    }

    private static void put(
            String session, Map<UsageLine.Sum, Use> days, Map<String, List<Line>> into) {
        if (!days.isEmpty()) {
            var lines = new ArrayList<Line>();
            days.forEach((key, use) -> lines.add(new Line(key, use)));
            into.put(session, List.copyOf(lines));
            days.clear();
        }
    }

    private synchronized void keep(
            Map<String, List<Line>> fresh, long version, boolean everything) {
        fresh.forEach((id, lines) ->
                sessions.merge(
                        id,
                        new Kept(version, lines),
                        (old, read) -> read.version() > old.version() ? read : old));
        loaded |= everything;
        tooMany =
                sessions.values().stream().mapToInt(kept -> kept.lines().size()).sum() > mostLines;
        if (tooMany) {
            sessions.clear();
            changes.clear();
        }
    }
}
