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

/** {@code proa events recalculate}. */
@Command(
        name = "recalculate",
        description =
                "Price the events of the running instance by the prices in force. A cost that a"
                        + " source gave stays what counts.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  proa events recalculate               all events",
            "  proa events recalculate --unpriced    only those without a cost"
        })
final class EventsRecalculateCommand implements Callable<Integer> {
    @Mixin private Target target = new Target();

    @Mixin private Json json = new Json();

    @Option(names = "--unpriced", description = "Leave alone what has a cost.")
    private boolean unpriced;

    @Spec private CommandSpec spec = CommandSpec.create();

    EventsRecalculateCommand() {}

    @Override
    public Integer call() throws IOException {
        var running = target.find(Surroundings.present());
        if (running.isEmpty()) {
            return NotRunning.say(spec.commandLine(), json.wanted);
        }
        var answer =
                EventAnswer.ask(
                        running.get(),
                        "POST",
                        "/api/costs/recalculate" + (unpriced ? "?unpriced=true" : ""));
        var counts = EventAnswer.good(spec, answer);
        if (json.wanted) {
            spec.commandLine().getOut().println(answer.body().strip());
        } else {
            spec.commandLine()
                    .getOut()
                    .printf(
                            Locale.ROOT,
                            "%s priced with the prices of %s: %,d changed, %,d with an unknown"
                                    + " cost.%n",
                            Count.of(counts.path("events").asLong(), "event"),
                            counts.path("version").asString(),
                            counts.path("changed").asLong(),
                            counts.path("unpriced").asLong());
        }
        return ExitCode.OK.number();
    }
}
