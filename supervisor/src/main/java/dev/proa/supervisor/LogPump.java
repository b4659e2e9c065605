package dev.proa.supervisor;

import dev.proa.journal.Journal;
import dev.proa.journal.RuntimeEvent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Carries the output of one run of a sidecar to its log. A slow disk makes the sidecar wait, a disk
 * that takes nothing loses output (counted, and said in the journal), and neither ends the sidecar.
 */
final class LogPump {
    private static final int STEP = 64 * 1024;

    private final String sidecar;
    private final Path file;
    private final InputStream output;
    private final LineRing ring;
    private final LineWatch watch;
    private final Journal journal;
    private final Thread thread;
    private long dropped; // pump thread only
    private String dropReason = ""; // pump thread only

    /**
     * Prepares; {@link #start()} begins.
     *
     * @param watch is shown every line, on the pump's thread
     */
    LogPump(
            String sidecar,
            Path file,
            InputStream output,
            LineRing ring,
            LineWatch watch,
            Journal journal) {
        this.sidecar = sidecar;
        this.file = file;
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
        try (output) {
            pump();
        } catch (IOException e) {
            dropReason = "the output cannot be read: " + e.getMessage();
            journal.record(new RuntimeEvent.LogDropped(sidecar, dropped, dropReason));
        }
    }

    private void pump() throws IOException {
        var bytes = new byte[STEP];
        RotatingLog log = null;
        try {
            for (int count = output.read(bytes); count >= 0; count = output.read(bytes)) {
                ring.take(bytes, count, watch);
                log = write(log, bytes, count);
            }
            ring.end(watch);
        } finally {
            close(log);
        }
        sayDropped();
    }

    /** Writes or counts; the log to go on with, or null when it has to be opened again. */
    private @Nullable RotatingLog write(@Nullable RotatingLog log, byte[] bytes, int count) {
        var current = log;
        try {
            if (current == null) {
                current = RotatingLog.open(file);
            }
            current.write(bytes, count);
            sayDropped();
            return current;
        } catch (IOException e) {
            dropped += count;
            dropReason = String.valueOf(e.getMessage());
            close(current);
            return null;
        }
    }

    private void sayDropped() {
        if (dropped > 0) {
            journal.record(new RuntimeEvent.LogDropped(sidecar, dropped, dropReason));
            dropped = 0;
        }
    }

    private void close(@Nullable RotatingLog log) {
        if (log == null) {
            return;
        }
        try {
            log.close();
        } catch (IOException e) {
            journal.record(new RuntimeEvent.LogDropped(sidecar, 0, "closing: " + e.getMessage()));
        }
    }
}
