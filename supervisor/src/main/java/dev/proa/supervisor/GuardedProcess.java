package dev.proa.supervisor;

import dev.proa.journal.Journal;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A program that runs under the guard without being a sidecar, such as a browser window: nobody
 * restarts it, but nothing of it outlives the supervisor.
 */
public final class GuardedProcess {
    private final String name;
    private final SidecarLog log;
    private final Journal journal;
    private final Consumer<GuardedProcess> onEnd;
    private final LineRing ring = new LineRing();
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile OptionalLong pid = OptionalLong.empty();
    private volatile Exit exit = new Exit.Unknown();
    private volatile Optional<String> failure = Optional.empty();
    private volatile @Nullable LogPump pump;
    private volatile GuardClient.@Nullable Handle handle;

    GuardedProcess(String name, SidecarLog log, Journal journal, Consumer<GuardedProcess> onEnd) {
        this.name = name;
        this.log = log;
        this.journal = journal;
        this.onEnd = onEnd;
    }

    void handed(GuardClient.Handle given) {
        handle = given;
    }

    /** What it was called when it was started; its output is in the log of that name. */
    public String name() {
        return name;
    }

    /** Its main process, from its start on. */
    public OptionalLong pid() {
        return pid;
    }

    /** Whether it has ended, with everything it started. */
    public boolean ended() {
        return over.getCount() == 0;
    }

    /** How it ended in plain words, as the second half of "it ..."; for the time after its end. */
    public String outcome() {
        return failure.map(why -> "could not be started: " + why).orElse(exit.words());
    }

    /** Whether it was started and exited with 0. */
    public boolean succeeded() {
        return failure.isEmpty() && exit.success();
    }

    /** The last lines of its output, oldest first; not redacted. */
    public List<String> tail() {
        return ring.tail();
    }

    /** Asks it to exit, and kills it with everything it started after {@code grace}. */
    public void stop(Duration grace) {
        var given = handle;
        if (given != null) {
            given.stop(Launcher.signal("TERM"), grace);
        }
    }

    /** Waits for its end. */
    public boolean await(Duration patience) throws InterruptedException {
        return over.await(patience.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
    }

    GuardNews news() {
        return new GuardNews() {
            @Override
            public void started(long mainPid, long guardPid, InputStream output) {
                pid = OptionalLong.of(mainPid);
                var first = new LogPump(name, log, output, ring, new LineWatch(), journal);
                pump = first;
                first.start();
            }

            @Override
            public void failed(StartFailure start) {
                failure = Optional.of(start.words());
                end();
            }

            @Override
            public void exited(Exit how) {
                exit = how;
            }

            @Override
            public void emptied(int survivors) {
                // Not on the guard's thread, which must not wait for a disk.
                Thread.ofVirtual().name("proa-end-" + name).start(GuardedProcess.this::finish);
            }

            @Override
            public void notEmpty(List<Long> pids) {
                journal.record(new dev.proa.journal.RuntimeEvent.SidecarNotEmpty(name, pids));
            }
        };
    }

    private void finish() {
        try {
            var last = pump;
            if (last != null) {
                last.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        end();
    }

    private void end() {
        over.countDown();
        onEnd.accept(this);
    }
}
