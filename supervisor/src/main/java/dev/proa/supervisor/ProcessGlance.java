package dev.proa.supervisor;

import java.util.Optional;

/**
 * A process as the system shows it at one moment.
 *
 * @param stopped whether a signal or a debugger holds it, until somebody continues it
 */
public record ProcessGlance(long pid, boolean stopped) {
    /** The process of that number, if there is one that runs. */
    public static Optional<ProcessGlance> at(long pid) {
        return ProcessEntry.of(pid)
                .filter(entry -> !entry.dead())
                .map(entry -> new ProcessGlance(pid, "Tt".indexOf(entry.state()) >= 0));
    }
}
