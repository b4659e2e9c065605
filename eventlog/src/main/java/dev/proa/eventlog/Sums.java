package dev.proa.eventlog;

import org.jspecify.annotations.Nullable;

/** Sums of numbers that strangers sent: they stop at the largest number instead of turning. */
final class Sums {
    private Sums() {}

    /** Of two numbers that are not negative. */
    static long plus(long a, long b) {
        var sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    /** Unknown plus known is known: the sum of what is known. */
    static @Nullable Long plusKnown(@Nullable Long a, @Nullable Long b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return plus(a, b);
    }
}
