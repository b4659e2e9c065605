package dev.proa.cli;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;

/** A value of an option that cannot be meant. */
final class WrongOption {
    private WrongOption() {}

    static ProaException of(String option, String what, String remedy) {
        return new ProaException(ExitCode.USAGE, new Problem(Where.of(option), what, remedy));
    }
}
