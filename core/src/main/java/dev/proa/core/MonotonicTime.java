package dev.proa.core;

import java.time.Instant;
import java.time.InstantSource;

/**
 * A clock that never jumps: the wall time of its start plus the time passed since by {@link
 * System#nanoTime()}. Deadlines and records of one run both come from it, so a wall clock set by an
 * hour charges nothing.
 */
public final class MonotonicTime implements InstantSource {
    private final Instant start = Instant.now();
    private final long startNanos = System.nanoTime();

    /** A clock that starts now. */
    public MonotonicTime() {}

    @Override
    public Instant instant() {
        return start.plusNanos(System.nanoTime() - startNanos);
    }
}
