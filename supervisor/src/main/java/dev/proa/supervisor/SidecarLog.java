package dev.proa.supervisor;

import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.journal.Journal;
import dev.proa.journal.RuntimeEvent;
import dev.proa.profile.SidecarSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The log of one sidecar over all its runs. It takes output whatever the disk does: a slow disk
 * makes the sidecar wait or costs the oldest output, by the rules of its manifest; a disk that
 * takes nothing costs the output of that time. What is missing is counted, said in the journal, and
 * marked in the log at its place.
 */
final class SidecarLog implements AutoCloseable {
    /** Output that waits for a slow disk, in bytes. */
    static final long QUEUE = 4 * 1024 * 1024;

    private static final Duration SAY_EVERY = Duration.ofSeconds(1);
    private static final Duration RETRY = Duration.ofMillis(100);
    private static final Duration DRAIN = Duration.ofSeconds(5);

    private final LogFiles files;
    private final SidecarSpec.Logs rules;
    private final Journal journal;
    private final InstantSource clock;
    private final LogPacker packer;

    private @Nullable ChunkQueue queue; // guarded by this
    private @Nullable Thread writer; // guarded by this

    // The writing thread only: the pump's that holds this, or with a queue the writer's.
    private @Nullable RotatingLog open;
    private boolean recovered;
    private boolean failing;
    private Instant tried = Instant.MIN;
    private LogGap gap = LogGap.NONE; // not yet marked in the log
    private LogGap unsaid = LogGap.NONE; // not yet in the journal
    private Instant said = Instant.MIN;

    SidecarLog(LogFiles files, SidecarSpec.Logs rules, Journal journal, InstantSource wallClock) {
        this.files = files;
        this.rules = rules;
        this.journal = journal;
        this.clock = wallClock;
        this.packer = new LogPacker(files, rules.keep());
    }

    /** Keeps the next bytes of the present run; it never fails. */
    synchronized void take(byte[] bytes, int count) {
        switch (rules.onSlowDisk()) {
            case BLOCK -> store(ByteBuffer.wrap(bytes, 0, count));
            case DROP_OLDEST -> queued().put(java.util.Arrays.copyOf(bytes, count));
        }
    }

    /**
     * The output of the present run has ended. On return all of it is in the file, unless the disk
     * is slow and may cost output: then it goes on alone after a while.
     */
    synchronized void ended() throws InterruptedException {
        var waiting = queue;
        if (waiting == null) {
            finish();
            return;
        }
        waiting.end();
        queue = null;
        if (writer != null) {
            writer.join(DRAIN);
        }
    }

    private ChunkQueue queued() {
        if (queue == null) {
            var fresh = new ChunkQueue(QUEUE);
            var before = Optional.ofNullable(writer);
            writer =
                    Thread.ofPlatform()
                            .name("proa-log-disk-" + files.sidecar())
                            .daemon(true)
                            .start(() -> drain(fresh, before));
            queue = fresh;
        }
        return queue;
    }

    private void drain(ChunkQueue from, Optional<Thread> before) {
        try {
            if (before.isPresent()) {
                before.get().join(); // the file has one writer
            }
            for (var next = from.take(); next.isPresent(); next = from.take()) {
                lost(next.get().before());
                store(ByteBuffer.wrap(next.get().bytes()));
            }
            finish();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void store(ByteBuffer bytes) {
        if (failing && Duration.between(tried, clock.instant()).abs().compareTo(RETRY) < 0) {
            lost(LogGap.of(bytes, gap.reason()));
            return;
        }
        try {
            var log = opened();
            mark(log);
            log.write(bytes);
            failing = false;
        } catch (IOException e) {
            failed(e);
            lost(LogGap.of(bytes, "the disk took nothing (" + reason(e) + ")"));
        }
        say(false);
    }

    private RotatingLog opened() throws IOException {
        var log = open;
        if (log == null) {
            if (!recovered) {
                packer.recover();
                recovered = true;
            }
            log = RotatingLog.open(files, rules, packer, clock);
            open = log;
        }
        return log;
    }

    private void mark(RotatingLog log) throws IOException {
        if (!gap.isNone()) {
            log.mark(gap.marker());
            gap = LogGap.NONE;
        }
    }

    private void lost(LogGap more) {
        gap = gap.and(more);
        unsaid = unsaid.and(more);
    }

    private void failed(IOException e) {
        tried = clock.instant();
        if (!failing) {
            failing = true;
            journal.record(
                    new RuntimeEvent.ProblemFound(
                            new Problem(
                                    Where.of(files.file().toString()),
                                    "the log cannot be written: " + reason(e),
                                    "Make room on the disk, or the folder writable; until then"
                                            + " the output is dropped and counted")));
        }
        release();
    }

    private static String reason(IOException e) {
        return e instanceof java.nio.file.FileSystemException file && file.getReason() != null
                ? file.getReason()
                : e instanceof java.nio.file.AccessDeniedException
                        ? "permission denied"
                        : e instanceof java.nio.file.NoSuchFileException
                                ? "its folder is gone"
                                : String.valueOf(e.getMessage());
    }

    private void finish() {
        if (!gap.isNone()) {
            tried = Instant.MIN;
            store(ByteBuffer.allocate(0));
        }
        say(true);
        release();
    }

    /** Says in the journal what was lost, not more than once a second. */
    private void say(boolean last) {
        if (unsaid.isNone() || (!last && failing)) {
            return;
        }
        var now = clock.instant();
        if (last || Duration.between(said, now).abs().compareTo(SAY_EVERY) >= 0) {
            journal.record(
                    new RuntimeEvent.LogDropped(files.sidecar(), unsaid.bytes(), unsaid.reason()));
            unsaid = LogGap.NONE;
            said = now;
        }
    }

    private void release() {
        var log = open;
        open = null;
        if (log != null) {
            try {
                log.close();
            } catch (IOException e) {
                journal.record(
                        new RuntimeEvent.LogDropped(
                                files.sidecar(), 0, "closing: " + e.getMessage()));
            }
        }
    }

    /** For the time after the last run. */
    @Override
    public void close() {
        packer.close();
    }

    /** Waits until every turned file is packed. */
    void awaitPacked() {
        packer.awaitIdle();
    }
}
