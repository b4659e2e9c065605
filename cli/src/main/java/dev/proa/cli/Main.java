package dev.proa.cli;

import dev.proa.core.ExitCode;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Where the process begins and, with an exit code of {@link ExitCode}, ends. */
@Command(
        name = "proa",
        description =
                "Turns a web page and the local processes behind it into a desktop application.",
        subcommands = {
            RunCommand.class,
            DevCommand.class,
            PlanCommand.class,
            StatusCommand.class,
            JournalCommand.class,
            LogsCommand.class,
            EventsCommand.class,
            OpenCommand.class,
            StopCommand.class,
            RestartCommand.class,
            ModeCommand.class,
            DoctorCommand.class,
            SupportBundleCommand.class,
            HooksCommand.class,
            VersionCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.Version.class,
        footerHeading = "%nExamples:%n",
        footer = {
            "  proa run apps/agent-monitor      start an app and open its window",
            "  proa status                      what the running instance does",
            "  proa hooks install claude        let Claude Code report to the agent monitor",
            "",
            "Exit codes: 0 ok, 64 usage, 65 bad data, 69 unavailable, 70 a defect of Proa,",
            "73 cannot create, 75 try later, 78 bad configuration."
        })
final class Main {
    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Show the stack trace of a failure.")
    boolean debug;

    Main() {}

    /** Runs one command and exits. */
    public static void main(String[] args) {
        if (args.length > 0 && (args[0].equals("run") || args[0].equals("dev"))) {
            Signals.to(RunCommand.STOP); // before anything that takes time
        }
        System.exit(run(args));
    }

    static int run(String... args) {
        var commandLine = commandLine();
        try {
            return commandLine.execute(args);
        } catch (Error e) { // picocli hands on what is not an Exception; a person should not see
            // its trace either
            return FailureReport.defect(e, commandLine, String.join(" ", args));
        }
    }

    static CommandLine commandLine() {
        var commandLine = new CommandLine(new Main());
        commandLine.setExecutionExceptionHandler(new FailureReport());
        commandLine.setParameterExceptionHandler(new UsageReport());
        commandLine.setUsageHelpLongOptionsMaxWidth(28);
        commandLine.getSubcommands().values().stream()
                .filter(each -> each.getCommand() instanceof RunCommand)
                .forEach(each -> each.setEndOfOptionsDelimiter("\0")); // its "--" takes the rest
        commandLine.setExitCodeExceptionMapper(_ -> ExitCode.BUG.number());
        return commandLine;
    }
}
