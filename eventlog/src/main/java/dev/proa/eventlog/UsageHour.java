package dev.proa.eventlog;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What one transaction adds to one line of the roll-up of what was used. */
final class UsageHour {
    static final String UPSERT =
            """
            INSERT INTO usage_hour (hour, session_id, agent_type, model, project, branch, events,
                duplicates, tokens_in, tokens_out, cache_read_tokens, cache_write_tokens,
                cost_nanos, priced, unpriced, unpriced_tokens, first_at, last_at,
                version)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
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
                last_at = max(last_at, excluded.last_at),
                version = excluded.version\
            """;

    /**
     * The line; what an event does not have is empty.
     *
     * @param hour the hour in which it happened, in milliseconds since 1970
     */
    record Key(
            long hour,
            String sessionId,
            String agentType,
            String model,
            String project,
            String branch) {
        static Key of(EventRow row) {
            return new Key(
                    Tally.hour(row.happenedMillis()),
                    row.sessionId(),
                    row.agentType(),
                    orEmpty(row.model()),
                    orEmpty(row.project()),
                    orEmpty(row.branch()));
        }

        private static String orEmpty(@Nullable String text) {
            return text == null ? "" : text;
        }
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

    /** Writes it as of a version: a number that grows with each transaction. */
    void bind(PreparedStatement to, Key key, long version) throws SQLException {
        to.setLong(1, key.hour());
        to.setString(2, key.sessionId());
        to.setString(3, key.agentType());
        to.setString(4, key.model());
        to.setString(5, key.project());
        to.setString(6, key.branch());
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
        to.setLong(19, version);
    }
}
