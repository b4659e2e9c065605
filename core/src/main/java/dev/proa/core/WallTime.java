package dev.proa.core;

import java.time.Instant;
import java.time.InstantSource;

/**
 * The wall clock, for records that people compare with their watch and with other programs. It may
 * jump, so no deadline comes from it; those take {@link MonotonicTime}.
 */
public final class WallTime implements InstantSource {
    /** Reads the clock of this machine. */
    public WallTime() {}

    @Override
    public Instant instant() {
        return Instant.now();
    }
}
