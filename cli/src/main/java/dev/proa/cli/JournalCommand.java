package dev.proa.cli;

import dev.proa.core.ExitCode;
import dev.proa.journal.JournalEntry;
import dev.proa.journal.JournalReader;
import dev.proa.runtime.InstanceFile;
import dev.proa.runtime.RunningInstance;
import dev.proa.runtime.StopRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
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
import picocli.CommandLine.Spec;

/** {@code proa journal}. */
@Command(
        name = "journal",
        description = "Print what the runtime did, oldest first, also when nothing runs.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  proa journal                          the newest entries",
            "  proa journal --follow --level warn    troubles, as they come",
            "  proa journal --since 1h --sidecar api --json",
            "  proa journal examples/hello --kind sidecar_exited --kind problem_found"
        })
final class JournalCommand implements Callable<Integer> {
    private static final int USUAL = 200;
    private static final int MOST = 1_000_000;
    private static final int PAGE = 10_000;

    @Mixin private Target target = new Target();

    @Option(
            names = {"-n", "--limit"},
            paramLabel = "N",
            description = "How many at most (default 200; with --since or --after, all).")
    @Nullable
    private Integer limit;

    @Option(
            names = "--after",
            paramLabel = "SEQ",
            description = "Only entries with a higher number, beginning with the next one.")
    @Nullable
    private Long after;

    @Mixin private Since since = new Since();

    @Option(
            names = "--level",
            paramLabel = "L",
            description = "Only what matters that much or more: info, warn or error.")
    @Nullable
    private String level;

    @Option(
            names = "--kind",
            paramLabel = "EVENT",
            description = "Only events of this kind; may be given more than once.")
    private List<String> kinds = new ArrayList<>();

    @Option(
            names = "--sidecar",
            paramLabel = "ID",
            description = "Only what concerns this sidecar.")
    @Nullable
    private String sidecar;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with new ones, until Ctrl-C.")
    private boolean follow;

    @Mixin private Json json = new Json();

    @Spec private CommandSpec spec = CommandSpec.create();

    private final StopRequest stop = new StopRequest();
    private long seen; // the number of the last entry that was looked at

    JournalCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        var wanted = filter();
        int most = most();
        var around = Surroundings.present();
        var folder = target.dataFolder(around);
        if (folder.isEmpty() || !Files.exists(file(folder.get()))) {
            // DIR may run with another data folder than its usual one.
            var running = target.find(around).map(RunningInstance::dataFolder);
            folder = running.isPresent() ? running : folder;
        }
        if (folder.isEmpty()) {
            return NotRunning.say(spec.commandLine(), json.wanted);
        }
        if (follow) {
            Signals.to(stop);
        }
        var reader = new JournalReader(file(folder.get()), InstanceFile.redaction(folder.get()));
        print(first(reader, wanted, most));
        if (follow) {
            follow(reader, wanted);
        }
        return ExitCode.OK.number();
    }

    private static Path file(Path dataFolder) {
        return dataFolder.resolve("runtime").resolve("journal.jsonl");
    }

    /** What is to be shown of entries. */
    private record Filter(
            JournalEntry.Level least,
            List<String> kinds,
            Optional<String> sidecar,
            Optional<Instant> since) {
        boolean takes(JournalEntry entry) {
            return entry.level().compareTo(least) >= 0
                    && (kinds.isEmpty() || kinds.contains(entry.event()))
                    && sidecar.filter(id -> !id.equals(entry.json().path("sidecar").asString("")))
                            .isEmpty()
                    && since.filter(from -> entry.at().isBefore(from)).isEmpty();
        }
    }

    private Filter filter() {
        return new Filter(least(), kinds, Optional.ofNullable(sidecar), since.time());
    }

    private JournalEntry.Level least() {
        var word = level == null ? "info" : level.toLowerCase(Locale.ROOT);
        for (var each : JournalEntry.Level.values()) {
            if (each.word().equals(word)) {
                return each;
            }
        }
        throw WrongOption.of(
                "--level", "\"" + level + "\" is no level", "Write info, warn or error");
    }

    private int most() {
        if (after != null && after < 0) {
            throw WrongOption.of("--after", after + " is no number of an entry", "Write 0 or more");
        }
        if (limit == null) {
            return !since.given() && after == null ? USUAL : MOST;
        }
        Count.atLeastOne("--limit", limit);
        return limit;
    }

    /** After a number the first ones that fit, else the last ones. */
    private List<JournalEntry> first(JournalReader reader, Filter wanted, int most)
            throws IOException {
        var found = new ArrayDeque<JournalEntry>();
        seen = after == null ? 0 : after;
        for (var page = reader.after(seen, PAGE);
                !page.isEmpty();
                page = reader.after(seen, PAGE)) {
            for (var entry : page) {
                seen = entry.seq();
                if (wanted.takes(entry)) {
                    found.addLast(entry);
                }
                if (after != null && found.size() == most) {
                    return List.copyOf(found);
                }
                if (found.size() > most) {
                    found.removeFirst();
                }
            }
        }
        return List.copyOf(found);
    }

    private void follow(JournalReader reader, Filter wanted)
            throws IOException, InterruptedException {
        var mark = "";
        while (!stop.asked() && !spec.commandLine().getOut().checkError()) {
            var now = reader.mark();
            if (now.equals(mark)) {
                TimeUnit.MILLISECONDS.sleep(100);
                continue;
            }
            mark = now;
            for (var page = reader.after(seen, PAGE);
                    !page.isEmpty();
                    page = reader.after(seen, PAGE)) {
                seen = page.getLast().seq();
                print(page.stream().filter(wanted::takes).toList());
            }
        }
    }

    private void print(List<JournalEntry> entries) {
        var out = spec.commandLine().getOut();
        for (var entry : entries) {
            out.println(
                    json.wanted
                            ? entry.json().toString()
                            : JournalText.of(entry, ZoneId.systemDefault()));
        }
        out.flush();
    }
}
