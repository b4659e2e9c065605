package dev.proa.supervisor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The process of the runtime itself, as the operating system sees it. */
public final class OwnProcess {
    private OwnProcess() {}

    /** Its number. */
    public static long pid() {
        return ProcessHandle.current().pid();
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
