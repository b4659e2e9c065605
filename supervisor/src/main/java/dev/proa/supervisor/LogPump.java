package dev.proa.supervisor;

import dev.proa.journal.Journal;
import dev.proa.journal.RuntimeEvent;
import java.io.IOException;
import java.io.InputStream;

/** Carries the output of one run of a sidecar to its log, to its last lines, and to a watch. */
final class LogPump {
    private static final int STEP = 64 * 1024;

    private final String sidecar;
    private final SidecarLog log;
    private final InputStream output;
    private final LineRing ring;
    private final LineWatch watch;
    private final Journal journal;
    private final Thread thread;

    /**
     * Prepares; {@link #start()} begins.
     *
     * @param watch is shown every line, on the pump's thread
     */
    LogPump(
            String sidecar,
            SidecarLog log,
            InputStream output,
            LineRing ring,
            LineWatch watch,
            Journal journal) {
        this.sidecar = sidecar;
        this.log = log;
        this.output = output;
        this.ring = ring;
        this.watch = watch;
        this.journal = journal;
        // A platform thread: a blocked pipe read would hold a carrier of the virtual ones.
        this.thread =
                Thread.ofPlatform().name("proa-log-" + sidecar).daemon(true).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Waits until the last byte is in the file; to be called when the tree is empty. */
    void join() throws InterruptedException {
        thread.join();
    }

    private void run() {
        try {
            pump();
            log.ended();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pump() {
        var bytes = new byte[STEP];
        try (output) {
            for (int count = output.read(bytes); count >= 0; count = output.read(bytes)) {
                ring.take(bytes, count, watch);
                log.take(bytes, count);
            }
        } catch (IOException e) {
            var reason = "the output cannot be read: " + e.getMessage();
            journal.record(new RuntimeEvent.LogDropped(sidecar, 0, reason));
        }
        ring.end(watch);
    }
}
