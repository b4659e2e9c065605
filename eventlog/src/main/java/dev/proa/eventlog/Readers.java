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
    private final ExecutorService threads =
            Executors.newFixedThreadPool(
                    THREADS, Thread.ofPlatform().name("proa-eventlog-reader-", 1).factory());
    private final Queue<Connection> idle = new ConcurrentLinkedQueue<>();

    Readers(Database database) {
        this.database = database;
    }

    /**
     * What the query gives.
     *
     * @throws ProaException if the log cannot be read
     */
    <T> T read(Query<T> query) throws InterruptedException {
        return run(() -> withConnection(query));
    }

    /**
     * As {@link #read}, with a connection that knows nothing of what others have read. A look
     * through the search index needs one: where a search was made before, it goes by that one's
     * list of segments, and takes for damage what was merged since (SQLite 3.44 and later).
     */
    <T> T readAnew(Query<T> query) throws InterruptedException {
        return run(() -> {
            try (var connection = database.reader()) {
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

    private <T> T withConnection(Query<T> query) throws SQLException {
        var pooled = idle.poll();
        var connection = pooled == null ? database.reader() : pooled;
        var done = false;
        try {
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
