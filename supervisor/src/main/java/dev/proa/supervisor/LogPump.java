package dev.proa.supervisor;

import dev.proa.journal.Journal;
import dev.proa.journal.RuntimeEvent;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.regex.Pattern;

/** Carries the output of one run of a sidecar to its log, to its last lines, and to a watch. */
final class LogPump {
    private static final int STEP = 64 * 1024;
    static final Pattern NEVER = Pattern.compile("(?!)");

    private final String sidecar;
    private final SidecarLog log;
    private final InputStream output;
    private final LineRing ring;
    private Pattern wanted; // pump thread only, once it runs
    private final Runnable onMatch;
    private final Journal journal;
    private final Thread thread;

    /**
     * Prepares; {@link #start()} begins.
     *
     * @param wanted a line that matches calls {@code onMatch}, on the pump's thread
     */
    LogPump(
            String sidecar,
            SidecarLog log,
            InputStream output,
            LineRing ring,
            Optional<Pattern> wanted,
            Runnable onMatch,
            Journal journal) {
        this.sidecar = sidecar;
        this.log = log;
        this.output = output;
        this.ring = ring;
        this.wanted = wanted.orElse(NEVER);
        this.onMatch = onMatch;
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
                if (ring.take(bytes, count, wanted)) {
                    matched();
                }
                log.take(bytes, count);
            }
        } catch (IOException e) {
            var reason = "the output cannot be read: " + e.getMessage();
            journal.record(new RuntimeEvent.LogDropped(sidecar, 0, reason));
        }
        if (ring.end(wanted)) {
            matched();
        }
    }

    private void matched() {
        wanted = NEVER;
        onMatch.run();
    }
}
