package dev.proa.eventlog;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What one transaction adds to one line of what was used. */
final class UsageLine {
    static final String ADD_TO_SESSION =
            "INSERT INTO usage_session VALUES (%s) ".formatted(Statements.places(18))
                    + onConflict("");
    static final String ADD_TO_SUM =
            "INSERT INTO usage_sum VALUES (%s) ".formatted(Statements.places(19))
                    + onConflict(", version = excluded.version");

    /** What makes a statement that inserts lines add to those that are there. */
    static String onConflict(String further) {
        return """
        ON CONFLICT DO UPDATE SET
            events = events + excluded.events,
            duplicates = duplicates + excluded.duplicates,
            tokens_in = tokens_in + excluded.tokens_in,
            tokens_out = tokens_out + excluded.tokens_out,
            cache_read_tokens = cache_read_tokens + excluded.cache_read_tokens,
            cache_write_tokens = cache_write_tokens + excluded.cache_write_tokens,
            cost_nanos = cost_nanos + excluded.cost_nanos,
            priced = priced + excluded.priced,
            unpriced = unpriced + excluded.unpriced,
            unpriced_tokens = unpriced_tokens + excluded.unpriced_tokens,
            first_at = min(first_at, excluded.first_at),
            last_at = max(last_at, excluded.last_at)%s\
        """
                .formatted(further);
    }

    /**
     * A line of {@code usage_session}; what an event does not have is empty.
     *
     * @param start the quarter of an hour in which it happened, in milliseconds since 1970
     */
    record Key(
            String sessionId,
            long start,
            String agentType,
            String model,
            String project,
            String branch) {
        static Key of(EventRow row) {
            var at = row.happenedMillis();
            return new Key(
                    row.sessionId(),
                    at - Math.floorMod(at, SumTables.QUARTER),
                    row.agentType(),
                    orEmpty(row.model()),
                    orEmpty(row.project()),
                    orEmpty(row.branch()));
        }
    }

    /** A line of {@code usage_sum}; {@code grain} is how long its time is, in milliseconds. */
    record Sum(
            long grain, long start, String agentType, String model, String project, String branch) {
        Sum ofDay() {
            return new Sum(DayTables.DAY, DayTables.day(start), agentType, model, project, branch);
        }
    }

    /** Where a session works, as far as it is known. */
    record Place(String project, String branch) {
        static final Place UNKNOWN = new Place("", "");

        static Place of(Session session) {
            return new Place(orEmpty(session.project()), orEmpty(session.branch()));
        }

        /** The sum that a line belongs to if this is its session's place. */
        Sum sum(Key key) {
            return new Sum(
                    SumTables.QUARTER,
                    key.start(),
                    key.agentType(),
                    key.model(),
                    key.project().isEmpty() ? project : key.project(),
                    key.branch().isEmpty() ? branch : key.branch());
        }
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private long events;
    private long duplicates;
    private long tokensIn;
    private long tokensOut;
    private long cacheRead;
    private long cacheWrite;
    private long costNanos;
    private long priced;
    private long unpriced;
    private long unpricedTokens;
    private long first = Long.MAX_VALUE;
    private long last = Long.MIN_VALUE;

    /** Adds what an event used, or takes it away. */
    void count(EventRow row, int sign) {
        events += sign;
        tokensIn = Sums.add(tokensIn, sign * row.tokensIn());
        tokensOut = Sums.add(tokensOut, sign * row.tokensOut());
        cacheRead = Sums.add(cacheRead, sign * row.cacheReadTokens());
        cacheWrite = Sums.add(cacheWrite, sign * row.cacheWriteTokens());
        var cost = row.costNanos();
        if (cost != null) {
            costNanos = Sums.add(costNanos, sign * cost);
            priced += sign;
        } else {
            unpriced += sign;
            unpricedTokens = Sums.add(unpricedTokens, sign * row.tokens().sum());
        }
        at(row);
    }

    /** Adds an event that tells what another one counts. */
    void repeat(EventRow row) {
        duplicates++;
        at(row);
    }

    private void at(EventRow row) {
        first = Math.min(first, row.happenedMillis());
        last = Math.max(last, row.happenedMillis());
    }

    /** Adds a stored line from a column on, or takes it away. */
    void add(ResultSet row, int column, int sign) throws SQLException {
        events += sign * row.getLong(column);
        duplicates += sign * row.getLong(column + 1);
        tokensIn = Sums.add(tokensIn, sign * row.getLong(column + 2));
        tokensOut = Sums.add(tokensOut, sign * row.getLong(column + 3));
        cacheRead = Sums.add(cacheRead, sign * row.getLong(column + 4));
        cacheWrite = Sums.add(cacheWrite, sign * row.getLong(column + 5));
        costNanos = Sums.add(costNanos, sign * row.getLong(column + 6));
        priced += sign * row.getLong(column + 7);
        unpriced += sign * row.getLong(column + 8);
        unpricedTokens = Sums.add(unpricedTokens, sign * row.getLong(column + 9));
        first = Math.min(first, row.getLong(column + 10));
        last = Math.max(last, row.getLong(column + 11));
    }

    void add(UsageLine other) {
        events += other.events;
        duplicates += other.duplicates;
        tokensIn = Sums.add(tokensIn, other.tokensIn);
        tokensOut = Sums.add(tokensOut, other.tokensOut);
        cacheRead = Sums.add(cacheRead, other.cacheRead);
        cacheWrite = Sums.add(cacheWrite, other.cacheWrite);
        costNanos = Sums.add(costNanos, other.costNanos);
        priced += other.priced;
        unpriced += other.unpriced;
        unpricedTokens = Sums.add(unpricedTokens, other.unpricedTokens);
        first = Math.min(first, other.first);
        last = Math.max(last, other.last);
    }

    long costNanos() {
        return costNanos;
    }

    long last() {
        return last;
    }

    void bind(PreparedStatement to, Key key) throws SQLException {
        to.setString(1, key.sessionId());
        to.setLong(2, key.start());
        bind(to, key.agentType(), key.model(), key.project(), key.branch());
    }

    /** Writes it as of a version: a number that grows with each transaction. */
    void bind(PreparedStatement to, Sum sum, long version) throws SQLException {
        to.setLong(1, sum.grain());
        to.setLong(2, sum.start());
        bind(to, sum.agentType(), sum.model(), sum.project(), sum.branch());
        to.setLong(19, version);
    }

    private void bind(
            PreparedStatement to, String agentType, String model, String project, String branch)
            throws SQLException {
        to.setString(3, agentType);
        to.setString(4, model);
        to.setString(5, project);
        to.setString(6, branch);
        to.setLong(7, events);
        to.setLong(8, duplicates);
        to.setLong(9, tokensIn);
        to.setLong(10, tokensOut);
        to.setLong(11, cacheRead);
        to.setLong(12, cacheWrite);
        to.setLong(13, costNanos);
        to.setLong(14, priced);
        to.setLong(15, unpriced);
        to.setLong(16, unpricedTokens);
        to.setLong(17, first);
        to.setLong(18, last);
    }
}
