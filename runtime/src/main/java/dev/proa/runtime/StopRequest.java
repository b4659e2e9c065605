package dev.proa.runtime;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** Someone's wish that the run ends: a signal, the window, a command. The first one names the reason. */
public final class StopRequest {
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch immediate = new CountDownLatch(1);
    private final AtomicReference<String> reason = new AtomicReference<>("");

    /** Nobody has asked yet. */
    public StopRequest() {}

    /** Asks for the orderly stop; asked for again, it is the immediate one. */
    public void ask(String why) {
        if (reason.compareAndSet("", why)) {
            asked.countDown();
        } else {
            immediate.countDown();
        }
    }

    /** Asks for the orderly stop, however often. */
    public void askOnce(String why) {
        if (reason.compareAndSet("", why)) {
            asked.countDown();
        }
    }

    /** Waits for the first wish and gives its reason. */
    public String await() throws InterruptedException {
        asked.await();
        return reason.get();
    }

    /** Waits for the second wish. */
    public void awaitImmediate() throws InterruptedException {
        immediate.await();
    }

    /** Whether someone has asked. */
    public boolean asked() {
        return asked.getCount() == 0;
    }
}
