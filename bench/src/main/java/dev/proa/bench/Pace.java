package dev.proa.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * An open loop in the background: so many posts a second until it is stopped, whatever they take.
 */
final class Pace implements AutoCloseable {
    private static final int CONNECTIONS = 16;

    /** What one connection posts; one thread at a time. */
    @FunctionalInterface
    interface Posts {
        /** The whole request of a number. */
        byte[] request(long number);
    }

    /** Makes what the connections post. */
    @FunctionalInterface
    interface Maker {
        Posts posts(int connection);
    }

    private final Product.Address address;
    private final int perSecond;
    private final long first;
    private final long begin = System.nanoTime();
    private final AtomicLong next = new AtomicLong();
    private final ExecutorService pool = Executors.newFixedThreadPool(CONNECTIONS);
    private final List<Future<Void>> senders = new ArrayList<>();
    private long[] sentMillis = new long[1024]; // guarded by this, as is waits
    private long[] waits = new long[1024];
    private volatile boolean stopped;

    /**
     * Starts.
     *
     * @param first the number of the first post
     */
    Pace(Product.Address address, int perSecond, long first, Maker maker) {
        this.address = address;
        this.perSecond = perSecond;
        this.first = first;
        for (var i = 0; i < CONNECTIONS; i++) {
            var posts = maker.posts(i);
            senders.add(pool.submit(() -> send(posts)));
        }
    }

    private Void send(Posts posts) throws IOException {
        try (var connection = new RawHttp(address.ingestPort())) {
            while (!stopped) {
                var i = next.getAndIncrement();
                var due = begin + i * 1_000_000_000L / perSecond;
                for (var left = due - System.nanoTime(); left > 0; ) {
                    LockSupport.parkNanos(left);
                    left = due - System.nanoTime();
                }
                var request = posts.request(first + i);
                var sent = System.currentTimeMillis();
                HttpWriters.post(connection, request);
                note(Math.toIntExact(i), sent, System.nanoTime() - due);
            }
        }
        return null;
    }

    private synchronized void note(int i, long sent, long waited) {
        if (i >= waits.length) {
            var length = Math.max(i + 1, 2 * waits.length);
            waits = Arrays.copyOf(waits, length);
            sentMillis = Arrays.copyOf(sentMillis, length);
        }
        sentMillis[i] = sent;
        waits[i] = waited;
    }

    /** Sends no more, and returns when everything was answered: how many there were. */
    int stop() throws IOException, InterruptedException {
        stopped = true;
        try {
            for (var sender : senders) {
                sender.get();
            }
        } catch (ExecutionException e) {
            throw new IOException("a sender failed", e.getCause());
        }
        return next.intValue();
    }

    /** How long each took from when it was due; to be asked after {@link #stop}. */
    synchronized Durations waits() {
        return new Durations(Arrays.copyOf(waits, next.intValue()));
    }

    /** When each was sent, in milliseconds since 1970. */
    synchronized long[] sentMillis() {
        return Arrays.copyOf(sentMillis, next.intValue());
    }

    @Override
    public void close() {
        stopped = true;
        pool.close();
    }
}
