package dev.proa.cli;

import dev.proa.core.ProaException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/** A home folder of its own, and the command run in it as the command line runs it. */
final class HooksHome implements AutoCloseable {
    record Run(int code, String out, String err) {}

    private final Path home;
    private final Map<String, String> env = new HashMap<>();
    private final InstantSource clock = () -> Instant.parse("2026-11-20T14:15:00Z");
    private final String shippedBefore;

    HooksHome(Path home) throws IOException {
        this.home = home;
        env.put("HOME", home.toString());
        env.put("PATH", "");
        // Nobody listens on port 1 of a test machine.
        env.put("AGENTMONITOR_URL", "http://127.0.0.1:1");
        var shipped = Files.writeString(home.resolve("shipped-hook"), "program 1");
        shippedBefore = System.getProperty("proa.hook", "");
        System.setProperty("proa.hook", shipped.toString());
        Files.createDirectories(settings().getParent());
    }

    /** The hook program that this Proa installs. */
    void ship(Path program) {
        System.setProperty("proa.hook", program.toString());
    }

    /** The places of a hook in this home. */
    HookPlaces places() {
        return HookPlaces.of(env, null);
    }

    void set(String name, String value) {
        env.put(name, value);
    }

    Path path(String relative) {
        return home.resolve(relative);
    }

    Path settings() {
        return home.resolve(".claude/settings.json");
    }

    Path program() {
        return home.resolve(".local/share/proa/hooks/proa-hook");
    }

    List<Path> beside() throws IOException {
        try (var entries = Files.list(settings().getParent())) {
            return entries.filter(p -> !p.equals(settings())).sorted().toList();
        }
    }

    Run run(String... args) {
        var out = new StringWriter();
        var err = new StringWriter();
        var line =
                new CommandLine(new HooksCommand(env, clock))
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true))
                        .setExecutionExceptionHandler((e, command, _) -> {
                            if (!(e instanceof ProaException problem)) {
                                throw e;
                            }
                            command.getErr().println(problem.getMessage());
                            return problem.exitCode().number();
                        });
        int code = line.execute(args);
        return new Run(code, out.toString(), err.toString());
    }

    @Override
    public void close() {
        if (shippedBefore.isEmpty()) {
            System.clearProperty("proa.hook");
        } else {
            System.setProperty("proa.hook", shippedBefore);
        }
    }
}
