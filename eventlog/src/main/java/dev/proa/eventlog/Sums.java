package dev.proa.eventlog;

/** Sums of numbers that strangers sent: they stop at the largest number instead of turning. */
final class Sums {
    private Sums() {}

    /** Of two numbers that are not negative. */
    static long plus(long a, long b) {
        var sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    /** Of any two numbers. */
    static long add(long a, long b) {
        var sum = a + b;
        if (((a ^ sum) & (b ^ sum)) >= 0) {
            return sum;
        }
        return a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
}
