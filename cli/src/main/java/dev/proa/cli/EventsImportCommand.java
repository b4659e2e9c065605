package dev.proa.cli;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code proa events import}. */
@Command(
        name = "import",
        description = {
            "Take in histories that agents keep on disk, events as lines of JSON, or the database"
                    + " of another agent monitor.",
            "What was taken in is not taken in again; Ctrl-C stops, and the next import goes on"
                    + " from there."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  proa events import                        everything of Claude Code and Codex",
            "  proa events import claude --dry-run       only count",
            "  proa events import codex --from 2026-02-01 --to 2026-02-28",
            "  proa events import events.ndjson          what proa events export has written",
            "  proa events import ~/.agentmonitor/agentmonitor.db --data-dir /tmp/d"
        })
final class EventsImportCommand implements Callable<Integer> {
    private static final List<String> AGENTS = List.of("all", "claude", "codex");

    @Parameters(
            paramLabel = "WHAT",
            arity = "0..1",
            defaultValue = "all",
            description = "claude, codex, all (the usual), or a file.")
    private String what = "all";

    @Mixin private TargetOptions options = new TargetOptions();

    @Option(
            names = "--dir",
            paramLabel = "D",
            description = "Read this folder instead of the agent's own.")
    private @Nullable Path folder;

    @Option(
            names = "--from",
            paramLabel = "T",
            description = "Only what happened since then: 2026-02-01, or with time and zone.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "T", description = "Only what happened until then.")
    private @Nullable String to;

    @Option(names = "--dry-run", description = "Count, and change nothing.")
    private boolean dryRun;

    @Option(names = "--force", description = "Read again what was read before.")
    private boolean force;

    @Mixin private Json json = new Json();

    @Spec private CommandSpec spec = CommandSpec.create();

    EventsImportCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        var around = Surroundings.present();
        if (!AGENTS.contains(what)) {
            refuseUnreadable(around.workingFolder().resolve(what).normalize());
        }
        var target = options.target();
        var err = spec.commandLine().getErr();
        var store =
                dryRun ? EventStore.asked(target, around, err) : EventStore.of(target, around, err);
        if (store.isEmpty()) {
            return NotRunning.say(spec.commandLine(), json.wanted);
        }
        try (var log = store.get()) {
            var job = EventStore.good(spec, log.startImport(wish(around).toString()));
            var id = job.path("id").asLong();
            var stop = new Thread(() -> stop(log, id), "proa-import-stop");
            Runtime.getRuntime().addShutdownHook(stop);
            try {
                job = followed(log, id);
            } finally {
                forget(stop);
            }
            return tell(job);
        }
    }

    private static void refuseUnreadable(Path file) {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new ProaException(
                    ExitCode.UNAVAILABLE,
                    new Problem(
                            Where.of(file.toString()),
                            Files.exists(file)
                                    ? "it is no file that this user may read"
                                    : "there is no such file",
                            "Name claude, codex, all, or a file that can be read"));
        }
    }

    private static void forget(Thread stop) {
        try {
            Runtime.getRuntime().removeShutdownHook(stop);
        } catch (IllegalStateException e) {
            return; // the process is ending, and the hook runs
        }
    }

    private static void stop(EventStore log, long id) {
        log.cancelImport(id);
        log.close();
    }

    private ObjectNode wish(Surroundings around) {
        var wish = JsonNodeFactory.instance.objectNode();
        if (AGENTS.contains(what)) {
            wish.put("source", what);
        } else {
            wish.put("file", around.workingFolder().resolve(what).normalize().toString());
        }
        if (folder != null) {
            wish.put("dir", around.workingFolder().resolve(folder).normalize().toString());
        }
        if (from != null) {
            wish.put("from", from);
        }
        if (to != null) {
            wish.put("to", to);
        }
        return wish.put("dry_run", dryRun).put("force", force);
    }

    /** The job when it has ended. */
    private JsonNode followed(EventStore log, long id) throws InterruptedException {
        var progress = new ImportBar(spec.commandLine().getErr(), !json.wanted && terminal());
        while (true) {
            for (var job : EventStore.good(spec, log.imports()).path("jobs")) {
                if (job.path("id").asLong() == id) {
                    if (!job.path("state").asString("").equals("running")) {
                        progress.end();
                        return job;
                    }
                    progress.show(job);
                }
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    private static boolean terminal() {
        return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    }

    private int tell(JsonNode job) {
        var out = spec.commandLine().getOut();
        if (json.wanted) {
            out.println(job);
        } else {
            print(out, job);
        }
        return (job.path("state").asString("").equals("failed") ? ExitCode.TRY_LATER : ExitCode.OK)
                .number();
    }

    private String summary(JsonNode job) {
        if (job.path("files").asLong() == 0) {
            return "No history was found to take in.";
        }
        var skipped = job.path("skipped").size();
        return "%s %s of %s; %s there already%s."
                .formatted(
                        dryRun ? "Would import" : "Imported",
                        Count.of(job.path("events").asLong(), "event"),
                        Count.of(job.path("files_done").asLong(), "file"),
                        String.format(Locale.ROOT, "%,d were", job.path("duplicates").asLong()),
                        skipped == 0 ? "" : "; " + Count.of(skipped, "place") + " skipped");
    }

    private void print(PrintWriter out, JsonNode job) {
        for (var skipped : job.path("skipped")) {
            var line = skipped.path("line");
            spec.commandLine()
                    .getErr()
                    .printf(
                            "%s%s: %s%n",
                            skipped.path("file").asString(""),
                            line.isNull() ? "" : ":" + line,
                            skipped.path("what").asString(""));
        }
        out.println(summary(job));
        for (var count : job.path("counts").properties()) {
            out.printf(
                    Locale.ROOT,
                    "%-14s read %,d, log before %,d, after %,d%n",
                    count.getKey(),
                    count.getValue().path("read").asLong(),
                    count.getValue().path("before").asLong(),
                    count.getValue().path("after").asLong());
        }
        switch (job.path("state").asString("")) {
            case "cancelled" -> out.println("It was stopped; the next import goes on from there.");
            case "failed" -> spec.commandLine().getErr().println(job.path("problem").asString(""));
            default -> {}
        }
    }
}
