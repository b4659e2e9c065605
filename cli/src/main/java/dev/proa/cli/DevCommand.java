package dev.proa.cli;

import picocli.CommandLine.Command;

/** {@code proa dev}: as {@code run}, and changed files restart their sidecars. */
@Command(
        name = "dev",
        description =
                "Run an app while you work on it: as run, and a sidecar is restarted when a file of its watch.paths changes.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  proa dev .",
            "  proa dev examples/hello --window none     the options are those of run"
        })
final class DevCommand extends RunCommand {
    DevCommand() {}

    @Override
    boolean watching() {
        return true;
    }
}
