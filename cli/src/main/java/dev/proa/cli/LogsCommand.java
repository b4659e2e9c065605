package dev.proa.cli;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.runtime.InstanceFile;
import dev.proa.runtime.LogReader;
import dev.proa.runtime.RunningInstance;
import dev.proa.runtime.StopRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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

/** {@code proa logs}. */
@Command(
        name = "logs",
        description = "Print what sidecars wrote, also when nothing runs.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  proa logs                        the last lines of every sidecar, by time",
            "  proa logs api --follow           one sidecar, as it goes on",
            "  proa logs --since 10m --times    what came in the last ten minutes, and when",
            "  proa logs examples/hello api     of that app, running or not"
        })
final class LogsCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "[DIR] [SIDECAR]",
            arity = "0..2",
            description = "The app's folder (one with a proa.yaml), and the sidecar's name.")
    private List<String> words = new ArrayList<>();

    @Option(
            names = "--data-dir",
            paramLabel = "D",
            description = "The data folder of the instance.")
    @Nullable
    private Path dataDir;

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "N",
            description =
                    "How many last lines of each sidecar (default 200; with --since, all since then).")
    @Nullable
    private Integer lines;

    @Mixin private Since since = new Since();

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with what is written, until Ctrl-C.")
    private boolean follow;

    @Option(
            names = {"-t", "--times"},
            description = "Show when each line came, in UTC.")
    private boolean times;

    @Mixin private Json json = new Json();

    @Spec private CommandSpec spec = CommandSpec.create();

    private final StopRequest stop = new StopRequest();

    LogsCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        var from = since.time();
        long most = most(from);
        var around = Surroundings.present();
        var target = new Target();
        target.dataDir = dataDir;
        var names = new ArrayList<>(words);
        if (!names.isEmpty()
                && Files.exists(
                        around.workingFolder().resolve(names.getFirst()).resolve("proa.yaml"))) {
            target.dir = Path.of(names.removeFirst());
        }
        if (names.size() > 1) {
            throw WrongOption.of(
                    "proa logs", "Two sidecars were named: " + names, "Name one, or none for all");
        }
        Optional<Path> folder = target.dataFolder(around);
        if (folder.isEmpty()) {
            folder = target.find(around).map(RunningInstance::dataFolder);
        }
        if (folder.isEmpty()) {
            return NotRunning.say(spec.commandLine(), json.wanted);
        }
        if (follow) {
            Signals.to(stop);
        }
        try (var logs = new MergedLogs()) {
            open(logs, folder.get(), names.stream().findFirst(), most, from);
            print(logs, folder.get(), names.isEmpty());
        }
        return ExitCode.OK.number();
    }

    private long most(Optional<Instant> from) {
        if (lines == null) {
            return from.isPresent() ? Long.MAX_VALUE : 200;
        }
        Count.atLeastOne("--lines", lines);
        if (lines > LogReader.MOST_LINES) {
            throw WrongOption.of(
                    "--lines",
                    lines + " is too many",
                    "Write at most " + LogReader.MOST_LINES + ", or --since for all since then");
        }
        return lines;
    }

    private static void open(
            MergedLogs logs,
            Path dataFolder,
            Optional<String> only,
            long most,
            Optional<Instant> from)
            throws IOException {
        var all = LogReader.in(dataFolder);
        if (only.isPresent() && !all.contains(only.get())) {
            throw new ProaException(
                    ExitCode.UNAVAILABLE,
                    new Problem(
                            Where.of(dataFolder.resolve("logs").toString()),
                            "There is no log of a sidecar called " + only.get(),
                            all.isEmpty()
                                    ? "Start the app; there are no logs yet"
                                    : "Name one of these: " + String.join(", ", all)));
        }
        var redaction = InstanceFile.redaction(dataFolder);
        var usual = LogReader.ofSidecars(dataFolder);
        for (var name : only.map(List::of).orElse(usual)) {
            var reader = new LogReader(dataFolder, name, redaction);
            logs.add(name, reader);
            reader.begin(most, from);
        }
    }

    private void print(MergedLogs logs, Path dataFolder, boolean all)
            throws IOException, InterruptedException {
        var out = spec.commandLine().getOut();
        var form = new LogForm(json.wanted, times, logs.names().size() > 1);
        int rounds = 0;
        while (!out.checkError()) {
            for (var line = logs.next(!follow); line.isPresent(); line = logs.next(!follow)) {
                out.println(form.of(line.get()));
                if (stop.asked()) {
                    break;
                }
            }
            out.flush();
            if (!follow || stop.asked()) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(100);
            if (all && ++rounds % 10 == 0 && join(logs, dataFolder)) {
                form = new LogForm(json.wanted, times, logs.names().size() > 1);
            }
        }
    }

    /** Takes in sidecars that have begun to write; whether there were any. */
    private static boolean join(MergedLogs logs, Path dataFolder) throws IOException {
        var fresh = new ArrayList<>(LogReader.ofSidecars(dataFolder));
        fresh.removeAll(logs.names());
        for (var name : fresh) {
            logs.add(name, new LogReader(dataFolder, name, InstanceFile.redaction(dataFolder)));
        }
        return !fresh.isEmpty();
    }
}
