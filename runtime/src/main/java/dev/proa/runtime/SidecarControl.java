package dev.proa.runtime;

import dev.proa.journal.RuntimeEvent;
import dev.proa.supervisor.SidecarPhase;
import dev.proa.supervisor.SidecarStatus;
import dev.proa.supervisor.Supervisor;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Hands people's wishes to the supervisor and notes who had them. Returns when the sidecar has
 * begun to act, so that the status told afterwards is not the one from before. Safe to use from any
 * thread.
 */
final class SidecarControl {
    /** How long a sidecar may take to notice; it does so in microseconds. */
    private static final Duration NOTICED = Duration.ofSeconds(1);

    /** What can be asked of a sidecar. */
    enum Wish {
        START,
        STOP,
        RESTART;

        /** Whether a sidecar in this state has nothing to do for it. */
        boolean granted(SidecarPhase state) {
            return switch (this) {
                case START ->
                        switch (state) {
                            case WAITING, STARTING, LIVE, READY, UNREADY, HUNG, ATTACHED -> true;
                            case STOPPED,
                                    STOPPING,
                                    BACKOFF,
                                    SAFE_MODE,
                                    DEGRADED,
                                    COMPLETED,
                                    FAILED_CONFIG ->
                                    false;
                        };
                case STOP -> state == SidecarPhase.STOPPED;
                case RESTART -> false;
            };
        }
    }

    private final Supervisor supervisor;
    private final Consumer<RuntimeEvent> journal;
    private final InstantSource time;
    private final Map<String, Long> changes = new HashMap<>(); // guarded by this

    SidecarControl(Supervisor supervisor, Consumer<RuntimeEvent> journal, InstantSource time) {
        this.supervisor = supervisor;
        this.journal = journal;
        this.time = time;
    }

    /** The supervisor published a status. */
    synchronized void changed(String sidecar) {
        changes.merge(sidecar, 1L, Long::sum);
        notifyAll();
    }

    /** Asks for it and gives the status then; empty if there is no such sidecar. */
    Optional<SidecarStatus> ask(String sidecar, Wish wish, String reason)
            throws InterruptedException {
        var before = supervisor.status(sidecar);
        if (before.isEmpty()) {
            return before;
        }
        long seen = count(sidecar);
        tell(sidecar, wish, reason);
        if (!wish.granted(before.get().state())) {
            awaitChange(sidecar, seen);
        }
        return supervisor.status(sidecar);
    }

    /** Asks for a restart of each. */
    List<SidecarStatus> restartAll(String reason) throws InterruptedException {
        var before = supervisor.snapshot();
        var first = before.stream().filter(SidecarControl::runs).findFirst();
        long seen = first.map(sidecar -> count(sidecar.id())).orElse(0L);
        before.forEach(sidecar -> note(sidecar.id(), Wish.RESTART, reason));
        supervisor.restartAll();
        before.stream()
                .filter(sidecar -> sidecar.state() == SidecarPhase.STOPPED)
                .forEach(sidecar -> supervisor.start(sidecar.id())); // a wish for all is one for it
        if (first.isPresent()) {
            awaitChange(first.get().id(), seen);
        }
        return supervisor.snapshot();
    }

    /** Asks for it and does not wait. */
    void tell(String sidecar, Wish wish, String reason) {
        note(sidecar, wish, reason);
        switch (wish) {
            case START -> supervisor.start(sidecar);
            case STOP -> supervisor.stop(sidecar);
            case RESTART -> supervisor.restart(sidecar);
        }
    }

    private void note(String sidecar, Wish wish, String reason) {
        journal.accept(
                new RuntimeEvent.SidecarAsked(
                        sidecar, wish.name().toLowerCase(Locale.ROOT), reason));
    }

    private static boolean runs(SidecarStatus sidecar) {
        return sidecar.pid().isPresent();
    }

    private synchronized long count(String sidecar) {
        return changes.getOrDefault(sidecar, 0L);
    }

    private synchronized void awaitChange(String sidecar, long seen) throws InterruptedException {
        var deadline = time.instant().plus(NOTICED);
        while (changes.getOrDefault(sidecar, 0L) == seen) {
            long left = Duration.between(time.instant(), deadline).toMillis();
            if (left <= 0) {
                return; // it had nothing to do
            }
            wait(left);
        }
    }
}
