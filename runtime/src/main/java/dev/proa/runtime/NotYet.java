package dev.proa.runtime;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;

/** The refusal of what a manifest may say and a run cannot follow yet. */
final class NotYet {
    private NotYet() {}

    static ProaException key(String pointer, String what) {
        return new ProaException(
                ExitCode.BAD_CONFIG,
                new Problem(
                        Where.of("proa.yaml " + pointer),
                        what + " is not supported by this version",
                        "Remove it"));
    }
}
