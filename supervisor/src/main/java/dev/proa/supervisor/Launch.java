package dev.proa.supervisor;

import dev.proa.profile.SidecarSpec.Confinement;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the guard needs to start one program; nothing of it is inherited.
 *
 * @param listener the name of a socket that {@link GuardConnection#listen} opened; the program gets
 *     it as descriptor 3, with {@code LISTEN_FDS}
 */
record Launch(
        List<String> command,
        Path cwd,
        Map<String, String> environment,
        Confinement confinement,
        Optional<String> listener) {
    Launch {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** With the user's rights and no socket. */
    Launch(List<String> command, Path cwd, Map<String, String> environment) {
        this(command, cwd, environment, Confinement.NONE, Optional.empty());
    }
}
