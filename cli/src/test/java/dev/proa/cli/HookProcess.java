package dev.proa.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The hook program of the checkout, run as an agent runs it, in a home folder of its own. */
final class HookProcess {
    /** What the agent sees. */
    record Seen(int code, String printed) {}

    private static final int PATIENCE_SECONDS = 30;

    private final Path home;
    private final Path program;
    private final Map<String, String> env = new HashMap<>();

    HookProcess(Path home) throws IOException, InterruptedException {
        this.home = home;
        // A copy of its own, so that its processes can be told from those of other tests.
        program = Files.copy(built(), home.resolve("proa-hook"));
        env.put("HOME", home.toString());
        env.put("PATH", "/usr/bin:/bin");
    }

    /** Builds the program once a run of the tests. */
    static synchronized Path built() throws IOException, InterruptedException {
        var out = Path.of("target/native/proa-hook").toAbsolutePath();
        if (System.getProperty("proa.hook.built") == null) {
            var script = Path.of(System.getProperty("proa.checkout"), "native/hook/build.sh");
            var build =
                    new ProcessBuilder("sh", script.toString(), out.toString()).inheritIO().start();
            if (build.waitFor() != 0) {
                throw new AssertionError(script + " failed");
            }
            System.setProperty("proa.hook.built", out.toString());
        }
        return out;
    }

    void set(String name, String value) {
        env.put(name, value);
    }

    void unset(String name) {
        env.remove(name);
    }

    Path state() {
        return home.resolve(".local/state/proa/dev.proa.agent-monitor");
    }

    void discover(String url) throws IOException {
        Files.createDirectories(state());
        Files.writeString(state().resolve("ingest-url"), url + "\n");
    }

    /** The payloads in the spool, oldest first. */
    List<Path> spooled() throws IOException {
        var spool = state().resolve("spool");
        if (!Files.isDirectory(spool)) {
            return List.of();
        }
        try (var files = Files.list(spool)) {
            return files.filter(f -> !f.getFileName().toString().equals(".lock")).sorted().toList();
        }
    }

    /** Starts it in a shell whose script sees the program as {@code $HOOK}. */
    Process shell(String script) throws IOException {
        var builder = new ProcessBuilder("/bin/sh", "-c", script).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(env);
        builder.environment().put("HOOK", program.toString());
        return builder.start();
    }

    Process start() throws IOException {
        return shell("exec \"$HOOK\" claude");
    }

    /** Runs it to its end, which includes the end of its output. */
    Seen run(byte[] payload) throws IOException, InterruptedException {
        return finish(start(), payload);
    }

    static Seen finish(Process process, byte[] payload) throws IOException, InterruptedException {
        try (OutputStream in = process.getOutputStream()) {
            in.write(payload);
        } catch (IOException e) {
            throw new AssertionError("the hook left before it had read all", e);
        }
        var printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Seen(process.waitFor(), printed);
    }

    /** The background halves that still run. */
    List<ProcessHandle> running() {
        return ProcessHandle.allProcesses()
                .filter(p -> p.info().command().filter(program.toString()::equals).isPresent())
                .toList();
    }

    /** Waits until nothing of the program runs any more. */
    void settle() throws InterruptedException {
        for (var process : new ArrayList<>(running())) {
            try {
                process.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                process.destroyForcibly();
                throw new AssertionError("a hook process did not end: " + process.pid(), e);
            }
        }
    }
}
