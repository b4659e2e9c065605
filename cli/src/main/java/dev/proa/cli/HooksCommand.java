package dev.proa.cli;

import dev.proa.core.MonotonicTime;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code proa hooks}: coding agents tell the agent monitor what they do. */
@Command(
        name = "hooks",
        description = "Install, remove and check the hooks of coding agents.",
        subcommands = {HooksInstall.class, HooksUninstall.class, HooksDoctor.class},
        exitCodeOnInvalidInput = 64,
        footerHeading = "%nExamples:%n",
        footer = {
            "  proa hooks install claude            let Claude Code report to the agent monitor",
            "  proa hooks install codex             let Codex report to it (its [otel] exporters)",
            "  proa hooks install claude --print    show the settings that would be written",
            "  proa hooks doctor claude             check program, settings, monitor and spool",
            "  proa hooks uninstall claude          take the hooks out again"
        })
final class HooksCommand implements Runnable {
    private static final JsonMapper MAPPER = new JsonMapper();

    private final Map<String, String> env;
    private final InstantSource clock;

    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("UnusedVariable") // picocli needs a field, and acts on it by itself
    private boolean help;

    HooksCommand() {
        this(System.getenv(), new MonotonicTime());
    }

    HooksCommand(Map<String, String> env, InstantSource clock) {
        this.env = Map.copyOf(env);
        this.clock = clock;
    }

    @Override
    public void run() {
        throw new ParameterException(
                command().commandLine(), "Say what to do: install, uninstall or doctor.");
    }

    HookPlaces places(@Nullable Path settings) {
        return HookPlaces.of(env, settings);
    }

    InstantSource clock() {
        return clock;
    }

    PrintWriter out() {
        return command().commandLine().getOut();
    }

    void printJson(Object value) {
        out().println(MAPPER.writeValueAsString(value));
    }

    private CommandSpec command() {
        if (spec == null) {
            throw new IllegalStateException("a command runs inside a command line only");
        }
        return spec;
    }
}
