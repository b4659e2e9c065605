package dev.proa.supervisor;

import dev.proa.profile.SidecarSpec;
import dev.proa.profile.SidecarSpec.Check;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides when one sidecar is checked: its readiness, and whether it is alive. Used by the
 * sidecar's owner thread alone, but for {@link #lastMiss()} and {@link #lastLiveMiss()}.
 */
final class Prober {
    private static final long SOONEST_MS = 25;
    private static final long LATEST_MS = 250;

    /** A command costs more than a question. */
    private static final int COMMAND = 4;

    private static final Duration SHORTEST_ANSWER = Duration.ofSeconds(1);
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(10);

    private final SidecarAccess access;
    private final SidecarSpec spec;
    private final Rounds ready;
    private final Optional<Rounds> live;
    private @Nullable Run run; // null before the first one
    private boolean lineSeen; // that readiness waits for, in this run
    private Instant since = Instant.EPOCH;

    /**
     * Prepares.
     *
     * @param inbox brings a task to the sidecar's owner thread
     * @param feed takes {@code ProbePassed}, {@code ProbeMissed}, {@code LivePassed} and {@code
     *     LiveMissed}, on the owner thread
     */
    Prober(SidecarAccess access, Consumer<Runnable> inbox, Consumer<Input> feed) {
        this.access = access;
        this.spec = access.spec();
        var answer = answer(spec.ready().every());
        var readiness = new Examiner(access, spec.ready().check(), answer, false);
        var readyNews = new Rounds.News(Input.ProbePassed::new, Input.ProbeMissed::new);
        this.ready =
                new Rounds(
                        "proa-probe-" + spec.id(),
                        readiness::miss,
                        answer,
                        access.time(),
                        readyNews,
                        inbox,
                        feed);
        this.live = spec.live().map(how -> live(how, inbox, feed));
    }

    private Rounds live(SidecarSpec.Live how, Consumer<Runnable> inbox, Consumer<Input> feed) {
        var liveness = new Examiner(access, how.check(), how.timeout(), true);
        return new Rounds(
                "proa-live-" + spec.id(),
                liveness::miss,
                how.timeout(),
                access.time(),
                new Rounds.News(Input.LivePassed::new, Input.LiveMissed::new),
                inbox,
                feed);
    }

    /** An answer may take as long as the pause, within bounds. */
    private static Duration answer(Duration every) {
        if (every.compareTo(SHORTEST_ANSWER) < 0) {
            return SHORTEST_ANSWER;
        }
        return every.compareTo(LONGEST_ANSWER) > 0 ? LONGEST_ANSWER : every;
    }

    /** Why the readiness check does not hold, as a clause of its own; empty when it does. */
    Optional<String> lastMiss() {
        return ready.lastMiss();
    }

    /** Why the live check does not hold, as a clause of its own; empty when it does. */
    Optional<String> lastLiveMiss() {
        return live.flatMap(Rounds::lastMiss);
    }

    /** A process has appeared. */
    void watch(Run begun) {
        run = begun;
        lineSeen = false;
        since = access.time().instant();
        ready.begin(
                spec.ready().check() instanceof Check.Log(var pattern)
                        ? Optional.of("it has not printed a line that matches " + pattern)
                        : Optional.empty());
        live.ifPresent(rounds -> rounds.begin(Optional.empty()));
    }

    /** The line that a log check waits for has come; with a port, the listener is now looked at. */
    void lineSeen(long seenRun) {
        if (run != null && seenRun == run.number()) {
            lineSeen = true;
            ready.begin(Optional.empty());
        }
    }

    /** When the next check is due in that state; none when there is nothing to check. */
    Optional<Instant> nextAt(SidecarState state) {
        var readyAt = readyPause(state).flatMap(ready::due);
        var liveAt = live.flatMap(rounds -> livePause(state, rounds).flatMap(rounds::due));
        return Stream.of(readyAt, liveAt).flatMap(Optional::stream).min(Instant::compareTo);
    }

    private Optional<Duration> readyPause(SidecarState state) {
        boolean asks =
                switch (spec.ready().check()) {
                    case Check.Started _ -> false;
                    case Check.Log _ -> lineSeen && !(spec.port() instanceof SidecarSpec.Port.None);
                    case Check.Tcp _, Check.Http _, Check.Exec _, Check.Announce _ -> true;
                };
        if (!asks || !present(state)) {
            return Optional.empty();
        }
        return switch (state.phase()) {
            case STARTING, LIVE -> Optional.of(early(ready, spec.ready().check()));
            case READY, UNREADY -> Optional.of(spec.ready().every());
            case STOPPED, WAITING, HUNG, STOPPING, BACKOFF, SAFE_MODE -> Optional.empty();
            case ATTACHED, DEGRADED, COMPLETED, FAILED_CONFIG -> Optional.empty();
        };
    }

    private Optional<Duration> livePause(SidecarState state, Rounds rounds) {
        var how = spec.live();
        if (how.isEmpty() || !present(state)) {
            return Optional.empty();
        }
        var every = how.get().every();
        return switch (state.phase()) {
            case STARTING ->
                    Optional.of(rounds.passed() ? every : early(rounds, how.get().check()));
            case LIVE, READY, UNREADY -> Optional.of(every);
            case STOPPED, WAITING, HUNG, STOPPING, BACKOFF, SAFE_MODE -> Optional.empty();
            case ATTACHED, DEGRADED, COMPLETED, FAILED_CONFIG -> Optional.empty();
        };
    }

    /** Whether the state is about the process that is watched. */
    private boolean present(SidecarState state) {
        return run != null && state instanceof SidecarState.Up up && up.run() == run.number();
    }

    /** Often at first, then ever more rarely. */
    private Duration early(Rounds rounds, Check check) {
        long elapsed = Duration.between(since, rounds.lastEnd()).toMillis();
        long pause = Math.clamp(elapsed / 10, SOONEST_MS, LATEST_MS);
        return Duration.ofMillis(check instanceof Check.Exec ? pause * COMMAND : pause);
    }

    /** Begins the checks that are due, and breaks off those that nobody waits for any more. */
    void perhaps(SidecarState state) {
        perhaps(ready, readyPause(state), true);
        live.ifPresent(rounds ->
                // What is only starting need not answer yet.
                perhaps(rounds, livePause(state, rounds), state.phase() != SidecarPhase.STARTING));
    }

    private void perhaps(Rounds rounds, Optional<Duration> pause, boolean missesCount) {
        if (pause.isEmpty()) {
            rounds.cancel();
            return;
        }
        var due = rounds.due(pause.get());
        if (run == null || due.isEmpty() || access.time().instant().isBefore(due.get())) {
            return;
        }
        if (access.portSettled()) {
            rounds.check(run, missesCount);
        } else {
            rounds.put("it has not told its port");
        }
    }

    /** Breaks off the checks that are under way; to be called after the end of the owner thread. */
    void end() throws InterruptedException {
        ready.end();
        if (live.isPresent()) {
            live.get().end();
        }
    }
}
