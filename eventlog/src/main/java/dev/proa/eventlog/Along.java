package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;

/** What a source stores about itself in the same transaction as its events. */
@FunctionalInterface
interface Along {
    Along NOTHING = _ -> {};

    /** Runs on the writer's thread, inside the transaction. */
    void store(Connection connection) throws SQLException;
}
