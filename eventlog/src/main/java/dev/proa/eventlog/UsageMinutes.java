package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What agents used by the minute in which they used it, for windows that roll; older than {@link
 * #KEPT} is dropped. Use that another event tells of, too, is not counted twice.
 */
final class UsageMinutes implements Follower {
    /** The longest window that can be asked for. */
    static final Duration KEPT = Duration.ofDays(35);

    static final List<String> TABLES =
            List.of(
                    """
                    CREATE TABLE usage_minutes (
                        minute INTEGER NOT NULL,
                        agent_type TEXT NOT NULL,
                        tokens INTEGER NOT NULL,
                        cost_nanos INTEGER NOT NULL,
                        PRIMARY KEY (minute, agent_type)
                    ) WITHOUT ROWID\
                    """,
                    """
                    INSERT INTO usage_minutes
                    SELECT coalesce(client_timestamp, created_at)
                            - coalesce(client_timestamp, created_at) % 60000 AS minute,
                        agent_type, cast(total(tokens_in) + total(tokens_out) AS INTEGER),
                        cast(total(cost_nanos) AS INTEGER)
                    FROM events
                    WHERE minute > (SELECT max(created_at) FROM events) - 3024000000
                        AND (tokens_in > 0 OR tokens_out > 0 OR cost_nanos > 0)
                    GROUP BY 1, 2\
                    """);

    private static final long MINUTE = Duration.ofMinutes(1).toMillis();

    private record Key(long minute, String agentType) {}

    /**
     * What was used.
     *
     * @param tokens taken in without caches, and given out
     * @param costNanos US dollars times 10^9
     * @param first the minute of the first use
     */
    record Used(long tokens, long costNanos, OptionalLong first) {}

    private final PreparedStatement add;
    private final PreparedStatement drop;
    private final Map<Key, Used> used = new HashMap<>();
    private long newest;
    private long droppedAt;

    UsageMinutes(Connection connection) throws SQLException {
        add =
                connection.prepareStatement(
                        "INSERT INTO usage_minutes VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
                                + " tokens = tokens + excluded.tokens,"
                                + " cost_nanos = cost_nanos + excluded.cost_nanos");
        drop = connection.prepareStatement("DELETE FROM usage_minutes WHERE minute < ?");
    }

    @Override
    public void took(EventRow row, NewEvent event) {
        newest = Math.max(newest, row.createdMillis());
    }

    @Override
    public void count(EventRow row, int sign) {
        var tokens = Sums.plus(row.tokensIn(), row.tokensOut());
        var nanos = row.costNanos();
        var cost = nanos == null ? 0 : nanos;
        if ((tokens > 0 || cost > 0)
                && row.happenedMillis() > row.createdMillis() - KEPT.toMillis()) {
            used.merge(
                    new Key(minute(row.happenedMillis()), row.agentType()),
                    new Used(sign * tokens, sign * cost, OptionalLong.empty()),
                    (a, b) ->
                            new Used(
                                    Sums.add(a.tokens(), b.tokens()),
                                    Sums.add(a.costNanos(), b.costNanos()),
                                    OptionalLong.empty()));
        }
    }

    private static long minute(long millis) {
        return millis - Math.floorMod(millis, MINUTE);
    }

    @Override
    public void finish() throws SQLException {
        for (var line : used.entrySet()) {
            add.setLong(1, line.getKey().minute());
            add.setString(2, line.getKey().agentType());
            add.setLong(3, line.getValue().tokens());
            add.setLong(4, line.getValue().costNanos());
            add.addBatch();
        }
        add.executeBatch();
        used.clear();
        if (newest - droppedAt > Duration.ofHours(1).toMillis()) {
            drop.setLong(1, newest - KEPT.toMillis());
            drop.executeUpdate();
            droppedAt = newest;
        }
    }

    @Override
    public void forget() throws SQLException {
        add.clearBatch();
        used.clear();
        droppedAt = 0;
    }

    /** What an agent used after a moment; the minute of that moment counts whole. */
    static Used since(Connection connection, String agentType, long millis) throws SQLException {
        try (var statement =
                connection.prepareStatement(
                        "SELECT total(tokens), total(cost_nanos), min(minute) FROM usage_minutes"
                                + " WHERE minute >= ? AND agent_type = ?")) {
            statement.setLong(1, minute(millis));
            statement.setString(2, agentType);
            try (var found = statement.executeQuery()) {
                found.next();
                var first = Columns.whole(found, 3);
                return new Used(
                        found.getLong(1),
                        found.getLong(2),
                        first == null ? OptionalLong.empty() : OptionalLong.of(first));
            }
        }
    }
}
