package dev.proa.runtime;

import java.util.concurrent.CountDownLatch;

/**
 * Someone's wish that the run ends: a signal, the window, a command. The first one names the
 * reason.
 */
public final class StopRequest {
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch immediate = new CountDownLatch(1);
    private volatile String reason = ""; // written once, under this

    /** Nobody has asked yet. */
    public StopRequest() {}

    /** Asks for the orderly stop; asked for again, it is the immediate one. */
    public void ask(String why) {
        if (!first(why)) {
            immediate.countDown();
        }
    }

    /** Asks for the orderly stop, however often. */
    public void askOnce(String why) {
        var _ = first(why);
    }

    private synchronized boolean first(String why) {
        if (asked()) {
            return false;
        }
        reason = why;
        asked.countDown();
        return true;
    }

    /** Waits for the first wish and gives its reason. */
    public String await() throws InterruptedException {
        asked.await();
        return reason;
    }

    /** Waits for the second wish. */
    public void awaitImmediate() throws InterruptedException {
        immediate.await();
    }

    /** Why the run ends; empty as long as nobody has asked. */
    public String reason() {
        return reason;
    }

    /** Whether someone has asked. */
    public boolean asked() {
        return asked.getCount() == 0;
    }
}
