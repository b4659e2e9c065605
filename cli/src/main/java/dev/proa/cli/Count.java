package dev.proa.cli;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;

/** Numbers of things that people ask for. */
final class Count {
    private Count() {}

    /**
     * Refuses what cannot be shown.
     *
     * @throws ProaException (64) below one
     */
    static void atLeastOne(String option, int given) {
        if (given < 1) {
            throw new ProaException(
                    ExitCode.USAGE,
                    new Problem(Where.of(option), given + " is too few", "Write 1 or more"));
        }
    }
}
