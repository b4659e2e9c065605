package dev.proa.runtime;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Gives memory back that a burst of work took. The serial collector lets the heap grow to all that
 * it may have before it looks at the old generation, and stays there while nothing happens: a run
 * with 13 MiB of objects would hold 150 for the rest of the day.
 */
final class HeapTrim implements AutoCloseable {
    /** Least time between two collections, each of which stops the run for some 50 ms. */
    private static final Duration PACE = Duration.ofSeconds(30);

    /** How far the heap must have grown, in bytes, for a collection to be worth that. */
    static final long WORTH = 32L << 20;

    /** After so many looks it is worth it anyway: what was in use at the last one may be dead. */
    static final int LONG = 40;

    /** The heap of this process. */
    interface Heap {
        /** What it has of the machine's memory, in bytes, whether in use or not. */
        long committed();

        /** Finds out what is in use, and gives back most of the rest. */
        void collect();
    }

    private final Heap heap;
    private final CountDownLatch closed = new CountDownLatch(1);
    private long least; // only whoever looks, as what follows
    private int looks; // since the last collection here

    HeapTrim(Heap heap) {
        this.heap = heap;
        this.least = heap.committed();
    }

    /** Looks after the heap of this process from now on, until it is closed. */
    static HeapTrim start() {
        var trim = new HeapTrim(new OwnHeap());
        Thread.ofVirtual().name("proa-heap-trim").start(trim::run);
        return trim;
    }

    private void run() {
        try {
            while (!closed.await(PACE.toMillis(), TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody does that; the heap may be as it likes
        }
    }

    /**
     * Collects if the heap is larger than it has been since the last collection here, or if that
     * was long ago.
     */
    void look() {
        least = Math.min(least, heap.committed());
        looks++;
        if (heap.committed() - least >= WORTH || looks >= LONG) {
            heap.collect();
            least = heap.committed();
            looks = 0;
        }
    }

    /** Ends it; a collection that has begun is not waited for. */
    @Override
    public void close() {
        closed.countDown();
    }

    private static final class OwnHeap implements Heap {
        @Override
        public long committed() {
            return Runtime.getRuntime().totalMemory();
        }

        @Override
        public void collect() {
            System.gc();
        }
    }
}
