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
 *
 * <p>SQLite begins the file anew with a transaction that finds all of it copied when it begins.
 * Under load there is none: each begins as soon as the one before it is committed, and the file
 * grows until a commit has to copy it. So once the file is long, passes follow one another until
 * nothing is left but the transaction under way, and the next one waits for that to be copied.
 */
final class Checkpoints implements AutoCloseable {
    private static final Duration PACE = Duration.ofMillis(500);

    /** So long readers may be waited for, which keeps the writer waiting. */
    private static final int PATIENCE_MILLIS = 200;

    /** From so many pages on the file is to begin anew: far fewer than make a commit copy it. */
    private static final int LONG = 4_000;

    private static final int MOST_PASSES = 6;

    /** How many pages were in the file when a pass began, and how many of them are copied now. */
    private record Pass(int pages, int copied) {
        static final Pass NONE = new Pass(-1, -1);
    }

    private final Database database;
    private final Consumer<SQLException> failed;
    private final AtomicBoolean due = new AtomicBoolean();
    private final AtomicBoolean nearlyCopied = new AtomicBoolean(); // a file that is long
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

    /** A transaction is about to begin; the writer's thread only. */
    void beginning() {
        if (nearlyCopied.getAndSet(false)) {
            try {
                run(() -> checkpoint("PASSIVE"));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // the transaction goes on without
            } catch (RuntimeException e) {
                failed.accept(new SQLException("a checkpoint failed", e)); // and so here
            }
        }
    }

    /** Waits for nobody: what a reader still needs is left for next time. That thread only. */
    void copy() {
        due.set(false);
        nearlyCopied.set(false); // more may have been committed since
        var before = Pass.NONE;
        for (var passes = 0; passes < MOST_PASSES; passes++) {
            var pass = checkpoint("PASSIVE");
            if (pass.pages() < LONG) {
                return;
            }
            if (pass.pages() == before.pages()) {
                nearlyCopied.set(pass.copied() == pass.pages());
                return;
            }
            before = pass;
        }
    }

    /** Copies everything and empties the file, if readers and writers let it. */
    void empty() throws InterruptedException {
        run(() -> checkpoint("TRUNCATE"));
    }

    /** Runs work on that thread and waits for it. */
    void run(Runnable work) throws InterruptedException {
        try {
            thread.submit(work).get();
        } catch (RejectedExecutionException | CancellationException e) {
            return; // closing: the last connection does it
        } catch (ExecutionException e) {
            throw new IllegalStateException("a checkpoint failed", e.getCause());
        }
    }

    private Pass checkpoint(String mode) {
        try (var statement = connected().createStatement();
                var rows = statement.executeQuery("PRAGMA wal_checkpoint(" + mode + ")")) {
            failing = false;
            return rows.next() && rows.getInt("busy") == 0
                    ? new Pass(rows.getInt("log"), rows.getInt("checkpointed"))
                    : Pass.NONE;
        } catch (SQLException e) {
            if (!failing) {
                failed.accept(e);
            }
            failing = true;
            return Pass.NONE;
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
