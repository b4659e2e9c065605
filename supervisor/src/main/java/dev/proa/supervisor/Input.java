package dev.proa.supervisor;

import dev.proa.core.Problem;
import java.time.Duration;

/** What can happen to a sidecar. News of a process names the run it is about. */
sealed interface Input {
    record StartAsked() implements Input {}

    record StopAsked() implements Input {}

    /** As a stop, without grace. */
    record KillAsked() implements Input {}

    record RestartAsked() implements Input {}

    /**
     * What it needs has changed.
     *
     * @param missing what it waits for, as "waits for ..."; empty when everything is there
     */
    record NeedsChanged(String missing) implements Input {
        boolean met() {
            return missing.isEmpty();
        }
    }

    /**
     * Others start anew, and this one has to be down meanwhile.
     *
     * @param byPerson somebody asked for it, so it starts with a full budget, whatever it is now
     */
    record StepAside(boolean byPerson, String why) implements Input {}

    /** Everybody who had to be down is; whoever stepped aside starts again. */
    record ComeBack() implements Input {}

    record TimeReached() implements Input {}

    /** The machine or the runtime stood still for so long; nobody is to blame for that. */
    record Overslept(Duration by) implements Input {}

    record Spawned(long run, long pid) implements Input {}

    /** No process of this run exists or will; a problem when another try would be the same. */
    record SpawnFailed(long run, Failure failure) implements Input {}

    /** The main process is dead. */
    record Exited(long run, Exit exit) implements Input {}

    /**
     * The tree is proved empty.
     *
     * @param portTakenBy who has its port now, in plain words; empty when nobody else has
     */
    record Emptied(long run, String portTakenBy) implements Input {}

    record ProbePassed(long run) implements Input {}

    record ProbeMissed(long run) implements Input {}

    /** Its live check held. */
    record LivePassed(long run) implements Input {}

    record LiveMissed(long run) implements Input {}

    /** What was to be kept of a hung process has been written, or could not be. */
    record Dumped(long run) implements Input {}

    /** Why a start failed. */
    sealed interface Failure {
        /** It would fail again: a person must fix it. */
        record Configured(Problem problem) implements Failure {}

        /** A person must decide, and ask for the start again: SAFE_MODE with this problem. */
        record Undecided(Problem problem) implements Failure {}

        /** Another try may succeed. */
        record Passing(String why) implements Failure {}
    }
}
