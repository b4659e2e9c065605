package dev.proa.supervisor;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What the guard needs to start one program; nothing of it is inherited. */
record Launch(List<String> command, Path cwd, Map<String, String> environment) {
    Launch {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }
}
