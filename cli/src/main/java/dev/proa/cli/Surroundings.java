package dev.proa.cli;

import java.nio.file.Path;
import java.util.Map;

/** What a command finds around it: environment, home folder, working folder. */
record Surroundings(Map<String, String> environment, Path home, Path workingFolder) {
    Surroundings {
        environment = Map.copyOf(environment);
    }

    /** Those of this process. */
    static Surroundings present() {
        var environment = System.getenv();
        // HOME before user.home: the latter comes from the password database and ignores what the
        // caller set.
        var home = environment.getOrDefault("HOME", System.getProperty("user.home"));
        return new Surroundings(
                environment, Path.of(home).toAbsolutePath(), Path.of("").toAbsolutePath());
    }
}
