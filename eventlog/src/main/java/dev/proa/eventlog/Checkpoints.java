package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
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

    private final Database database;
    private final Consumer<SQLException> failed;
    private final AtomicBoolean due = new AtomicBoolean();
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("proa-eventlog-checkpoints").factory());
    private @Nullable Connection connection; // that thread only

    Checkpoints(Database database, Consumer<SQLException> failed) {
        this.database = database;
        this.failed = failed;
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

    /** Copies everything and empties the file, as soon as readers and writers let it. */
    void empty() throws InterruptedException {
        try {
            thread.submit(() -> checkpoint("TRUNCATE")).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a checkpoint failed", e.getCause());
        }
    }

    private void checkpoint(String mode) {
        try {
            Database.run(connected(), "PRAGMA wal_checkpoint(" + mode + ")");
        } catch (SQLException e) {
            failed.accept(e);
        }
    }

    private Connection connected() throws SQLException {
        var open = connection;
        if (open == null) {
            open = database.writer();
            connection = open;
        }
        return open;
    }

    /** Ends; what has not been copied is copied when the last connection closes. */
    @Override
    public void close() throws SQLException {
        thread.shutdownNow();
        thread.close();
        if (connection != null) {
            connection.close();
        }
    }
}
