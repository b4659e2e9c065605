package dev.proa.supervisor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The process of the runtime itself, as the operating system sees it. */
public final class OwnProcess {
    private OwnProcess() {}

    /** Its number. */
    public static long pid() {
        return ProcessHandle.current().pid();
    }

    /** The processor time it has spent; empty where the system does not say. */
    public static Optional<Duration> cpu() {
        return ProcessHandle.current().info().totalCpuDuration();
    }

    /** Whether it runs as the user with number 0. */
    public static boolean root() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
