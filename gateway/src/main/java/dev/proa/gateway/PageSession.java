package dev.proa.gateway;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One page on the channel: how far it has been sent to, and how much of that it has not
 * acknowledged. Used on the carrier's event loop only; the ring is its queue.
 */
final class PageSession {
    /** The most that is sent to a page ahead of its acknowledgements. */
    static final long MAX_UNACKED = 1024 * 1024;

    private static final int MAX_UNACKED_BATCHES = 4096;

    /** What may wait in a carrier before it counts as stuck; batches stop long before. */
    static final long MAX_WAITING = 1024 * 1024;

    /** How a page is reached. */
    interface Carrier {
        /** Whether the socket takes more now. */
        boolean ready();

        void send(PageFrame frame);

        void flush();

        /** Whether the page says what it has got; else the socket alone holds back. */
        boolean acknowledges();

        /** Runs on the carrier's event loop, later. */
        void later(Runnable action);

        /** The runtime ends. */
        void end();
    }

    private record Sent(long number, int bytes) {}

    private final String client;
    private final Carrier carrier;
    private final BatchRing ring;
    private final PageFrames frames;
    private final Deque<Sent> unacked = new ArrayDeque<>();
    private long cursor;
    private long eventsSeen;
    private final AtomicLong unackedBytes = new AtomicLong(); // written on the loop, read by any
    private boolean live;
    private boolean sentAny;
    private final AtomicLong dropped = new AtomicLong(); // likewise

    PageSession(String client, Carrier carrier, BatchRing ring, PageFrames frames) {
        this.client = client;
        this.carrier = carrier;
        this.ring = ring;
        this.frames = frames;
        jumpToNow();
    }

    String client() {
        return client;
    }

    Carrier carrier() {
        return carrier;
    }

    private void jumpToNow() {
        // In this order a batch in between is counted as dropped rather than forgotten.
        eventsSeen = ring.events();
        cursor = ring.next();
    }

    /** The page speaks for the first time, or will not: from here on batches flow. */
    void live() {
        if (!live) {
            live = true;
            pump();
        }
    }

    /**
     * The page has been here before and got everything through {@code number}.
     *
     * @param sameRun whether it means this run's numbers
     */
    void resume(boolean sameRun, long number) {
        if (!sameRun) {
            resync("restart", 0);
        } else if (sentAny || number < 0 || number >= ring.next()) {
            resync("gap", 0);
        } else if (number + 1 < ring.oldest()) {
            // Each batch stands for one event at least.
            resync("gap", ring.oldest() - number - 1);
        } else {
            cursor = number + 1;
            if (ring.at(cursor) instanceof BatchRing.Found.Present(BatchRing.Batch batch)) {
                eventsSeen = batch.eventsBefore();
            }
        }
        live();
    }

    private void resync(String cause, long lost) {
        jumpToNow();
        dropped.addAndGet(lost);
        carrier.send(frames.resync(cause, lost, cursor - 1));
        carrier.flush();
    }

    void acknowledged(long number) {
        while (!unacked.isEmpty() && unacked.getFirst().number() <= number) {
            unackedBytes.addAndGet(-unacked.removeFirst().bytes());
        }
        pump();
    }

    /** Sends what the page can take. */
    void pump() {
        var any = false;
        while (live && carrier.ready() && mayTake()) {
            switch (ring.at(cursor)) {
                case BatchRing.Found.Present(BatchRing.Batch batch) -> {
                    sendBatch(batch);
                    any = true;
                }
                case BatchRing.Found.Gone _ -> overflow();
                case BatchRing.Found.NotYet _ -> {
                    if (any) {
                        carrier.flush();
                    }
                    return;
                }
            }
        }
        if (any) {
            carrier.flush();
        }
    }

    private boolean mayTake() {
        return unackedBytes.get() < MAX_UNACKED && unacked.size() < MAX_UNACKED_BATCHES;
    }

    private void sendBatch(BatchRing.Batch batch) {
        carrier.send(batch.frame());
        sentAny = true;
        cursor = batch.number() + 1;
        eventsSeen = batch.eventsThrough();
        if (carrier.acknowledges()) {
            unacked.addLast(new Sent(batch.number(), batch.frame().length()));
            unackedBytes.addAndGet(batch.frame().length());
        }
    }

    /** What comes next has made room already: the page must fetch the state anew. */
    private void overflow() {
        var before = eventsSeen;
        jumpToNow();
        var lost = eventsSeen - before;
        dropped.addAndGet(lost);
        carrier.send(frames.resync("overflow", lost, cursor - 1));
        carrier.flush();
    }

    long unackedBytes() {
        return unackedBytes.get();
    }

    long dropped() {
        return dropped.get();
    }
}
