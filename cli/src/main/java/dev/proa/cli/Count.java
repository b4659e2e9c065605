package dev.proa.cli;

import java.util.Locale;

/** Numbers of things that people ask for. */
final class Count {
    private Count() {}

    /** Such as "1 event" and "1,234 events". */
    static String of(long number, String thing) {
        return String.format(Locale.ROOT, "%,d %s%s", number, thing, number == 1 ? "" : "s");
    }

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
