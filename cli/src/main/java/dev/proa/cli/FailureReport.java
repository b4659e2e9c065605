package dev.proa.cli;

import dev.proa.core.AtomicFile;
import dev.proa.core.ExitCode;
import dev.proa.core.MonotonicTime;
import dev.proa.core.ProaException;
import dev.proa.runtime.StateFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import picocli.CommandLine;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Turns what a command threw into sentences and an exit code; a stack trace is shown only with
 * {@code --debug}.
 */
final class FailureReport implements CommandLine.IExecutionExceptionHandler {
    @Override
    public int handleExecutionException(
            Exception failure, CommandLine commandLine, CommandLine.ParseResult parsed) {
        if (debug(commandLine)) {
            failure.printStackTrace(commandLine.getErr());
        }
        if (failure instanceof ProaException expected) {
            print(expected, commandLine, Json.wanted(parsed));
            return expected.exitCode().number();
        }
        var command = parsed.asCommandLineList().getLast().getCommandSpec().qualifiedName();
        return defect(failure, commandLine, command);
    }

    /** Writes a report of what should not have happened and says where it is. */
    static int defect(Throwable failure, CommandLine commandLine, String command) {
        commandLine
                .getErr()
                .println(
                        "proa: this is a defect of Proa: "
                                + failure
                                + ". "
                                + saved(failure, command));
        return ExitCode.BUG.number();
    }

    private static boolean debug(CommandLine commandLine) {
        var top = commandLine;
        while (top.getParent() != null) {
            top = top.getParent();
        }
        return top.getCommand() instanceof Main main && main.debug;
    }

    private static void print(ProaException failure, CommandLine commandLine, boolean json) {
        if (!json) {
            failure.problems().forEach(problem -> commandLine.getErr().println(problem));
            return;
        }
        var out = JsonNodeFactory.instance.objectNode();
        var problems = out.putArray("problems");
        for (var problem : failure.problems()) {
            problems.addObject()
                    .put("where", problem.where().toString())
                    .put("what", problem.what())
                    .put("remedy", problem.remedy());
        }
        commandLine.getOut().println(out);
    }

    private static String saved(Throwable failure, String command) {
        var text = new StringWriter();
        var report = new PrintWriter(text);
        report.println(
                "proa "
                        + VersionCommand.VERSION
                        + ", Java "
                        + Runtime.version()
                        + ", "
                        + System.getProperty("os.name")
                        + " "
                        + System.getProperty("os.version"));
        report.println("command: " + command);
        failure.printStackTrace(report);
        report.flush();
        var folder = reportFolder();
        var file =
                folder.resolve("report-" + new MonotonicTime().instant().toEpochMilli() + ".txt");
        try {
            AtomicFile.ownFolder(folder);
            new AtomicFile(file).write(text.toString().getBytes(StandardCharsets.UTF_8));
            return "What happened is written in " + file + "; please report it with that file.";
        } catch (IOException e) {
            return "It could not be written down (" + e.getMessage() + "); --debug shows it.";
        }
    }

    private static Path reportFolder() {
        var surroundings = Surroundings.present();
        return StateFolder.of(surroundings.environment(), surroundings.home()).reports();
    }
}
