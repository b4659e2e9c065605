package dev.proa.eventlog;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * Tells the listener of transactions in their order, on a thread of its own: the next one is stored
 * while what readers get of the last one is written.
 */
final class Teller implements AutoCloseable {
    /** So many transactions may wait to be told; then the writer waits. */
    private static final int MOST_WAITING = 4;

    private final EventLogListener listener;
    private final Consumer<Throwable> failed;
    private final Semaphore room = new Semaphore(MOST_WAITING);
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().name("proa-eventlog-teller").factory());

    /**
     * Begins to tell.
     *
     * @param failed hears what the listener throws
     */
    Teller(EventLogListener listener, Consumer<Throwable> failed) {
        this.listener = listener;
        this.failed = failed;
    }

    /** Has a transaction told of after all earlier ones; then {@code after} is run. */
    void tell(Posting.Posted posted, Runnable after) {
        room.acquireUninterruptibly();
        thread.execute(() -> {
            try {
                if (!posted.empty()) {
                    listener.committed(posted.commit());
                }
            } catch (RuntimeException | Error e) {
                failed.accept(e); // what is stored stays stored, whatever a listener does
            } finally {
                room.release();
                after.run();
            }
        });
    }

    /** Tells what waits, then ends. */
    @Override
    public void close() {
        thread.close();
    }
}
