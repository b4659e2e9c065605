package dev.proa.agentmonitor;

import dev.proa.eventlog.Commit;
import dev.proa.eventlog.WantedEvents;
import dev.proa.gateway.BodyStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * One client of the stream. It first gets what it has missed, then what comes; in between nothing
 * is lost, because it says so when events come while it is still behind.
 */
final class StreamClient implements AutoCloseable {
    /** So many congested writes in a row, and it is given up. */
    private static final int PATIENCE = 3;

    /** So long a client may take to read a piece of what it is behind with. */
    private static final Duration SLOWEST_PIECE = Duration.ofSeconds(30);

    /** A commit of more bytes is read again piece by piece, as fast as the client reads. */
    private static final long LARGE = 1024L * 1024;

    private static final Duration LOOK_AGAIN = Duration.ofMillis(5);
    private static final byte[] NOTHING = new byte[0];

    private final BodyStream body;
    private final WantedEvents wanted;
    private final Missed missed;
    private final long epoch;
    private long after; // guarded by this, as is all that follows: nothing up to it is still to do
    private long named; // the last place that it was sent
    private long stored; // the last event that it was told of, also while it was behind
    private boolean live;
    private boolean behind;
    private boolean closed;
    private int congested;

    StreamClient(BodyStream body, WantedEvents wanted, Missed missed, long epoch, long after) {
        this.body = body;
        this.wanted = wanted;
        this.missed = missed;
        this.epoch = epoch;
        this.after = after;
        this.named = after;
    }

    /** Where what it has missed comes from. */
    @FunctionalInterface
    interface Missed {
        List<Commit.StoredEvent> after(long id) throws InterruptedException;
    }

    /** What became of what it was told. */
    enum Told {
        SENT,
        /** It is more than can be sent at once: it is behind until it has caught up. */
        BEHIND,
        GIVEN_UP
    }

    /** Sends what it has missed until there is nothing; false if it is to be given up. */
    boolean catchUp() throws InterruptedException {
        while (!isClosed()) {
            var page = missed.after(after());
            if (page.isEmpty()) {
                synchronized (this) {
                    if (!behind) {
                        live = true;
                        after = Math.max(after, stored);
                        return true;
                    }
                    behind = false;
                }
            } else if (!sent(StreamMessages.pieces(taken(page)))) {
                return false;
            }
        }
        return true;
    }

    private synchronized long after() {
        return after;
    }

    /** Sends each piece when the one before was taken; false if that takes too long. */
    private boolean sent(List<byte[]> pieces) {
        for (var piece : pieces) {
            synchronized (this) {
                if (closed) {
                    return true;
                }
                body.send(piece);
            }
            if (!drainedInTime()) {
                return false;
            }
        }
        return true;
    }

    private boolean drainedInTime() {
        for (long left = SLOWEST_PIECE.toMillis(); left > 0; left -= LOOK_AGAIN.toMillis()) {
            if (isClosed() || drained()) {
                return true;
            }
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
        }
        return isClosed();
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** Tells it of a commit. */
    synchronized Told tell(Commit commit) {
        stored = Math.max(stored, commit.latest());
        if (!live) {
            behind = true;
            return Told.SENT;
        }
        var news = commit.events().stream().filter(event -> event.id() > after).toList();
        if (bytes(news) > LARGE) {
            live = false;
            return Told.BEHIND;
        }
        var _ = drained();
        var messages = taken(news);
        after = Math.max(after, commit.latest());
        if (messages.isEmpty()) {
            return commit.events().isEmpty() ? passed() : Told.SENT;
        }
        var keepsUp = true;
        for (var piece : StreamMessages.pieces(messages)) {
            keepsUp = body.send(piece);
        }
        return counted(keepsUp) ? Told.SENT : Told.GIVEN_UP;
    }

    private long bytes(List<Commit.StoredEvent> events) {
        return events.stream().filter(wanted::has).mapToLong(event -> event.json().length).sum();
    }

    /** The messages of those that it wants. */
    private synchronized List<byte[]> taken(List<Commit.StoredEvent> events) {
        if (!events.isEmpty()) {
            after = events.getLast().id();
        }
        var its = events.stream().filter(wanted::has).toList();
        if (!its.isEmpty()) {
            named = its.getLast().id();
        }
        return its.stream().map(event -> StreamMessages.event(epoch, event)).toList();
    }

    /** History is not told, but it lies behind the client when it comes back. */
    private Told passed() {
        if (named >= after) {
            return Told.SENT;
        }
        named = after;
        var keepsUp = counted(body.send(StreamMessages.place(place())));
        return keepsUp ? Told.SENT : Told.GIVEN_UP;
    }

    private StreamCursor place() {
        return new StreamCursor(epoch, after);
    }

    /** Keeps the connection open; false if it is to be given up. */
    synchronized boolean beat() {
        if (!live || named >= after) {
            return send(StreamMessages.HEARTBEAT);
        }
        named = after;
        return send(StreamMessages.heartbeat(place()));
    }

    /** Sends a message of the stream itself; false if it is to be given up. */
    synchronized boolean send(byte[] message) {
        var _ = drained();
        return counted(body.send(message));
    }

    /**
     * Whether it has taken all but little; then it is not congested, though a large piece was more
     * than its socket takes at once.
     */
    private synchronized boolean drained() {
        if (!body.send(NOTHING)) {
            return false;
        }
        congested = 0;
        return true;
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
