package dev.proa.eventlog;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** What was used and what it cost, summed up. */
final class Use {
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

    /** Adds what a row has from a column on, as {@link SumTables#COLUMNS}. */
    void add(ResultSet row, int column) throws SQLException {
        events += row.getLong(column);
        duplicates += row.getLong(column + 1);
        tokensIn = Sums.plus(tokensIn, row.getLong(column + 2));
        tokensOut = Sums.plus(tokensOut, row.getLong(column + 3));
        cacheRead = Sums.plus(cacheRead, row.getLong(column + 4));
        cacheWrite = Sums.plus(cacheWrite, row.getLong(column + 5));
        costNanos = Sums.plus(costNanos, row.getLong(column + 6));
        priced += row.getLong(column + 7);
        unpriced += row.getLong(column + 8);
        unpricedTokens = Sums.plus(unpricedTokens, row.getLong(column + 9));
        first = Math.min(first, row.getLong(column + 10));
        last = Math.max(last, row.getLong(column + 11));
    }

    void add(Use other) {
        events += other.events;
        duplicates += other.duplicates;
        tokensIn = Sums.plus(tokensIn, other.tokensIn);
        tokensOut = Sums.plus(tokensOut, other.tokensOut);
        cacheRead = Sums.plus(cacheRead, other.cacheRead);
        cacheWrite = Sums.plus(cacheWrite, other.cacheWrite);
        costNanos = Sums.plus(costNanos, other.costNanos);
        priced += other.priced;
        unpriced += other.unpriced;
        unpricedTokens = Sums.plus(unpricedTokens, other.unpricedTokens);
        first = Math.min(first, other.first);
        last = Math.max(last, other.last);
    }

    /** Takes away what was added before; when it was is not taken back. */
    void subtract(Use other) {
        events -= other.events;
        duplicates -= other.duplicates;
        tokensIn = Sums.add(tokensIn, -other.tokensIn);
        tokensOut = Sums.add(tokensOut, -other.tokensOut);
        cacheRead = Sums.add(cacheRead, -other.cacheRead);
        cacheWrite = Sums.add(cacheWrite, -other.cacheWrite);
        costNanos = Sums.add(costNanos, -other.costNanos);
        priced -= other.priced;
        unpriced -= other.unpriced;
        unpricedTokens = Sums.add(unpricedTokens, -other.unpricedTokens);
    }

    /** How many events count. */
    long events() {
        return events;
    }

    /** How many events there are, also those that tell of the same once more. */
    long told() {
        return events + duplicates;
    }

    /** How many of the events have a cost. */
    long priced() {
        return priced;
    }

    long unpriced() {
        return unpriced;
    }

    long tokensIn() {
        return tokensIn;
    }

    long tokensOut() {
        return tokensOut;
    }

    long tokens() {
        return Sums.plus(Sums.plus(tokensIn, tokensOut), Sums.plus(cacheRead, cacheWrite));
    }

    /** The sum of what is known; null if something was used and no price is known. */
    @Nullable Long cost() {
        return priced == 0 && unpriced > 0 ? null : (Long) costNanos;
    }

    /** The sum of what is known. */
    long knownCost() {
        return costNanos;
    }

    @Nullable Long first() {
        return told() == 0 ? null : (Long) first;
    }

    @Nullable Long last() {
        return told() == 0 ? null : (Long) last;
    }

    void write(JsonGenerator out) {
        Json.dollars(out, "cost_usd", cost());
        out.writeNumberProperty("events", events);
        writeTokens(out);
        out.writeNumberProperty("unpriced_events", unpriced);
        out.writeNumberProperty("unpriced_tokens", unpricedTokens);
        out.writeNumberProperty("duplicates", duplicates);
    }

    void writeTokens(JsonGenerator out) {
        out.writeNumberProperty("tokens_in", tokensIn);
        out.writeNumberProperty("tokens_out", tokensOut);
        out.writeNumberProperty("cache_read_tokens", cacheRead);
        out.writeNumberProperty("cache_write_tokens", cacheWrite);
    }
}
