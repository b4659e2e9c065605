package dev.proa.cli;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
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

    @Parameters(paramLabel = "AGENT", description = "The coding agent: claude.")
    private String agent = "";

    @Option(
            names = "--settings",
            paramLabel = "FILE",
            description =
                    "The settings file (default: settings.json in $CLAUDE_CONFIG_DIR or ~/.claude).")
    private @Nullable Path settings;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Option(
            names = "--safety",
            description = "Block dangerous commands (not supported by this version).")
    private boolean safety;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("UnusedVariable") // picocli needs a field, and acts on it by itself
    private boolean help;

    /**
     * The settings file that was named, if one was.
     *
     * @throws ProaException if something is asked that this version cannot do
     */
    @Nullable Path settings() {
        if (safety) {
            throw unsupported("--safety", "Leave it out");
        }
        return switch (agent) {
            case "claude" -> settings;
            case "codex" -> throw unsupported("codex", "Use the exporters of its [otel] settings");
            default ->
                    throw new ParameterException(
                            command().commandLine(),
                            "The agent \"" + agent + "\" is not known. Write claude.");
        };
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

    private static ProaException unsupported(String word, String remedy) {
        return new ProaException(
                ExitCode.UNAVAILABLE,
                new Problem(Where.of(word), "not supported by this version", remedy));
    }
}
