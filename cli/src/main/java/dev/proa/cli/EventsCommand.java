package dev.proa.cli;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.runtime.RunningInstance;
import java.io.IOException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code proa events}. */
@Command(
        name = "events",
        description =
                "Print the newest events of the app's event log, oldest first, also when nothing runs.",
        subcommands = {
            EventsSearchCommand.class,
            EventsImportCommand.class,
            EventsExportCommand.class,
            EventsPruneCommand.class,
            EventsBackupCommand.class,
            EventsCostsCommand.class,
            EventsPricesCommand.class,
            EventsRecalculateCommand.class
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  proa events",
            "  proa events --limit 500 --json       one JSON object a line",
            "  proa events --follow                 as they arrive",
            "  proa events import                   take in what Claude Code and Codex have on disk",
            "  proa events export -o events.ndjson  every event as a line of JSON",
            "  proa events prune --dry-run          what retention would delete",
            "  proa events backup copy.db           copy the log while it is written"
        })
final class EventsCommand implements Callable<Integer> {
    private static final int PAGE = 1_000;

    @Mixin private Target target = new Target();

    @Mixin private Json json = new Json();

    @Option(
            names = {"-n", "--limit"},
            paramLabel = "N",
            defaultValue = "50",
            description = "How many (default 50).")
    private int limit;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with new ones, until Ctrl-C.")
    private boolean follow;

    @Spec private CommandSpec spec = CommandSpec.create();

    EventsCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        Count.atLeastOne("--limit", limit);
        var around = Surroundings.present();
        var running = target.find(around);
        if (running.isEmpty()) {
            var folder = target.dataFolder(around);
            if (folder.isEmpty()) {
                return NotRunning.say(spec.commandLine(), json.wanted);
            }
            print(StoredEvents.newest(folder.get(), limit));
            return ExitCode.OK.number();
        }
        long last = print(newest(running.get(), limit, 0));
        while (follow && !spec.commandLine().getOut().checkError()) {
            TimeUnit.MILLISECONDS.sleep(250);
            try {
                last = Math.max(last, print(after(running.get(), last)));
            } catch (ProaException e) {
                if (RunningInstance.in(running.get().dataFolder()).isPresent()) {
                    throw e;
                }
                spec.commandLine().getErr().println("The instance has ended.");
                return ExitCode.OK.number();
            }
        }
        return ExitCode.OK.number();
    }

    /** Every event above an id, oldest first, however many have come. */
    private List<JsonNode> after(RunningInstance instance, long last) {
        var fresh = new ArrayList<JsonNode>();
        boolean more = true;
        for (int offset = 0; more; offset += PAGE) {
            var page = newest(instance, PAGE, offset);
            var news = page.stream().filter(event -> event.path("id").asLong() > last).toList();
            fresh.addAll(0, news);
            more = news.size() == PAGE;
        }
        return fresh;
    }

    /** Oldest first. */
    private List<JsonNode> newest(RunningInstance instance, int limit, int offset) {
        var answer = instance.call("GET", "/api/events?limit=" + limit + "&offset=" + offset);
        var events = new ArrayList<JsonNode>();
        EventAnswer.good(spec, answer).path("events").forEach(events::add);
        Collections.reverse(events);
        return events;
    }

    /** Prints them and gives the highest id, 0 for none. */
    private long print(List<JsonNode> events) {
        var out = spec.commandLine().getOut();
        long last = 0;
        for (var event : events) {
            out.println(
                    json.wanted ? event.toString() : EventLine.of(event, ZoneId.systemDefault()));
            last = Math.max(last, event.path("id").asLong());
        }
        out.flush();
        return last;
    }
}
