package dev.proa.eventlog;

import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
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
    private final Consumer<List<SearchEntry>> words;
    private final PriceBook prices;
    private @Nullable Statements statements;
    private long lastId;

    /**
     * Transactions over a connection.
     *
     * @param words is given what each of them has for the index of words, once it is stored
     */
    Transactions(
            Database database,
            Statements statements,
            PriceBook prices,
            Consumer<List<SearchEntry>> words)
            throws SQLException {
        this.database = database;
        readers = statements.readers();
        this.words = words;
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
            words.accept(sql.followers().words());
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

    /** Whether words of deleted events may still be in their index. */
    boolean forgetful() throws SQLException {
        var any = "SELECT EXISTS (SELECT 1 FROM forgotten)";
        return Schema.number(connected().connection(), any) != 0;
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
