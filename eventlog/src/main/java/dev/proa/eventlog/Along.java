package dev.proa.eventlog;

import java.sql.SQLException;

/** What a source stores in the same transaction as its events, such as what it knows of itself. */
@FunctionalInterface
interface Along {
    Along NOTHING = _ -> {};

    /** Runs on the writer's thread, inside the transaction; again if the transaction failed. */
    void store(Posting posting) throws SQLException;

    /** About how many bytes it takes in memory. */
    default long weight() {
        return 0;
    }
}
