package dev.proa.bench;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** Many durations in nanoseconds, some perhaps negative, and how they are spread. */
final class Durations {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double STEPS_PER_MILLI = 10;

    private final long[] sorted;

    Durations(long[] nanos) {
        sorted = nanos.clone();
        Arrays.sort(sorted);
    }

    int count() {
        return sorted.length;
    }

    /**
     * Milliseconds that the share of all does not exceed (nearest rank).
     *
     * @param share above 0, at most 1
     */
    double millis(double share) {
        if (sorted.length == 0) {
            throw new IllegalStateException("nothing was measured");
        }
        var rank = (int) Math.ceil(share * sorted.length);
        return sorted[Math.clamp(rank - 1, 0, sorted.length - 1)] / NANOS_PER_MILLI;
    }

    /** How many there are at each tenth of a millisecond. */
    Map<Double, Integer> spread() {
        var spread = new TreeMap<Double, Integer>();
        for (var nanos : sorted) {
            var millis = Math.round(nanos / NANOS_PER_MILLI * STEPS_PER_MILLI) / STEPS_PER_MILLI;
            spread.merge(millis, 1, Integer::sum);
        }
        return spread;
    }
}
