package dev.proa.runtime;

import dev.proa.supervisor.DetachedProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The command line of a coding agent's hook, run as the agent runs it: by a shell, once. */
public final class HookCommand {
    private static final int LONGEST = 2_000;

    private HookCommand() {}

    /** How a run ended; what it said is the beginning of both its streams. */
    public sealed interface Outcome {
        /** By itself. */
        record Ended(int code, String said) implements Outcome {}

        /** It was killed when its time was over. */
        record TimedOut(String said) implements Outcome {}

        /** There is no shell, or no room for a file. */
        record NotStarted(String why) implements Outcome {}
    }

    /**
     * Runs {@code line} to its end; what it has started and left behind goes on.
     *
     * @param payload what it reads from its standard input
     */
    public static Outcome run(
            String line, Map<String, String> environment, String payload, Duration patience)
            throws InterruptedException {
        try {
            var folder = Files.createTempDirectory("proa-hook");
            var input = folder.resolve("input");
            var output = folder.resolve("output");
            try {
                Files.writeString(input, payload);
                return run(List.of("/bin/sh", "-c", line), environment, input, output, patience);
            } finally {
                Files.deleteIfExists(input);
                Files.deleteIfExists(output);
                Files.deleteIfExists(folder);
            }
        } catch (IOException e) {
            return new Outcome.NotStarted(String.valueOf(e.getMessage()));
        }
    }

    private static Outcome run(
            List<String> command,
            Map<String, String> environment,
            Path input,
            Path output,
            Duration patience)
            throws IOException, InterruptedException {
        var process = DetachedProcess.start(command, environment, input, output);
        var code = process.exit(patience);
        if (code.isEmpty()) {
            process.kill();
        }
        var said = said(output);
        return code.isPresent()
                ? new Outcome.Ended(code.getAsInt(), said)
                : new Outcome.TimedOut(said);
    }

    private static String said(Path output) throws IOException {
        try (var in = Files.newInputStream(output)) {
            return new String(in.readNBytes(LONGEST), StandardCharsets.UTF_8).strip();
        }
    }
}
