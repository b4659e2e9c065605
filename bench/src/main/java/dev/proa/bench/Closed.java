package dev.proa.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;

/**
 * A closed loop: writers that each wait for their acknowledgement before they write again.
 *
 * @param events acknowledged per second
 */
record Closed(double events, Durations waits) {
    /** Writes something and returns when it is acknowledged. */
    @FunctionalInterface
    interface Writer {
        void write() throws IOException, InterruptedException;
    }

    /**
     * Lets every writer write for so long, each in a thread of its own.
     *
     * @param size how many events each of them writes at once
     */
    static Closed run(List<? extends Writer> writers, int size, Duration time)
            throws IOException, InterruptedException {
        ThreadFactory threads = Thread.ofPlatform().name("bench-writer-", 0).factory();
        try (var pool = Executors.newFixedThreadPool(writers.size(), threads)) {
            var start = System.nanoTime();
            var ends = start + time.toNanos();
            var parts = new ArrayList<Future<long[]>>();
            for (var writer : writers) {
                parts.add(pool.submit(() -> one(writer, ends)));
            }
            var waits = new ArrayList<long[]>();
            for (var part : parts) {
                waits.add(part.get());
            }
            var seconds = (System.nanoTime() - start) / 1e9;
            var all = waits.stream().flatMapToLong(Arrays::stream).toArray();
            return new Closed(all.length * size / seconds, new Durations(all));
        } catch (ExecutionException e) {
            throw new IOException("a writer failed", e.getCause());
        }
    }

    private static long[] one(Writer writer, long ends) throws IOException, InterruptedException {
        var waits = new long[1024];
        var count = 0;
        for (var now = System.nanoTime(); now < ends; ) {
            writer.write();
            var then = System.nanoTime();
            if (count == waits.length) {
                waits = Arrays.copyOf(waits, count * 2);
            }
            waits[count++] = then - now;
            now = then;
        }
        return Arrays.copyOf(waits, count);
    }
}
