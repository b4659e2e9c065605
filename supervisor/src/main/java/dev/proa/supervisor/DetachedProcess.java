package dev.proa.supervisor;

import dev.proa.core.Libc;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * A process that may outlive this one: no pipe connects them, and all it says goes to a file. One
 * that is to outlive the terminal, too, leaves its session by itself ({@link #leaveSession}).
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
        return start(command, System.getenv(), Path.of("/dev/null"), output);
    }

    /**
     * As {@link #start(List, Path)}, with an environment and an input of its own.
     *
     * @param input the file that it reads as its standard input
     */
    public static DetachedProcess start(
            List<String> command, Map<String, String> environment, Path input, Path output)
            throws IOException {
        var builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.redirectInput(input.toFile());
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

    /** Ends it at once (SIGKILL), but nothing that it has started. */
    public void kill() {
        process.destroyForcibly();
    }

    /** Asks it to stop in order (SIGTERM). */
    public void stop() {
        process.destroy();
    }
}
