package dev.proa.cli;

import dev.proa.core.ExitCode;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code proa events prune}. */
@Command(
        name = "prune",
        description =
                "Delete the events that have been kept as long as the settings say (retention);"
                        + " a running monitor does so by itself every hour.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  proa events prune --dry-run          what would be deleted",
            "  proa events prune"
        })
final class EventsPruneCommand implements Callable<Integer> {
    @Mixin private Target target = new Target();

    @Option(names = "--dry-run", description = "Count, and change nothing.")
    private boolean dryRun;

    @Mixin private Json json = new Json();

    @Spec private CommandSpec spec = CommandSpec.create();

    EventsPruneCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        var out = spec.commandLine().getOut();
        var around = Surroundings.present();
        var folder = target.logFolder(around);
        folder.ifPresent(EventStore::demand);
        var store = EventStore.of(target, around, spec.commandLine().getErr());
        if (store.isEmpty()) {
            return NotRunning.say(spec.commandLine(), json.wanted);
        }
        try (var log = store.get()) {
            var gone = EventStore.good(spec, log.prune("{\"dry_run\":" + dryRun + "}"));
            if (json.wanted) {
                out.println(gone);
                return ExitCode.OK.number();
            }
            for (var kind : gone.path("by_kind")) {
                out.printf(
                        Locale.ROOT,
                        "%-18s %,12d events %,15d bytes%n",
                        kind.path("event_type").asString(""),
                        kind.path("events").asLong(),
                        kind.path("bytes").asLong());
            }
            var events = gone.path("events").asLong();
            var oldest = gone.path("oldest_kept");
            out.println(
                    events == 0
                            ? "Nothing is old enough to be deleted."
                            : String.format(
                                    Locale.ROOT,
                                    "%s %s, about %,d bytes. %s.",
                                    dryRun ? "Would delete" : "Deleted",
                                    Count.of(events, "event"),
                                    gone.path("bytes").asLong(),
                                    oldest.isString()
                                            ? "The oldest that stays is of " + oldest.asString()
                                            : "None is left"));
            return ExitCode.OK.number();
        }
    }
}
