package dev.proa.eventlog;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds what is being read and stored at a time: a compressed body of a few KB may be 5 MB, and
 * some times that as objects. Who finds no room waits, unless too much waits already.
 */
final class OtlpRoom {
    private static final int KIB = 1024;
    private static final long MOST_WAITING = 2L * OtlpBody.MOST_BYTES;

    private final Semaphore kibibytes = new Semaphore(OtlpBody.MOST_BYTES / KIB, true);
    private final AtomicLong waiting = new AtomicLong();

    /** Room for one request, until it is closed. */
    interface Place extends AutoCloseable {
        @Override
        void close();
    }

    /** Empty if too much waits. */
    Optional<Place> enter(OtlpRequest request) throws InterruptedException {
        var permits = Math.clamp(plainLength(request) / KIB, 1, OtlpBody.MOST_BYTES / KIB);
        if (!kibibytes.tryAcquire(permits)) {
            var bytes = request.body().length;
            try {
                if (waiting.addAndGet(bytes) > MOST_WAITING) {
                    return Optional.empty();
                }
                kibibytes.acquire(permits);
            } finally {
                waiting.addAndGet(-bytes);
            }
        }
        return Optional.of(() -> kibibytes.release(permits));
    }

    /**
     * What gzip says at its end (RFC 1952, 2.3.1), or its own length; a lie costs memory, no more.
     */
    private static long plainLength(OtlpRequest request) {
        var body = request.body();
        if (request.contentEncoding().isEmpty() || body.length < Integer.BYTES) {
            return body.length;
        }
        var end = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN);
        return Math.max(
                body.length, Integer.toUnsignedLong(end.getInt(body.length - Integer.BYTES)));
    }
}
