package dev.proa.eventlog;

/** What is done with threads. */
final class Threads {
    private Threads() {}

    /** Waits for a thread's end, whatever interrupts it; the interrupt is kept. */
    static void join(Thread thread) {
        var interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
