package dev.proa.supervisor;

import dev.proa.core.LoopbackPort;
import dev.proa.profile.SidecarSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decides when the readiness of one sidecar is checked: one check at a time, often while it starts,
 * every two seconds later, with the pause counted from the end of a check. Used by the sidecar's
 * owner thread alone; the checks themselves run beside it.
 */
final class Prober {
    private static final Duration LATER = Duration.ofSeconds(2);
    private static final long SOONEST_MS = 25;
    private static final long LATEST_MS = 250;

    private final SidecarSpec spec;
    private final ReadinessProbe probe;
    private final InstantSource time;
    private final Consumer<Input> results;
    private @Nullable Thread checking; // null when none is under way
    private long run;
    private long guardPid;
    private boolean announced; // a line that readiness waits for has come in this run
    private Instant since = Instant.EPOCH;
    private volatile Instant lastEnd = Instant.EPOCH; // written by the checks

    Prober(SidecarSpec spec, ReadinessProbe probe, InstantSource time, Consumer<Input> results) {
        this.spec = spec;
        this.probe = probe;
        this.time = time;
        this.results = results;
    }

    /** A process has appeared whose guard is {@code guard}. */
    void watch(long newRun, long guard) {
        run = newRun;
        guardPid = guard;
        announced = false;
        since = time.instant();
        lastEnd = since;
    }

    /** The line that a log check waits for has come; from now on the listener is looked at. */
    void lineSeen(long seenRun) {
        announced |= seenRun == run;
    }

    /** When the next check is due in that state; none when there is nothing to check. */
    Optional<Instant> nextAt(SidecarState state) {
        if (checking != null) {
            return Optional.empty(); // its result wakes the owner
        }
        return switch (spec.ready().check()) {
            case SidecarSpec.Check.Started _ -> Optional.empty();
            case SidecarSpec.Check.Log _ ->
                    announced ? pause(state).map(lastEnd::plus) : Optional.empty();
            case SidecarSpec.Check.Tcp _, SidecarSpec.Check.Http _ ->
                    pause(state).map(lastEnd::plus);
            case SidecarSpec.Check.Exec _, SidecarSpec.Check.Announce _ ->
                    throw new IllegalStateException("refused by the profile");
        };
    }

    private Optional<Duration> pause(SidecarState state) {
        return switch (state) {
            case SidecarState.Starting _, SidecarState.Live _ -> {
                long elapsed = Duration.between(since, lastEnd).toMillis();
                yield Optional.of(
                        Duration.ofMillis(Math.clamp(elapsed / 10, SOONEST_MS, LATEST_MS)));
            }
            case SidecarState.Ready _, SidecarState.Unready _ -> Optional.of(LATER);
            case SidecarState.Down _, SidecarState.Spawning _ -> Optional.empty();
            case SidecarState.Hung _, SidecarState.Going _ -> Optional.empty();
        };
    }

    /** Starts a check if one is due. */
    void perhaps(SidecarState state, Optional<LoopbackPort> port) {
        var due = nextAt(state);
        if (due.isEmpty() || port.isEmpty() || time.instant().isBefore(due.get())) {
            return;
        }
        long checked = run;
        long guard = guardPid;
        checking =
                Thread.ofVirtual()
                        .name("proa-probe-" + spec.id())
                        .start(() -> check(checked, guard, port.get()));
    }

    private void check(long checked, long guard, LoopbackPort port) {
        boolean passed = false;
        try {
            passed = probe.holds(spec.ready().check(), port, () -> tree(guard));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lastEnd = time.instant();
            results.accept(
                    passed ? new Input.ProbePassed(checked) : new Input.ProbeMissed(checked));
        }
    }

    /** The result of the check has arrived with the owner. */
    void done() {
        checking = null;
    }

    /** Whoever has left the main process has become a child of its guard, so nobody is missing. */
    private static List<Long> tree(long guard) {
        return ProcessHandle.of(guard)
                .map(handle -> handle.descendants().map(ProcessHandle::pid).toList())
                .orElse(List.of());
    }

    /** Ends a check that is under way. */
    void end() throws InterruptedException {
        if (checking != null) {
            checking.interrupt();
            checking.join();
        }
    }
}
