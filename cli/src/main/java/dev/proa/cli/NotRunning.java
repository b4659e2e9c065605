package dev.proa.cli;

import dev.proa.core.ExitCode;
import picocli.CommandLine;

/** The answer of commands that need a running instance when there is none. */
final class NotRunning {
    private NotRunning() {}

    static int say(CommandLine commandLine, boolean json) {
        if (json) {
            commandLine.getOut().println("{\"running\":false}");
        } else {
            commandLine
                    .getErr()
                    .println("No instance of Proa is running here; start one with: proa run DIR");
        }
        return ExitCode.UNAVAILABLE.number();
    }
}
