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

    /** More bytes at once are sent piece by piece, as fast as the client reads. */
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
    private List<byte[]> waiting = List.of(); // a large commit's
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

    /** Sends what waits and what it has missed until there is nothing; false: to be given up. */
    boolean catchUp() throws InterruptedException {
        if (!sent(large())) {
            return false;
        }
        while (true) {
            var page = missed.after(after());
            if (page.isEmpty()) {
                synchronized (this) {
                    if (!behind || closed) {
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
    }

    private synchronized List<byte[]> large() {
        var pieces = waiting;
        waiting = List.of();
        return pieces;
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

    /** Tells it of a commit. */
    synchronized Told tell(Commit commit) {
        stored = Math.max(stored, commit.latest());
        if (!live) {
            behind = true;
            return Told.SENT;
        }
        drained();
        var messages = taken(commit.events().stream().filter(event -> event.id() > after).toList());
        after = Math.max(after, commit.latest());
        if (messages.isEmpty()) {
            return commit.events().isEmpty() ? passed() : Told.SENT;
        }
        var pieces = StreamMessages.pieces(messages);
        if (pieces.stream().mapToLong(piece -> piece.length).sum() > LARGE) {
            live = false;
            waiting = pieces;
            return Told.BEHIND;
        }
        var keepsUp = true;
        for (var piece : pieces) {
            keepsUp = body.send(piece);
        }
        return counted(keepsUp) ? Told.SENT : Told.GIVEN_UP;
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
