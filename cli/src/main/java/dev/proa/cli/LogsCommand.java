package dev.proa.cli;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.runtime.LogReader;
import dev.proa.runtime.RunningInstance;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import tools.jackson.databind.node.JsonNodeFactory;

/** {@code proa logs}. */
@Command(
        name = "logs",
        description = "Print what sidecars wrote, also when nothing runs.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  proa logs                        the last lines of every sidecar",
            "  proa logs api --follow           one sidecar, as it goes on",
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
            defaultValue = "200",
            description = "How many last lines (default 200).")
    private int lines;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with what is written, until Ctrl-C.")
    private boolean follow;

    @Mixin private Json json = new Json();

    @Spec private CommandSpec spec = CommandSpec.create();

    LogsCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        Count.atLeastOne("--lines", lines);
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
            throw new ProaException(
                    ExitCode.USAGE,
                    new Problem(
                            Where.of("proa logs"),
                            "Two sidecars were named: " + names,
                            "Name one, or none for all"));
        }
        Optional<Path> folder = target.dataFolder(around);
        if (folder.isEmpty()) {
            folder = target.find(around).map(RunningInstance::dataFolder);
        }
        if (folder.isEmpty()) {
            return NotRunning.say(spec.commandLine(), json.wanted);
        }
        print(readers(folder.get(), names.stream().findFirst()));
        return ExitCode.OK.number();
    }

    private static Map<String, LogReader> readers(Path dataFolder, Optional<String> only)
            throws IOException {
        var readers = new LinkedHashMap<String, LogReader>();
        for (var file : LogReader.in(dataFolder)) {
            var name = file.getFileName().toString().replaceFirst("\\.log$", "");
            if (only.isEmpty() || only.get().equals(name)) {
                readers.put(name, new LogReader(file));
            }
        }
        if (readers.isEmpty() && only.isPresent()) {
            throw new ProaException(
                    ExitCode.UNAVAILABLE,
                    new Problem(
                            Where.of(dataFolder.resolve("logs").toString()),
                            "There is no log of a sidecar called " + only.get(),
                            "Name one of those that proa status or proa plan list"));
        }
        return readers;
    }

    private void print(Map<String, LogReader> readers) throws IOException, InterruptedException {
        var out = spec.commandLine().getOut();
        boolean prefix = readers.size() > 1;
        for (var reader : readers.entrySet()) {
            reader.getValue()
                    .last(lines)
                    .forEach(line -> print(out, prefix, reader.getKey(), line));
        }
        out.flush();
        while (follow && !out.checkError()) {
            for (var reader : readers.entrySet()) {
                reader.getValue().more().forEach(line -> print(out, prefix, reader.getKey(), line));
            }
            out.flush();
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private void print(PrintWriter out, boolean prefix, String sidecar, String line) {
        if (json.wanted) {
            out.println(
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("sidecar", sidecar)
                            .put("line", line));
        } else {
            out.println(prefix ? "%-12s | %s".formatted(sidecar, line) : line);
        }
    }
}
