package dev.proa.supervisor;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The rules of a backend that somebody else runs: it is used while its identity holds, asked again
 * and again when it does not, and never stopped, restarted or signalled. No threads, no clock, no
 * I/O.
 */
final class Attachment {
    static final Duration SOONEST = Duration.ofSeconds(1);
    static final Duration LATEST = Duration.ofSeconds(10);

    sealed interface State {
        /** Nobody wants it. */
        record Detached(String reason) implements State {}

        /** Wanted; it has not answered yet. */
        record Seeking(Instant askAt) implements State {}

        /** It is who it should be; the last {@code misses} questions got no answer. */
        record Attached(Instant askAt, int misses) implements State {}

        /** Wanted, and not to be used. */
        record Degraded(Instant askAt, Duration pause, String reason) implements State {}
    }

    private final Duration every;
    private final int failures;
    private final RandomGenerator dice;
    private State state = new State.Detached("not started yet");

    /**
     * @param every the pause between questions while it is attached
     * @param failures how many of them in a row may be without an answer before it is not used
     */
    Attachment(Duration every, int failures, RandomGenerator dice) {
        this.every = every;
        this.failures = failures;
        this.dice = dice;
    }

    State state() {
        return state;
    }

    /** When it is to be asked next; none when nobody wants it. */
    Optional<Instant> askAt() {
        return switch (state) {
            case State.Detached _ -> Optional.empty();
            case State.Seeking(var at) -> Optional.of(at);
            case State.Attached(var at, _) -> Optional.of(at);
            case State.Degraded(var at, _, _) -> Optional.of(at);
        };
    }

    /** Somebody wants it: it is asked at once. */
    void wanted(Instant now) {
        state =
                switch (state) {
                    case State.Detached _, State.Seeking _ -> new State.Seeking(now);
                    case State.Attached(_, int misses) -> new State.Attached(now, misses);
                    case State.Degraded(_, _, var reason) ->
                            new State.Degraded(now, Duration.ZERO, reason);
                };
    }

    void unwanted(String reason) {
        state = new State.Detached(reason);
    }

    /** The answer to the question that was due. */
    void heard(IdentityChallenge.Outcome outcome, Instant now) {
        if (state instanceof State.Detached) {
            return; // late news
        }
        state =
                switch (outcome) {
                    case IdentityChallenge.Outcome.Held _ -> new State.Attached(now.plus(every), 0);
                    case IdentityChallenge.Outcome.Gone(var what) -> degraded("it " + what, now);
                    case IdentityChallenge.Outcome.Silent(var what) -> missed("it " + what, now);
                    case IdentityChallenge.Outcome.Other(var what) ->
                            degraded("another one answers: it " + what, now);
                };
    }

    private State missed(String reason, Instant now) {
        return state instanceof State.Attached(_, int misses) && misses + 1 < failures
                ? new State.Attached(now.plus(every), misses + 1)
                : degraded(reason, now);
    }

    /** The pause doubles from 1 s to 10 s; up to a quarter of it is left to chance. */
    private State degraded(String reason, Instant now) {
        var before = state instanceof State.Degraded(_, var pause, _) ? pause : Duration.ZERO;
        long next = Math.clamp(before.toMillis() * 2, SOONEST.toMillis(), LATEST.toMillis());
        long chance = dice.nextLong(next / 4);
        long wait = Math.max(SOONEST.toMillis(), next - chance);
        return new State.Degraded(now.plusMillis(wait), Duration.ofMillis(next), reason);
    }
}
