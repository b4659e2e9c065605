package dev.proa.cli;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.eventlog.StoredEventLog;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.JsonNodeFactory;

/** {@code proa events export}. */
@Command(
        name = "export",
        description =
                "Write events as lines of JSON, oldest first, also when nothing runs;"
                        + " proa events import takes them in again.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  proa events export > events.ndjson",
            "  proa events export -o february.ndjson --from 2026-02-01 --to 2026-02-28",
            "  proa events export --where agent_type=codex --where event_type=error"
        })
final class EventsExportCommand implements Callable<Integer> {
    @Mixin private Target target = new Target();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "The file to write; it must not exist (default: standard output).")
    private @Nullable Path output;

    @Option(
            names = "--from",
            paramLabel = "T",
            description = "Only what happened since then: 2026-02-01, or with time and zone.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "T", description = "Only what happened until then.")
    private @Nullable String to;

    @Option(
            names = "--where",
            paramLabel = "FIELD=VALUE",
            description =
                    "Only events with that: agent_type, event_type, session_id, project, branch,"
                            + " model, tool_name, source.")
    private Map<String, String> where = new HashMap<>();

    @Mixin private Json json = new Json();

    @Spec private CommandSpec spec = CommandSpec.create();

    EventsExportCommand() {}

    @Override
    public Integer call() throws IOException {
        refuseUnknown();
        var around = Surroundings.present();
        var folder = target.logFolder(around);
        if (folder.isEmpty()) {
            return NotRunning.say(spec.commandLine(), json.wanted);
        }
        EventStore.demand(folder.get());
        var chosen = new HashMap<>(where);
        if (from != null) {
            chosen.put("from", from);
        }
        if (to != null) {
            chosen.put("to", to);
        }
        var log = new StoredEventLog(folder.get());
        if (output == null) {
            print(log, chosen);
            return ExitCode.OK.number();
        }
        var file = around.workingFolder().resolve(output).normalize();
        var count = write(log, chosen, file);
        spec.commandLine()
                .getOut()
                .println(
                        json.wanted
                                ? JsonNodeFactory.instance
                                        .objectNode()
                                        .put("file", file.toString())
                                        .put("events", count)
                                : "Wrote " + Count.of(count, "event") + " into " + file);
        return ExitCode.OK.number();
    }

    private static long write(StoredEventLog log, Map<String, String> chosen, OutputStream out)
            throws IOException {
        return log.export(name -> Optional.ofNullable(chosen.get(name)), out);
    }

    private void refuseUnknown() {
        for (var name : where.keySet()) {
            if (!StoredEventLog.exportColumns().contains(name)) {
                throw WrongOption.of(
                        "--where",
                        "there is no field \"" + name + "\"",
                        "Write one of " + String.join(", ", StoredEventLog.exportColumns()));
            }
        }
    }

    private static void print(StoredEventLog log, Map<String, String> chosen) {
        // It is not closed: what goes wrong may have to be told on it.
        var out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 64 * 1024);
        try {
            write(log, chosen, out);
            out.flush();
        } catch (IOException e) {
            var because = String.valueOf(e.getMessage());
            if (!because.toLowerCase(Locale.ROOT).contains("broken pipe")) {
                throw unwritable(Path.of("/dev/stdout"), because, e);
            } // else the reader has seen enough, such as head(1)
        }
    }

    private static long write(StoredEventLog log, Map<String, String> chosen, Path file) {
        boolean done = false;
        try {
            Files.createFile(file);
            try (var out = new BufferedOutputStream(Files.newOutputStream(file), 64 * 1024)) {
                var count = write(log, chosen, out);
                done = true;
                return count;
            } finally {
                if (!done) {
                    Files.deleteIfExists(file); // half a file would look like a whole one
                }
            }
        } catch (FileAlreadyExistsException e) {
            throw unwritable(file, "it exists already", e);
        } catch (IOException e) {
            throw unwritable(file, String.valueOf(e.getMessage()), e);
        }
    }

    private static ProaException unwritable(Path file, String because, IOException cause) {
        return new ProaException(
                ExitCode.CANNOT_CREATE,
                new Problem(
                        Where.of(file.toString()),
                        "The events cannot be written there (" + because + ")",
                        "Name another file with -o"),
                cause);
    }
}
