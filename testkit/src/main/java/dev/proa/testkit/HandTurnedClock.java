package dev.proa.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until a test turns it. */
public final class HandTurnedClock implements InstantSource {
    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

    /** A clock that shows the first moment of 2026. */
    public HandTurnedClock() {}

    @Override
    public Instant instant() {
        return now;
    }

    /** Moves the hands forward. */
    public synchronized void turn(Duration by) {
        now = now.plus(by);
    }
}
