package dev.proa.gateway;

import java.time.Duration;
import java.time.Instant;

/** What is known of a remote server, as of its last probe. */
public sealed interface RemoteState {
    /** When it is asked next. */
    Instant nextAt();

    /** It has not answered yet, nor failed often enough to be called away. */
    record Connecting(int failures, Instant nextAt) implements RemoteState {}

    /** Its last answer was good, or too few since then were not. */
    record Online(int failures, Instant nextAt) implements RemoteState {}

    /**
     * It failed as often as is allowed, or more.
     *
     * @param failures in a row
     * @param reason a sentence, without secrets
     */
    record Offline(int failures, String reason, Instant nextAt) implements RemoteState {}

    /** How one probe ended. */
    sealed interface Outcome {
        record Good() implements Outcome {}

        record Bad(String reason) implements Outcome {}
    }

    /** The state before the first probe, which is due at once. */
    static RemoteState first(Instant now) {
        return new Connecting(0, now);
    }

    /**
     * The state after a probe: one good answer brings a server back, {@code allowed} bad ones in a
     * row take it away.
     *
     * @param allowed at least 1
     */
    default RemoteState after(Outcome outcome, int allowed, Duration every, Instant now) {
        var next = now.plus(every);
        return switch (outcome) {
            case Outcome.Good _ -> new Online(0, next);
            case Outcome.Bad(String reason) -> {
                var failures = failures() + 1;
                if (failures >= allowed || this instanceof Offline) {
                    yield new Offline(failures, reason, next);
                }
                yield this instanceof Online
                        ? new Online(failures, next)
                        : new Connecting(failures, next);
            }
        };
    }

    /** How many probes in a row have failed. */
    int failures();
}
