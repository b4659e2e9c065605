package dev.proa.gateway;

import org.jspecify.annotations.Nullable;

/**
 * The newest batches of this run, numbered from 1 without a hole, so that a page that returns gets
 * exactly what it missed, or hears that it is too late. Safe to use from any thread.
 */
final class BatchRing {
    /**
     * A batch in the ring.
     *
     * @param eventsBefore how many source events all earlier batches stand for
     */
    record Batch(long number, PageFrame frame, long eventsBefore, int events) {
        long eventsThrough() {
            return eventsBefore + events;
        }
    }

    /** What is at a number. */
    sealed interface Found {
        record Present(Batch batch) implements Found {}

        /** It will be published later. */
        record NotYet() implements Found {}

        /** It had to make room. */
        record Gone() implements Found {}
    }

    private static final Found NOT_YET = new Found.NotYet();
    private static final Found GONE = new Found.Gone();

    private final long maxBytes;
    private final @Nullable Batch[] slots; // guarded by this
    private long oldest = 1; // guarded by this
    private long next = 1; // guarded by this
    private long bytes; // guarded by this
    private long events; // guarded by this

    BatchRing(int maxBatches, long maxBytes) {
        this.maxBytes = maxBytes;
        this.slots = new Batch[maxBatches];
    }

    /** Makes the frame that gets the next number. */
    @FunctionalInterface
    interface Encoder {
        PageFrame frame(long number);
    }

    synchronized void add(int eventCount, Encoder encoder) {
        var batch = new Batch(next, encoder.frame(next), events, eventCount);
        if (next - oldest == slots.length) {
            forgetOldest();
        }
        events += eventCount;
        slots[slot(next)] = batch;
        next++;
        bytes += batch.frame().length();
        // The newest one stays, however long it is.
        while (bytes > maxBytes && next - oldest > 1) {
            forgetOldest();
        }
    }

    private void forgetOldest() {
        var batch = slots[slot(oldest)];
        if (batch != null) {
            bytes -= batch.frame().length();
            slots[slot(oldest)] = null;
        }
        oldest++;
    }

    private int slot(long number) {
        return (int) (number % slots.length);
    }

    synchronized Found at(long number) {
        if (number >= next) {
            return NOT_YET;
        }
        var batch = number < oldest ? null : slots[slot(number)];
        return batch == null ? GONE : new Found.Present(batch);
    }

    /** The number that the next batch gets. */
    synchronized long next() {
        return next;
    }

    synchronized long oldest() {
        return oldest;
    }

    /** How many source events have been published so far. */
    synchronized long events() {
        return events;
    }
}
