package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Copies what has been committed from the {@code -wal} file into the database, on a thread and a
 * connection of their own, so that no append waits for the many pages of a whole {@code -wal} file.
 * Nothing is done while nothing is committed. Whoever else asks SQLite for a checkpoint meanwhile
 * is refused at once. Safe to use from any thread.
 */
final class Checkpoints implements AutoCloseable {
    private static final Duration PACE = Duration.ofMillis(500);

    /** So long readers may be waited for, which keeps the writer waiting. */
    private static final int PATIENCE_MILLIS = 200;

    private final Database database;
    private final Consumer<SQLException> failed;
    private final AtomicBoolean due = new AtomicBoolean();
    private final ScheduledThreadPoolExecutor thread =
            new ScheduledThreadPoolExecutor(
                    1, Thread.ofPlatform().name("proa-eventlog-checkpoints").factory());
    private boolean failing; // that thread only
    private @Nullable Connection connection; // that thread only

    Checkpoints(Database database, Consumer<SQLException> failed) {
        this.database = database;
        this.failed = failed;
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Something has been committed; the writer's thread only. */
    void committed() {
        if (!due.getAndSet(true)) {
            var _ = thread.schedule(this::copy, PACE.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void copy() {
        due.set(false);
        checkpoint("PASSIVE"); // waits for nobody: what a reader still needs is left for next time
    }

    /** Copies everything and empties the file, if readers and writers let it. */
    void empty() throws InterruptedException {
        try {
            thread.submit(() -> checkpoint("TRUNCATE")).get();
        } catch (RejectedExecutionException | CancellationException e) {
            return; // closing: the last connection does it
        } catch (ExecutionException e) {
            throw new IllegalStateException("a checkpoint failed", e.getCause());
        }
    }

    private void checkpoint(String mode) {
        try {
            Database.run(connected(), "PRAGMA wal_checkpoint(" + mode + ")");
            failing = false;
        } catch (SQLException e) {
            if (!failing) {
                failed.accept(e);
            }
            failing = true;
        }
    }

    private Connection connected() throws SQLException {
        var open = connection;
        if (open == null) {
            open = database.writer();
            connection = open;
            Database.run(open, "PRAGMA busy_timeout = " + PATIENCE_MILLIS);
            Database.run(open, "PRAGMA cache_size = 100"); // a checkpoint reads no pages through it
        }
        return open;
    }

    /** Ends; what has not been copied is copied when the last connection closes. */
    @Override
    public void close() throws SQLException {
        thread.close();
        if (connection != null) {
            connection.close();
        }
    }
}
