package dev.proa.cli;

import dev.proa.core.ExitCode;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import tools.jackson.databind.node.JsonNodeFactory;

/** Says in one sentence what is wrong with the arguments, and where help is. */
final class UsageReport implements CommandLine.IParameterExceptionHandler {
    private static final Set<String> LATER =
            Set.of("contract", "cutover", "package", "release", "update", "hub");

    @Override
    public int handleParseException(CommandLine.ParameterException failure, String[] args) {
        var commandLine = failure.getCommandLine();
        var err = commandLine.getErr();
        var command = commandLine.getCommandSpec().qualifiedName();
        if (failure instanceof CommandLine.UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()
                && LATER.contains(unmatched.getUnmatched().getFirst())) {
            err.println(
                    command
                            + ": "
                            + unmatched.getUnmatched().getFirst()
                            + " is not supported by this version.");
            return ExitCode.USAGE.number();
        }
        if (List.of(args).contains("--json")) {
            var problem = JsonNodeFactory.instance.objectNode();
            problem.putArray("problems")
                    .addObject()
                    .put("where", command)
                    .put("what", failure.getMessage())
                    .put("remedy", "Try '" + command + " --help'");
            commandLine.getOut().println(problem);
            return ExitCode.USAGE.number();
        }
        err.println(command + ": " + failure.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(failure, err);
        err.println("Try '" + command + " --help'.");
        return ExitCode.USAGE.number();
    }
}
