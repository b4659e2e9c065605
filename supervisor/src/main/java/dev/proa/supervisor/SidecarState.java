package dev.proa.supervisor;

import dev.proa.core.Problem;
import java.time.Instant;

/**
 * The states of a sidecar. The invariant: {@link Down} means that no process of it exists, and is
 * entered only on news from outside. A {@code run} numbers the starts of one sidecar.
 */
sealed interface SidecarState {
    /** No process exists. */
    sealed interface Down extends SidecarState {}

    /** The main process exists. */
    sealed interface Up extends SidecarState {
        long run();

        long pid();
    }

    record Stopped(String reason) implements Down {}

    /** Wanted, but something it needs is not there. */
    record Waiting() implements Down {}

    record Backoff(Instant until, String reason) implements Down {}

    record SafeMode(String reason) implements Down {}

    record Completed() implements Down {}

    record FailedConfig(Problem problem) implements Down {}

    /** Handed to the guard; no news yet. */
    record Spawning(long run) implements SidecarState {}

    /** A stop overtook the start: whatever appears now has to go again. */
    record Abandoning(long run, After after) implements SidecarState {}

    /** Not yet ready; ended if it still is not at {@code deadline}. */
    record Starting(long run, long pid, Instant deadline) implements Up {}

    /** Ready since {@code since}; the last {@code misses} checks failed. */
    record Ready(long run, long pid, Instant since, int misses) implements Up {}

    record Unready(long run, long pid, Instant since) implements Up {}

    /** Asked to exit; the guard kills it when its grace is over. */
    record Stopping(long run, long pid, After after) implements SidecarState {}

    /** The main process is dead, its tree not yet proved empty. */
    record Clearing(long run, Exit exit, After after) implements SidecarState {}

    /** The word of the control surface for this state. */
    default SidecarPhase phase() {
        return switch (this) {
            case Stopped _ -> SidecarPhase.STOPPED;
            case Waiting _ -> SidecarPhase.WAITING;
            case Backoff _ -> SidecarPhase.BACKOFF;
            case SafeMode _ -> SidecarPhase.SAFE_MODE;
            case Completed _ -> SidecarPhase.COMPLETED;
            case FailedConfig _ -> SidecarPhase.FAILED_CONFIG;
            case Spawning _, Starting _ -> SidecarPhase.STARTING;
            case Ready _ -> SidecarPhase.READY;
            case Unready _ -> SidecarPhase.UNREADY;
            case Abandoning _, Stopping _, Clearing _ -> SidecarPhase.STOPPING;
        };
    }

    /** Why, in plain words; empty when there is nothing to say. */
    default String reason() {
        return switch (this) {
            case Stopped(String reason) -> reason;
            case Backoff(_, String reason) -> reason;
            case SafeMode(String reason) -> reason;
            case FailedConfig(Problem problem) -> problem.what();
            case Stopping(_, _, After.Judge judge) -> judge.why();
            case Clearing(_, _, After.Judge judge) -> judge.why();
            case Unready _ -> "it fails its readiness check";
            case Waiting _, Completed _, Spawning _, Abandoning _, Starting _, Ready _ -> "";
            case Stopping _, Clearing _ -> "";
        };
    }
}
