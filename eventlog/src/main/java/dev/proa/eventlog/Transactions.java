package dev.proa.eventlog;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The writer's connection: every transaction ends whole or leaves nothing, also in memory. */
final class Transactions implements AutoCloseable {
    /** What goes into one transaction. */
    @FunctionalInterface
    interface Part {
        void into(Posting posting) throws SQLException;
    }

    private final Database database;
    private final SessionCube readers;
    private final PriceBook prices;
    private @Nullable Statements statements;
    private long lastId;

    Transactions(Database database, Statements statements, PriceBook prices) throws SQLException {
        this.database = database;
        readers = statements.readers();
        this.prices = prices;
        this.statements = statements;
        lastId = statements.lastId();
    }

    /** Runs one transaction at the moment {@code now}; on return it is on the disk. */
    Posting.Posted run(long now, Lifecycle rules, Part part) throws SQLException {
        var sql = connected();
        var done = false;
        sql.begin();
        try {
            var posting = new Posting(sql, prices.present(), now, rules, lastId);
            part.into(posting);
            var posted = posting.finish();
            sql.commit();
            lastId = posting.lastId();
            done = true;
            return posted;
        } finally {
            if (!done) {
                rollBack(sql);
            }
        }
    }

    /** Does work of another kind; a transaction that it leaves open comes to nothing. */
    void work(Writer.Work work) throws SQLException {
        var sql = connected();
        var done = false;
        try {
            work.run(sql);
            done = true;
        } finally {
            if (!done) {
                rollBack(sql);
            }
        }
    }

    /** Whether stored events wait for the index of words. */
    boolean behind() {
        var sql = statements;
        return sql != null && sql.followers().search().behind();
    }

    /** Whether the index of words may have parts to merge. */
    boolean scattered() {
        var sql = statements;
        return sql != null && sql.followers().search().scattered();
    }

    private void rollBack(Statements sql) throws SQLException {
        try {
            sql.rollback();
        } catch (SQLException e) {
            // SQLite itself rolls back when the disk is full; there is nothing left to do then.
            if (!String.valueOf(e.getMessage()).contains("no transaction is active")) {
                close(); // the next transaction gets a clean connection
            }
        }
    }

    /** The connection, opened anew if the last one had to be given up. */
    Statements connected() throws SQLException {
        var sql = statements;
        if (sql == null) {
            sql = new Statements(database.writer(), readers);
            lastId = sql.lastId();
            statements = sql;
        }
        return sql;
    }

    @Override
    public void close() throws SQLException {
        var sql = statements;
        statements = null;
        if (sql != null) {
            sql.close();
        }
    }
}
