package dev.proa.agentmonitor;

import dev.proa.eventlog.Commit;
import dev.proa.gateway.BodyStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * One client of the stream. It first gets what it has missed, then what comes; in between nothing
 * is lost, because it says so when events come while it is still behind.
 */
final class StreamClient implements AutoCloseable {
    /** So many congested writes in a row, and it is given up. */
    private static final int PATIENCE = 3;

    /** So long a client may take to read a page of what it has missed. */
    private static final Duration SLOWEST_PAGE = Duration.ofSeconds(30);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(5);
    private static final byte[] NOTHING = new byte[0];

    private final BodyStream body;
    private final StreamFilter filter;
    private final long epoch;
    private long after; // guarded by this, as is all that follows: the last event that it has
    private boolean live;
    private boolean behind;
    private boolean closed;
    private int congested;

    StreamClient(BodyStream body, StreamFilter filter, long epoch, long after) {
        this.body = body;
        this.filter = filter;
        this.epoch = epoch;
        this.after = after;
    }

    /** Where what it has missed comes from. */
    @FunctionalInterface
    interface Missed {
        List<Commit.StoredEvent> after(long id) throws InterruptedException;
    }

    /** Sends what it has missed until there is nothing; false if it is to be given up. */
    boolean catchUp(Missed missed) throws InterruptedException {
        while (true) {
            var page = missed.after(after());
            if (page.isEmpty()) {
                synchronized (this) {
                    if (!behind || closed) {
                        live = true;
                        return true;
                    }
                    behind = false;
                }
            } else if (!replayed(page)) {
                return false;
            }
        }
    }

    private synchronized long after() {
        return after;
    }

    private boolean replayed(List<Commit.StoredEvent> page) {
        synchronized (this) {
            if (closed) {
                return true;
            }
            send(page);
        }
        for (long left = SLOWEST_PAGE.toMillis(); left > 0; left -= LOOK_AGAIN.toMillis()) {
            if (isClosed() || body.send(NOTHING)) {
                return true;
            }
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
        }
        return isClosed();
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** What was just stored; false if it is to be given up. */
    synchronized boolean tell(List<Commit.StoredEvent> events) {
        if (!live) {
            behind = true;
            return true;
        }
        drained();
        return counted(send(events.stream().filter(event -> event.id() > after).toList()));
    }

    /** True if it keeps up. */
    private boolean send(List<Commit.StoredEvent> events) {
        var pieces = new ArrayList<byte[]>();
        for (var event : events) {
            after = event.id();
            if (filter.wants(event)) {
                pieces.add(StreamMessages.event(epoch, event));
            }
        }
        return pieces.isEmpty() || body.send(StreamMessages.joined(pieces));
    }

    /** Sends a message of the stream itself; false if it is to be given up. */
    synchronized boolean send(byte[] message) {
        drained();
        return counted(body.send(message));
    }

    /** A large piece is more than the socket takes at once, however fast the client reads it. */
    private void drained() {
        if (congested > 0 && body.send(NOTHING)) {
            congested = 0;
        }
    }

    private boolean counted(boolean keepsUp) {
        congested = keepsUp ? 0 : congested + 1;
        return congested < PATIENCE;
    }

    /** Its end, by whichever side. */
    synchronized void gone() {
        closed = true;
    }

    @Override
    public void close() {
        gone();
        body.close();
    }
}
