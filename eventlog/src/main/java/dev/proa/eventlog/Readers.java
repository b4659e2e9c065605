package dev.proa.eventlog;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/**
 * Reads a log beside its writer, on a few threads of their own: SQLite's calls are native, and
 * would hold the carriers of virtual threads.
 */
final class Readers implements AutoCloseable {
    private static final int THREADS = 3;

    /** Something to read; all its statements see the log as the same commit left it. */
    @FunctionalInterface
    interface Query<T> {
        T run(Connection connection) throws SQLException;
    }

    private final Database database;
    private final Database words;
    private final ExecutorService threads =
            Executors.newFixedThreadPool(
                    THREADS, Thread.ofPlatform().name("proa-eventlog-reader-", 1).factory());
    private final Queue<Connection> idle = new ConcurrentLinkedQueue<>();

    /**
     * Readers of a log.
     *
     * @param words the file of its index of words, which exists
     */
    Readers(Database database, Database words) {
        this.database = database;
        this.words = words;
    }

    /**
     * What the query gives.
     *
     * @throws ProaException if the log cannot be read
     */
    <T> T read(Query<T> query) throws InterruptedException {
        return run(() -> withConnection(query, false));
    }

    /**
     * As {@link #read}, also in the index of words, whose tables are in the schema {@link
     * SearchIndex#SCHEMA}.
     *
     * @throws ProaException if the log or its index cannot be read
     */
    <T> T readWords(Query<T> query) throws InterruptedException {
        return run(() -> withConnection(query, true));
    }

    /**
     * As {@link #readWords}, or without the index if it is lost, with a connection that knows
     * nothing of what others have read. A look through the search index needs one: where a search
     * was made before, it goes by that one's list of segments, and takes for damage what was merged
     * since (SQLite 3.44 and later).
     */
    <T> T readAnew(Query<T> query) throws InterruptedException {
        return run(() -> {
            try (var connection = database.reader()) {
                try {
                    attachWords(connection);
                } catch (ProaException e) {
                    return within(connection, query); // the log alone
                }
                return within(connection, query);
            }
        });
    }

    private <T> T run(Callable<T> work) throws InterruptedException {
        try {
            return threads.submit(work).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException failure) {
                throw Storage.exception(database.file(), failure);
            }
            if (e.getCause() instanceof ProaException told) {
                throw told;
            }
            throw new IllegalStateException("a query failed", e.getCause());
        } catch (RejectedExecutionException e) {
            throw new ProaException(
                    ExitCode.TRY_LATER,
                    new Problem(
                            Where.of(database.file().toString()),
                            "the event log is closed",
                            "Ask again after the restart"),
                    e);
        }
    }

    private <T> T withConnection(Query<T> query, boolean ofWords) throws SQLException {
        var pooled = idle.poll();
        var connection = pooled == null ? database.reader() : pooled;
        var done = false;
        try {
            if (ofWords) {
                attachWords(connection);
            }
            var result = within(connection, query);
            done = true;
            return result;
        } finally {
            if (done) {
                idle.add(connection);
            } else {
                connection.close();
            }
        }
    }

    /** Only for those who ask for them: a log whose index is lost can be read all the same. */
    private void attachWords(Connection connection) throws SQLException {
        if (Database.attached(connection, SearchIndex.SCHEMA)) {
            return;
        }
        try {
            words.attach(connection, SearchIndex.SCHEMA);
        } catch (SQLException e) {
            throw Storage.exceptionOfWords(words.file(), e);
        }
    }

    private static <T> T within(Connection connection, Query<T> query) throws SQLException {
        Database.run(connection, "BEGIN");
        var result = query.run(connection);
        Database.run(connection, "COMMIT");
        return result;
    }

    @Override
    public void close() throws SQLException {
        threads.close();
        for (var connection = idle.poll(); connection != null; connection = idle.poll()) {
            connection.close();
        }
    }
}
