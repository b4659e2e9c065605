package dev.proa.cli;

/** Numbers of things that people ask for. */
final class Count {
    private Count() {}

    /**
     * Refuses what cannot be shown.
     *
     * @throws dev.proa.core.ProaException (64) below one
     */
    static void atLeastOne(String option, int given) {
        if (given < 1) {
            throw WrongOption.of(option, given + " is too few", "Write 1 or more");
        }
    }
}
