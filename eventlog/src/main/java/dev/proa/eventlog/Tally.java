package dev.proa.eventlog;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What one transaction adds to one line of the roll-up. */
final class Tally {
    static final long HOUR = Duration.ofHours(1).toMillis();

    /** Adds to the line of the key, which it makes if need be. */
    static final String UPSERT =
            """
            INSERT INTO rollup (hour, agent_type, event_type, tool_name, model, source, events,
                errors, tokens_in, tokens_out, cache_read_tokens, cache_write_tokens, cost_nanos,
                priced, unpriced, duration_ms, timed, repeats)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET
                events = events + excluded.events,
                errors = errors + excluded.errors,
                tokens_in = tokens_in + excluded.tokens_in,
                tokens_out = tokens_out + excluded.tokens_out,
                cache_read_tokens = cache_read_tokens + excluded.cache_read_tokens,
                cache_write_tokens = cache_write_tokens + excluded.cache_write_tokens,
                cost_nanos = cost_nanos + excluded.cost_nanos,
                priced = priced + excluded.priced,
                unpriced = unpriced + excluded.unpriced,
                duration_ms = duration_ms + excluded.duration_ms,
                timed = timed + excluded.timed,
                repeats = repeats + excluded.repeats\
            """;

    /** The line; tool and model are empty where an event has none. */
    record Key(
            long hour,
            String agentType,
            String eventType,
            String toolName,
            String model,
            String source) {
        static Key of(EventRow row) {
            return new Key(
                    Tally.hour(row.createdMillis()),
                    row.agentType(),
                    row.eventType(),
                    orEmpty(row.toolName()),
                    orEmpty(row.model()),
                    row.source());
        }

        private static String orEmpty(@Nullable String text) {
            return text == null ? "" : text;
        }
    }

    private long events;
    private long errors;
    private long tokensIn;
    private long tokensOut;
    private long cacheRead;
    private long cacheWrite;
    private long costNanos;
    private long priced;
    private long unpriced;
    private long durationMs;
    private long timed;
    private long repeats;

    /** The hour that a moment lies in, in milliseconds since 1970. */
    static long hour(long millis) {
        return millis - Math.floorMod(millis, HOUR);
    }

    /** Adds an event, but not what it used. Errors and durations are those of counted calls. */
    void add(EventRow row) {
        events++;
        if (!row.call().counted()) {
            repeats++;
            return;
        }
        errors += row.status().equals("error") ? 1 : 0;
        var duration = row.durationMs();
        if (duration != null) {
            durationMs = Sums.plus(durationMs, duration);
            timed++;
        }
    }

    /** Adds what an event used, or takes it away. */
    void count(EventRow row, int sign) {
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
        }
    }

    void bind(PreparedStatement to, Key key) throws SQLException {
        to.setLong(1, key.hour());
        to.setString(2, key.agentType());
        to.setString(3, key.eventType());
        to.setString(4, key.toolName());
        to.setString(5, key.model());
        to.setString(6, key.source());
        to.setLong(7, events);
        to.setLong(8, errors);
        to.setLong(9, tokensIn);
        to.setLong(10, tokensOut);
        to.setLong(11, cacheRead);
        to.setLong(12, cacheWrite);
        to.setLong(13, costNanos);
        to.setLong(14, priced);
        to.setLong(15, unpriced);
        to.setLong(16, durationMs);
        to.setLong(17, timed);
        to.setLong(18, repeats);
    }
}
