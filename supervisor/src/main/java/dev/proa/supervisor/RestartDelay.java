package dev.proa.supervisor;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long the next restart waits: decorrelated jitter from 0.25 s to 15 s. Each delay lies between
 * the least and three times the one before, so the first six of a series last under 55 s together
 * and the restart budget stays reachable.
 *
 * @param previous the delay before; the least one at the beginning of a series
 */
record RestartDelay(Duration previous) {
    static final Duration LEAST = Duration.ofMillis(250);
    static final Duration MOST = Duration.ofSeconds(15);

    static RestartDelay first() {
        return new RestartDelay(LEAST);
    }

    /** The next of the series; its {@link #previous()} is what to wait. */
    RestartDelay next(RandomGenerator dice) {
        long upper = Math.min(MOST.toMillis(), previous.toMillis() * 3);
        return new RestartDelay(Duration.ofMillis(dice.nextLong(LEAST.toMillis(), upper + 1)));
    }
}
