package dev.proa.supervisor;

import dev.proa.core.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The states of a sidecar. The invariant: {@link Down} means that no process of it exists, and is
 * entered only on news from outside. A {@code run} numbers the starts of one sidecar.
 */
sealed interface SidecarState {
    /** No process exists. */
    sealed interface Down extends SidecarState {}

    /** Down, and stays so until somebody asks for it. */
    sealed interface AtRest extends Down {}

    /** The main process exists, and nobody has asked it to go. */
    sealed interface Up extends SidecarState {
        long run();

        long pid();

        /** How long it has been ready, misses included; zero if it never was. */
        default Duration readyFor(Instant now) {
            return switch (this) {
                case Starting _, Live _ -> Duration.ZERO;
                case Ready ready -> Duration.between(ready.since(), now);
                case Unready unready -> Duration.between(unready.since(), now);
                case Hung hung -> hung.readyFor();
            };
        }
    }

    /** On its way down; {@code after} says what follows. */
    sealed interface Going extends SidecarState {
        long run();

        After after();

        Going then(After other);
    }

    /** Nobody wants it to run. */
    record Stopped(String reason) implements AtRest {
        /** Before its first start. */
        static final String NOT_YET = "not started yet";
    }

    /** The restart rules gave it up. */
    record SafeMode(String reason, Optional<Problem> problem) implements AtRest {
        SafeMode(String reason) {
            this(reason, Optional.empty());
        }
    }

    /** It did its work. */
    record Completed() implements AtRest {}

    /** It failed, and its policy says that it is not restarted. */
    record Failed(String reason) implements AtRest {}

    record FailedConfig(Problem problem) implements AtRest {}

    /** Wanted, but something it needs is not there; {@code reason} says what. */
    record Waiting(String reason) implements Down {}

    /** Wanted, but others have to be down first; starts when called back, not before. */
    record Aside(Instant notBefore, String reason) implements Down {}

    record Backoff(Instant until, String reason) implements Down {}

    /** Handed to the guard; no news yet. */
    record Spawning(long run) implements SidecarState {}

    /** Not yet ready; ended if it still is not at {@code deadline}. */
    record Starting(long run, long pid, Instant deadline) implements Up {}

    /** As starting, but its live check has held. */
    record Live(long run, long pid, Instant deadline) implements Up {}

    /** Ready since {@code since}; the last {@code misses} checks failed. */
    record Ready(long run, long pid, Instant since, int misses) implements Up {}

    /** It was ready since {@code since}; ended if its check still fails at {@code deadline}. */
    record Unready(long run, long pid, Instant since, Optional<Instant> deadline) implements Up {}

    /** Alive without answering; ended when it is dumped, at the latest at {@code deadline}. */
    record Hung(long run, long pid, Duration readyFor, Instant deadline) implements Up {}

    /** A stop overtook the start: whatever appears now has to go again. */
    record Abandoning(long run, After after) implements Going {
        @Override
        public Abandoning then(After other) {
            return new Abandoning(run, other);
        }
    }

    /** Asked to exit; the guard kills it when its grace is over. */
    record Stopping(long run, long pid, After after) implements Going {
        @Override
        public Stopping then(After other) {
            return new Stopping(run, pid, other);
        }
    }

    /** The main process is dead, its tree not yet proved empty. */
    record Clearing(long run, Exit exit, After after) implements Going {
        @Override
        public Clearing then(After other) {
            return new Clearing(run, exit, other);
        }
    }

    /** When {@link Input.TimeReached} is due, if time alone changes something. */
    default Optional<Instant> wakeAt() {
        return switch (this) {
            case Backoff(Instant until, _) -> Optional.of(until);
            case Starting s -> Optional.of(s.deadline());
            case Live s -> Optional.of(s.deadline());
            case Hung s -> Optional.of(s.deadline());
            case Unready s -> s.deadline();
            case AtRest _, Waiting _, Aside _, Spawning _, Ready _ -> Optional.empty();
            case Going _ -> Optional.empty(); // the guard keeps the grace
        };
    }

    /** The word of the control surface for this state. */
    default SidecarPhase phase() {
        return switch (this) {
            case Stopped _, Failed _ -> SidecarPhase.STOPPED;
            case Waiting _, Aside _ -> SidecarPhase.WAITING;
            case Backoff _ -> SidecarPhase.BACKOFF;
            case SafeMode _ -> SidecarPhase.SAFE_MODE;
            case Completed _ -> SidecarPhase.COMPLETED;
            case FailedConfig _ -> SidecarPhase.FAILED_CONFIG;
            case Spawning _, Starting _ -> SidecarPhase.STARTING;
            case Live _ -> SidecarPhase.LIVE;
            case Ready _ -> SidecarPhase.READY;
            case Unready _ -> SidecarPhase.UNREADY;
            case Hung _ -> SidecarPhase.HUNG;
            case Going _ -> SidecarPhase.STOPPING;
        };
    }

    /** Why, in plain words; empty when there is nothing to say. */
    default String reason() {
        return switch (this) {
            case Stopped(String reason) -> reason;
            case Failed(String reason) -> reason;
            case Waiting(String reason) -> reason;
            case Aside(_, String reason) -> reason;
            case Backoff(_, String reason) -> reason;
            case SafeMode(String reason, _) -> reason;
            case FailedConfig(Problem problem) -> problem.what();
            case Unready _ -> "it fails its readiness check";
            case Hung _ -> "it is alive but does not answer its live check";
            case Going going -> reason(going.after());
            case Completed _, Spawning _, Starting _, Live _, Ready _ -> "";
        };
    }

    private static String reason(After after) {
        return switch (after) {
            case After.Judge judge -> "it " + judge.why();
            case After.Aside(String why) -> why;
            case After.Stop _, After.Restart _, After.Back _ -> "";
        };
    }
}
