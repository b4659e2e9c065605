package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The sums of days of what was used, held in memory: a question looks at all of its lines, which
 * takes a database too long. Before each question it reads the lines that have changed. Safe to use
 * from any thread.
 */
final class UsageCube {
    private static final String COLUMNS =
            "SELECT start, agent_type, model, project, branch, version, "
                    + SumTables.COLUMNS
                    + " FROM ";

    /** All lines, in the order in which they lie. */
    private static final String ALL =
            COLUMNS + "usage_sum WHERE grain = " + DayTables.DAY + " AND version > ?";

    private static final String CHANGED = COLUMNS + SumTables.DAYS + " AND version > ?";

    private record Line(UsageLine.Sum key, Use use, long version) {}

    /** By the day. */
    private final NavigableMap<Long, Map<UsageLine.Sum, Line>> days =
            new TreeMap<>(); // guarded by this

    private final Map<String, String> words = new HashMap<>(); // guarded by this
    private long seen = -1; // guarded by this
    private final SessionCube sessions = new SessionCube();

    /** Something to do with each line. */
    @FunctionalInterface
    interface Visitor {
        void line(UsageLine.Sum key, Use use);
    }

    /** The same by sessions. */
    SessionCube sessions() {
        return sessions;
    }

    /** Shows the days between two moments, both of which a day begins with. */
    void read(Connection connection, long from, long to, Visitor visitor) throws SQLException {
        refresh(connection);
        synchronized (this) {
            for (var day : days.subMap(from, to).values()) {
                for (var line : day.values()) {
                    if (line.use().told() > 0) {
                        visitor.line(line.key(), line.use());
                    }
                }
            }
        }
    }

    /** How many lines are held, after reading those that have changed. */
    int known(Connection connection) throws SQLException {
        refresh(connection);
        synchronized (this) {
            return days.values().stream().mapToInt(Map::size).sum();
        }
    }

    private void refresh(Connection connection) throws SQLException {
        long after;
        synchronized (this) {
            after = seen;
        }
        var changed = new ArrayList<Line>();
        try (var statement = connection.prepareStatement(after < 0 ? ALL : CHANGED)) {
            statement.setLong(1, after);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    var use = new Use();
                    use.add(rows, 7);
                    var key =
                            new UsageLine.Sum(
                                    DayTables.DAY,
                                    rows.getLong(1),
                                    rows.getString(2),
                                    rows.getString(3),
                                    rows.getString(4),
                                    rows.getString(5));
                    changed.add(new Line(key, use, rows.getLong(6)));
                }
            }
        }
        take(changed);
    }

    /** A reader whose view is older than another's changes nothing that is newer. */
    private synchronized void take(Iterable<Line> changed) {
        for (var line : changed) {
            var key = line.key();
            var kept =
                    new UsageLine.Sum(
                            key.grain(),
                            key.start(),
                            word(key.agentType()),
                            word(key.model()),
                            word(key.project()),
                            word(key.branch()));
            days.computeIfAbsent(kept.start(), _ -> new LinkedHashMap<>())
                    .merge(
                            kept,
                            new Line(kept, line.use(), line.version()),
                            (old, fresh) -> fresh.version() > old.version() ? fresh : old);
            seen = Math.max(seen, line.version());
        }
    }

    /** One text for all that are equal. */
    private String word(String text) {
        return words.computeIfAbsent(text, same -> same);
    }
}
