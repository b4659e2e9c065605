package dev.proa.cli;

import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The {@code --json} of a command. */
final class Json {
    @Option(
            names = "--json",
            description = "Print JSON, in the form that docs/command-line.md describes.")
    boolean wanted;

    Json() {}

    /** Whether the command that ran last was asked for JSON. */
    static boolean wanted(CommandLine.ParseResult parsed) {
        var command = parsed.asCommandLineList().getLast().getParseResult();
        return command.hasMatchedOption("--json");
    }
}
