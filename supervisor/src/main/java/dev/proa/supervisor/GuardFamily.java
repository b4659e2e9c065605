package dev.proa.supervisor;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The processes below a guard written in Java, and how they are ended: freeze all, kill all, again,
 * until the kernel says that there is no child. A guard is a subreaper, so whoever loses its parent
 * becomes its child. Used by one thread, which is the only one of its process that buries.
 */
final class GuardFamily {
    private static final Duration FREEZE = Duration.ofMillis(30);
    private static final Duration REPORT_AFTER = Duration.ofSeconds(10);
    private static final long LONGEST_PAUSE_MILLIS = 50;
    private static final long SLOW_PAUSE_MILLIS = 1000;
    private static final int CHASES = 256;

    private final InstantSource time;
    private final Supplier<Set<Long>> spared;
    private final Consumer<GuardCalls.Death> buried;
    private final long self = OwnProcess.pid();
    private final @Nullable RandomAccessFile children;

    private boolean sweeping;
    private Instant since = Instant.EPOCH;
    private Instant next = Instant.EPOCH;
    private Instant report = Instant.EPOCH;
    private long pause = 1;

    /**
     * @param spared children that are left alone, with everybody below them
     * @param buried hears of each child that is dead
     */
    GuardFamily(InstantSource time, Supplier<Set<Long>> spared, Consumer<GuardCalls.Death> buried) {
        this.time = time;
        this.spared = spared;
        this.buried = buried;
        this.children = orphans(self);
    }

    /** The first thread's children: the kernel gives it those whose parent has died. */
    private static @Nullable RandomAccessFile orphans(long self) {
        try {
            return new RandomAccessFile("/proc/self/task/" + self + "/children", "r");
        } catch (IOException e) {
            return null; // a kernel built without it: only a fork storm lives longer then
        }
    }

    /** Buries every dead child; true when there is no child at all. */
    boolean reap() {
        for (var death = GuardCalls.bury(); death.isPresent(); death = GuardCalls.bury()) {
            buried.accept(death.get());
        }
        return GuardCalls.childless();
    }

    /** Everybody below who is not spared, dead or alive. */
    List<ProcessEntry> all() {
        var table = ProcessTable.scan();
        var family = table.family(entry -> entry.parent() == self, spared.get());
        return table.all().stream().filter(entry -> family.contains(entry.pid())).toList();
    }

    void signalAll(int signal) {
        for (var entry : all()) {
            if (!entry.dead()) {
                ProcessSignals.send(entry.key(), signal);
            }
        }
    }

    boolean sweeping() {
        return sweeping;
    }

    /** When the next round is due. */
    Instant next() {
        return next;
    }

    void beginSweep() {
        if (!sweeping) {
            sweeping = true;
            since = time.instant();
            next = since;
            report = since.plus(REPORT_AFTER);
            pause = 1;
        }
    }

    void endSweep() {
        sweeping = false;
    }

    /** One round, if it is due. */
    void sweep() {
        if (!sweeping || time.instant().isBefore(next)) {
            return;
        }
        var until = time.instant().plus(FREEZE);
        do {
            chase();
        } while (!freezeOnce() && time.instant().isBefore(until));
        signalAll(ProcessSignals.KILL);
        var now = time.instant();
        next = now.plusMillis(pause);
        pause =
                Duration.between(since, now).compareTo(REPORT_AFTER) > 0
                        ? SLOW_PAUSE_MILLIS
                        : Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
    }

    /** Those that cannot be killed: after ten seconds, then ever more rarely. */
    List<Long> reportDue() {
        var now = time.instant();
        if (!sweeping || now.isBefore(report)) {
            return List.of();
        }
        report = now.plus(Duration.between(since, now));
        return all().stream().map(ProcessEntry::pid).toList();
    }

    /** Stops whom a walk finds; true when all of them stood still already. */
    private boolean freezeOnce() {
        boolean still = true;
        for (var entry : all()) {
            if (!entry.still()) {
                still = false;
                ProcessSignals.send(entry.key(), ProcessSignals.STOP);
            }
        }
        return still;
    }

    /**
     * A process that forks and exits for ever becomes a child of the guard at every step; this loop
     * is short enough to catch one of them alive.
     */
    private void chase() {
        var stopped = new HashSet<Long>();
        for (int i = 0; i < CHASES; i++) {
            if (reap()) {
                return;
            }
            boolean fresh = false;
            for (long pid : direct()) {
                if (stopped.add(pid) && !spared.get().contains(pid)) {
                    GuardCalls.signalChild(pid, ProcessSignals.STOP);
                    fresh = true;
                }
            }
            if (!fresh) {
                return;
            }
        }
    }

    private List<Long> direct() {
        var found = new ArrayList<Long>();
        if (children == null) {
            return found;
        }
        try {
            children.seek(0);
            var bytes = new byte[16 * 1024];
            long pid = 0;
            for (int count = children.read(bytes); count > 0; count = children.read(bytes)) {
                for (int i = 0; i < count; i++) {
                    if (bytes[i] >= '0' && bytes[i] <= '9') {
                        pid = pid * 10 + bytes[i] - '0';
                    } else if (pid != 0) {
                        found.add(pid);
                        pid = 0;
                    }
                }
            }
        } catch (IOException e) {
            return found; // the walk through /proc finds them too
        }
        return found;
    }
}
