package dev.proa.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongUnaryOperator;

/**
 * An open loop: single events over HTTP at a fixed pace whatever the answers take, and a page that
 * hears them. Of each event it keeps the nanosecond when it was due, sent, acknowledged and heard.
 */
final class Stream {
    static final int PER_SECOND = 500;

    private static final int CONNECTIONS = 16;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Product.Address address;
    private final int first;
    private final int count;
    private final AtomicInteger next = new AtomicInteger();
    private final long[] due;
    private final long[] sent;
    private final long[] acknowledged;
    private final AtomicLongArray heard;
    private final AtomicInteger missing;

    /**
     * A stream of so long.
     *
     * @param first the first event's number; the run has had none of these before
     */
    Stream(Product.Address address, int first, Duration time) {
        this.address = address;
        this.first = first;
        count = (int) (time.toMillis() * PER_SECOND / 1000);
        due = new long[count];
        sent = new long[count];
        acknowledged = new long[count];
        heard = new AtomicLongArray(count);
        missing = new AtomicInteger(count);
    }

    int count() {
        return count;
    }

    /** Sends everything, and returns when all of it was heard. */
    void run() throws IOException, InterruptedException {
        try (var _ = new Page(address, this::hear);
                var pool = Executors.newFixedThreadPool(CONNECTIONS)) {
            var begin = System.nanoTime() + Duration.ofMillis(50).toNanos();
            for (var i = 0; i < count; i++) {
                due[i] = begin + i * 1_000_000_000L / PER_SECOND;
            }
            var parts = new ArrayList<Future<?>>();
            for (var i = 0; i < CONNECTIONS; i++) {
                var event = new Event("bench-" + i, address.ingestPort());
                parts.add(pool.submit(() -> send(event)));
            }
            for (var part : parts) {
                part.get();
            }
            awaitAll();
        } catch (ExecutionException e) {
            throw new IOException("a sender failed", e.getCause());
        }
    }

    private Void send(Event event) throws IOException {
        try (var connection = new RawHttp(address.ingestPort())) {
            for (var i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                for (var left = due[i] - System.nanoTime();
                        left > 0;
                        left = due[i] - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                sent[i] = System.nanoTime();
                HttpWriters.post(connection, event.request(first + i));
                acknowledged[i] = System.nanoTime();
            }
        }
        return null;
    }

    private void hear(long number) {
        var i = (int) number - first;
        if (i >= 0 && i < count && heard.compareAndSet(i, 0, System.nanoTime())) {
            missing.decrementAndGet();
        }
    }

    private void awaitAll() throws IOException, InterruptedException {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (missing.get() > 0) {
            if (System.nanoTime() > deadline) {
                throw new IOException(missing + " of " + count + " events never reached the page");
            }
            Thread.sleep(1);
        }
    }

    /** From when the pace asked for it: a sender that waits for its turn counts. */
    Durations sinceDue() {
        return since(i -> due[(int) i]);
    }

    Durations sinceSent() {
        return since(i -> sent[(int) i]);
    }

    /** Negative where the page heard of it first. */
    Durations sinceAcknowledged() {
        return since(i -> acknowledged[(int) i]);
    }

    Durations untilAcknowledged() {
        var waits = new long[count];
        for (var i = 0; i < count; i++) {
            waits[i] = acknowledged[i] - sent[i];
        }
        return new Durations(waits);
    }

    private Durations since(LongUnaryOperator start) {
        var waits = new long[count];
        for (var i = 0; i < count; i++) {
            waits[i] = heard.get(i) - start.applyAsLong(i);
        }
        return new Durations(waits);
    }
}
