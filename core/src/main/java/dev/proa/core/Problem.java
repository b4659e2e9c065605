package dev.proa.core;

/**
 * Something a person must fix: where it is, what was found there, and what to do about it.
 *
 * @param what a clause without a full stop, with the real value, without secrets
 * @param remedy an imperative clause without a full stop
 */
public record Problem(Where where, String what, String remedy) {
    public Problem {
        if (what.isBlank() || remedy.isBlank()) {
            throw new IllegalArgumentException("a problem says what was found and what to do");
        }
    }

    @Override
    public String toString() {
        return "%s: %s. %s.".formatted(where, what, remedy);
    }
}
