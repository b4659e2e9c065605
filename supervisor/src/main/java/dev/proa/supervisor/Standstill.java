package dev.proa.supervisor;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Notices when the whole machine or the runtime stood still: nobody looked at the clock for more
 * than three seconds, though somebody does every second.
 */
final class Standstill implements AutoCloseable {
    static final Duration GAP = Duration.ofSeconds(3);
    private static final Duration TICK = Duration.ofSeconds(1);

    private final InstantSource time;
    private final Runnable onGap;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread ticker;
    private Instant last; // guarded by this
    private Duration lost = Duration.ZERO; // guarded by this

    /** {@code onGap} is called on a thread of its own, within a second after the gap. */
    Standstill(InstantSource time, Runnable onGap) {
        this.time = time;
        this.onGap = onGap;
        this.last = time.instant();
        this.ticker = Thread.ofVirtual().name("proa-standstill").unstarted(this::run);
    }

    void start() {
        ticker.start();
    }

    /** How much time has been lost in all, up to this moment. */
    synchronized Duration lost() {
        var now = time.instant();
        var passed = Duration.between(last, now);
        last = now;
        if (passed.compareTo(GAP) > 0) {
            lost = lost.plus(passed);
        }
        return lost;
    }

    private void run() {
        var told = Duration.ZERO;
        try {
            while (!closed.await(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
                var now = lost();
                if (!now.equals(told)) {
                    told = now;
                    onGap.run();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
