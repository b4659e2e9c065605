package dev.proa.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What every command on hooks takes. */
final class HooksOptions {
    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "AGENT", description = "The coding agent: claude or codex.")
    private String agent = "";

    @Option(
            names = "--settings",
            paramLabel = "FILE",
            description =
                    "The settings file (default: settings.json in $CLAUDE_CONFIG_DIR or ~/.claude;"
                            + " config.toml in $CODEX_HOME or ~/.codex).")
    private @Nullable Path settings;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Option(
            names = "--safety",
            description =
                    "claude: stop shell commands that would delete / or the home folder, before"
                            + " they run; AGENTMONITOR_SAFETY=0 switches that off.")
    private boolean safety;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("UnusedVariable") // picocli needs a field, and acts on it by itself
    private boolean help;

    /** The settings file that was named, if one was. */
    @Nullable Path settings() {
        return settings;
    }

    /**
     * Whether it is Codex that is meant, and not Claude Code.
     *
     * @throws ParameterException if it is neither, or the options are not for it
     */
    boolean codex() {
        if (!agent.equals("claude") && !agent.equals("codex")) {
            throw new ParameterException(
                    command().commandLine(),
                    "The agent \"" + agent + "\" is not known. Write claude or codex.");
        }
        if (agent.equals("codex") && safety) {
            throw new ParameterException(
                    command().commandLine(), "--safety is for claude. Leave it out.");
        }
        return agent.equals("codex");
    }

    boolean safety() {
        return safety;
    }

    boolean json() {
        return json;
    }

    private CommandSpec command() {
        if (spec == null) {
            throw new IllegalStateException("options are used inside a command only");
        }
        return spec;
    }
}
