package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Writes the sums of what was used: for each session as its events name their place, and without
 * sessions by the place that is known by now. The writer's thread only.
 */
final class UsageSums {
    /** An agent's hour, in milliseconds since 1970. */
    record Hour(long start, String agentType) {}

    /** What happened in it. */
    static final class Happened {
        private long events;
        private long tokensIn;
        private long tokensOut;
        private long costNanos;

        void add() {
            events++;
        }

        void count(EventRow row, int sign) {
            tokensIn = Sums.add(tokensIn, sign * row.tokensIn());
            tokensOut = Sums.add(tokensOut, sign * row.tokensOut());
            var cost = row.costNanos();
            costNanos = Sums.add(costNanos, cost == null ? 0 : sign * cost);
        }
    }

    private record Payer(String project, String sessionId, String agentType) {}

    private record Paid(long costNanos, long last) {
        Paid plus(Paid other) {
            return new Paid(Sums.add(costNanos, other.costNanos), Math.max(last, other.last));
        }
    }

    private final PreparedStatement session;
    private final PreparedStatement sum;
    private final PreparedStatement placeless;
    private final PreparedStatement happened;
    private final PreparedStatement payer;
    private final Map<UsageLine.Sum, UsageLine> sums = new LinkedHashMap<>();
    private final Map<Payer, Paid> payers = new HashMap<>();
    private final Set<String> sessions = new HashSet<>();
    private final SessionCube readers;
    private long version;

    /**
     * Prepares its statements.
     *
     * @param readers is told which sessions change
     */
    UsageSums(Connection connection, SessionCube readers) throws SQLException {
        this.readers = readers;
        session = connection.prepareStatement(UsageLine.ADD_TO_SESSION);
        sum = connection.prepareStatement(UsageLine.ADD_TO_SUM);
        placeless =
                connection.prepareStatement(
                        "SELECT session_id, start, agent_type, model, project, branch, "
                                + SumTables.COLUMNS
                                + " FROM usage_session WHERE session_id = ?"
                                + " AND (project = '' OR branch = '')");
        happened =
                connection.prepareStatement(
                        """
                        INSERT INTO event_hour VALUES (?, ?, ?, ?, ?, ?)
                        ON CONFLICT DO UPDATE SET events = events + excluded.events,
                            tokens_in = tokens_in + excluded.tokens_in,
                            tokens_out = tokens_out + excluded.tokens_out,
                            cost_nanos = cost_nanos + excluded.cost_nanos\
                        """);
        payer =
                connection.prepareStatement(
                        """
                        INSERT INTO cost_sessions VALUES (?, ?, ?, ?, ?)
                        ON CONFLICT DO UPDATE SET cost_nanos = cost_nanos + excluded.cost_nanos,
                            last_at = max(last_at, excluded.last_at)\
                        """);
        version = Schema.number(connection, SumTables.VERSION);
    }

    /** Takes what is stored of a session to the place that it has now. */
    void move(String sessionId, UsageLine.Place from, UsageLine.Place to) throws SQLException {
        placeless.setString(1, sessionId);
        try (var rows = placeless.executeQuery()) {
            while (rows.next()) {
                var key =
                        new UsageLine.Key(
                                sessionId,
                                rows.getLong(2),
                                rows.getString(3),
                                rows.getString(4),
                                rows.getString(5),
                                rows.getString(6));
                if (!from.sum(key).equals(to.sum(key))) {
                    var gone = new UsageLine();
                    gone.add(rows, 7, -1);
                    add(key, from, gone);
                    var come = new UsageLine();
                    come.add(rows, 7, 1);
                    add(key, to, come);
                }
            }
        }
    }

    /** Adds to the line of a session whose place is known by now. */
    void add(UsageLine.Key key, UsageLine line, UsageLine.Place place) throws SQLException {
        line.bind(session, key);
        session.addBatch();
        add(key, place, line);
    }

    private void add(UsageLine.Key key, UsageLine.Place place, UsageLine line) {
        var quarter = place.sum(key);
        sessions.add(key.sessionId());
        sums.computeIfAbsent(quarter, _ -> new UsageLine()).add(line);
        sums.computeIfAbsent(quarter.ofDay(), _ -> new UsageLine()).add(line);
        if (line.costNanos() != 0) {
            payers.merge(
                    new Payer(quarter.project(), key.sessionId(), key.agentType()),
                    new Paid(line.costNanos(), line.last()),
                    Paid::plus);
        }
    }

    void add(Hour hour, Happened what) throws SQLException {
        happened.setLong(1, hour.start());
        happened.setString(2, hour.agentType());
        happened.setLong(3, what.events);
        happened.setLong(4, what.tokensIn);
        happened.setLong(5, what.tokensOut);
        happened.setLong(6, what.costNanos);
        happened.addBatch();
    }

    /** Writes what was added. */
    void finish() throws SQLException {
        version++;
        readers.changing(sessions, version);
        for (var line : sums.entrySet()) {
            line.getValue().bind(sum, line.getKey(), version);
            sum.addBatch();
        }
        for (var entry : payers.entrySet()) {
            payer.setString(1, entry.getKey().project());
            payer.setString(2, entry.getKey().sessionId());
            payer.setString(3, entry.getKey().agentType());
            payer.setLong(4, entry.getValue().costNanos());
            payer.setLong(5, entry.getValue().last());
            payer.addBatch();
        }
        session.executeBatch();
        sum.executeBatch();
        payer.executeBatch();
        happened.executeBatch();
        sums.clear();
        payers.clear();
        sessions.clear();
    }

    /** Forgets what was added: the transaction came to nothing. */
    void forget() throws SQLException {
        session.clearBatch();
        sum.clearBatch();
        payer.clearBatch();
        happened.clearBatch();
        sums.clear();
        payers.clear();
        sessions.clear();
    }
}
