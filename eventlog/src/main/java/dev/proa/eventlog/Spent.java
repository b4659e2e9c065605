package dev.proa.eventlog;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What was used and what it cost, with no more of {@link Use} than a line of a chart shows. */
final class Spent {
    /**
     * What {@link #add(ResultSet, int)} reads. A sum beyond the largest number becomes a fraction
     * in SQLite, which JDBC reads as the largest number: what {@link Sums#plus} makes of it, too.
     */
    static final String COLUMNS =
            "tokens_in + tokens_out + cache_read_tokens + cache_write_tokens, cost_nanos, priced,"
                    + " unpriced";

    private long tokens;
    private long costNanos;
    private long priced;
    private long unpriced;

    /** Adds what a row has from a column on, as {@link #COLUMNS}. */
    void add(ResultSet row, int column) throws SQLException {
        tokens = Sums.plus(tokens, row.getLong(column));
        costNanos = Sums.plus(costNanos, row.getLong(column + 1));
        priced += row.getLong(column + 2);
        unpriced += row.getLong(column + 3);
    }

    void add(Use use) {
        tokens = Sums.plus(tokens, use.tokens());
        costNanos = Sums.plus(costNanos, use.knownCost());
        priced += use.priced();
        unpriced += use.unpriced();
    }

    void add(Spent other) {
        tokens = Sums.plus(tokens, other.tokens);
        costNanos = Sums.plus(costNanos, other.costNanos);
        priced += other.priced;
        unpriced += other.unpriced;
    }

    long tokens() {
        return tokens;
    }

    /** The sum of what is known, in US dollars times 10^9. */
    long knownCost() {
        return costNanos;
    }

    /** The same; null if nothing was used that counts, or no price of it is known. */
    @Nullable Long cost() {
        return priced == 0 ? null : (Long) costNanos;
    }
}
