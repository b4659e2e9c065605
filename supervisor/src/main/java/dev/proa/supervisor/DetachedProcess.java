package dev.proa.supervisor;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * A process that is to outlive this one and its terminal: it reads nothing, and all it says goes to
 * a file. It leaves the terminal's session by itself ({@link #leaveSession}).
 */
public final class DetachedProcess {
    private final Process process;

    private DetachedProcess(Process process) {
        this.process = process;
    }

    /**
     * Starts {@code command} with the environment and the working folder of this process.
     *
     * @param output where both its streams are written, from its beginning
     * @throws IOException if it cannot be started
     */
    public static DetachedProcess start(List<String> command, Path output) throws IOException {
        var builder = new ProcessBuilder(command);
        builder.redirectInput(Path.of("/dev/null").toFile());
        builder.redirectErrorStream(true);
        builder.redirectOutput(output.toFile());
        return new DetachedProcess(builder.start());
    }

    /**
     * Makes this process the leader of a session of its own, without a terminal (setsid(2)), so
     * that the end of the terminal and its keys do not reach it.
     */
    public static void leaveSession() {
        Libc.function("setsid").call();
    }

    public long pid() {
        return process.pid();
    }

    /** Its exit code if it ends within {@code patience}. */
    public OptionalInt exit(Duration patience) throws InterruptedException {
        return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)
                ? OptionalInt.of(process.exitValue())
                : OptionalInt.empty();
    }

    /** Asks it to stop in order (SIGTERM). */
    public void stop() {
        process.destroy();
    }
}
