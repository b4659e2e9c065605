package dev.proa.cli;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import java.nio.file.Path;

/** The program that this Proa was started by. */
final class OwnLauncher {
    private OwnLauncher() {}

    /**
     * Its absolute path, as it told us.
     *
     * @throws ProaException (69) if Java was started directly
     */
    static Path path() {
        var told = System.getProperty("proa.launcher", "");
        if (told.isEmpty()) {
            throw new ProaException(
                    ExitCode.UNAVAILABLE,
                    new Problem(
                            Where.of("proa"),
                            "It was not started by its launcher, so it cannot be started again",
                            "Use the program proa (in a checkout: ./proa)"));
        }
        return Path.of(told);
    }
}
