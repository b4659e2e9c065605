package dev.proa.eventlog;

import java.util.concurrent.Semaphore;

/**
 * Bounds what is being decoded at a time: a compressed body of a few KB may be 5 MB, and some times
 * that as objects. Who finds no room waits.
 */
final class OtlpRoom {
    private static final int KIB = 1024;

    private final Semaphore kibibytes = new Semaphore(OtlpBody.MOST_BYTES / KIB, true);

    /** Room for one request, until it is closed. */
    interface Place extends AutoCloseable {
        @Override
        void close();
    }

    Place enter(OtlpRequest request) throws InterruptedException {
        var most = OtlpBody.MOST_BYTES;
        var bytes = request.contentEncoding().isPresent() ? most : request.body().length;
        var permits = Math.clamp(bytes / KIB, 1, most / KIB);
        kibibytes.acquire(permits);
        return () -> kibibytes.release(permits);
    }
}
