package dev.proa.gateway;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/** What is known of a remote server, as of its last probe. */
public sealed interface RemoteState {
    /** The shortest pause between attempts to reach one that is away. */
    Duration SOONEST = Duration.ofSeconds(1);

    /** The longest. */
    Duration LATEST = Duration.ofSeconds(10);

    /** When it is asked next. */
    Instant nextAt();

    /** Since when it is in this state, whatever single probes said meanwhile. */
    Instant since();

    /** It has not answered yet, nor failed often enough to be called away. */
    record Connecting(int failures, Instant since, Instant nextAt) implements RemoteState {}

    /** Its last answer was good, or too few since then were not. */
    record Online(int failures, Instant since, Instant nextAt) implements RemoteState {}

    /**
     * It failed as often as is allowed, or more.
     *
     * @param failures in a row
     * @param attempt how often it was asked since it has been away
     * @param reason a sentence, without secrets
     * @param since when the last of the failures was that took it away
     */
    record Offline(int failures, int attempt, String reason, Instant since, Instant nextAt)
            implements RemoteState {}

    /** How one probe ended. */
    sealed interface Outcome {
        record Good() implements Outcome {}

        record Bad(String reason) implements Outcome {}
    }

    /** The state before the first probe, which is due at once. */
    static RemoteState first(Instant now) {
        return new Connecting(0, now, now);
    }

    /**
     * The state after a probe: one good answer brings a server back, {@code allowed} bad ones in a
     * row take it away. A first failure is looked into soon; one that is away is asked after 1 s,
     * then ever more rarely, up to 10 s.
     *
     * @param allowed at least 1
     * @param dice by which not everybody asks in the same moment
     */
    default RemoteState after(
            Outcome outcome, int allowed, Duration every, Instant now, RandomGenerator dice) {
        return switch (outcome) {
            case Outcome.Good _ ->
                    new Online(0, this instanceof Online ? since() : now, now.plus(every));
            case Outcome.Bad(String reason) -> {
                var failures = failures() + 1;
                if (this instanceof Offline(_, var attempt, _, var since, _)) {
                    yield away(failures, attempt + 1, reason, since, now, dice);
                }
                if (failures >= allowed) {
                    yield away(failures, 1, reason, now, now, dice);
                }
                var soon = now.plus(every.compareTo(SOONEST) < 0 ? every : SOONEST);
                yield this instanceof Online
                        ? new Online(failures, since(), soon)
                        : new Connecting(failures, since(), soon);
            }
        };
    }

    /** The pause doubles; up to a quarter of it is left to chance. */
    private static Offline away(
            int failures,
            int attempt,
            String reason,
            Instant since,
            Instant now,
            RandomGenerator dice) {
        long doubled = SOONEST.toMillis() << Math.min(attempt - 1, 10);
        long most = Math.min(doubled, LATEST.toMillis());
        long pause = Math.max(SOONEST.toMillis(), most - dice.nextLong(most / 4));
        return new Offline(failures, attempt, reason, since, now.plusMillis(pause));
    }

    /** How many probes in a row have failed. */
    int failures();
}
