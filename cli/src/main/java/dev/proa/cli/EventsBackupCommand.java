package dev.proa.cli;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.eventlog.StoredEventLog;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.JsonNodeFactory;

/** {@code proa events backup}. */
@Command(
        name = "backup",
        description =
                "Copy the event log as it is at one moment into one file, also while it is written."
                        + " To go back to it, stop the app and put it in the place of events.db.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  proa events backup monday.db", "  proa events backup /mnt/d/events.db --json"})
final class EventsBackupCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "The file to write; it must not exist.")
    private Path file = Path.of("");

    @Mixin private TargetOptions options = new TargetOptions();

    @Mixin private Json json = new Json();

    @Spec private CommandSpec spec = CommandSpec.create();

    EventsBackupCommand() {}

    @Override
    public Integer call() throws IOException {
        var around = Surroundings.present();
        var target = options.target();
        var folder = target.logFolder(around);
        if (folder.isEmpty()) {
            return NotRunning.say(spec.commandLine(), json.wanted);
        }
        EventStore.demand(folder.get());
        var to = around.workingFolder().resolve(file).normalize();
        try {
            new StoredEventLog(folder.get()).backup(to);
        } catch (FileAlreadyExistsException e) {
            throw unwritable(to, "it exists already", e);
        } catch (IOException e) {
            throw unwritable(to, String.valueOf(e.getMessage()), e);
        }
        var out = spec.commandLine().getOut();
        var bytes = Files.size(to);
        if (json.wanted) {
            out.println(
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("file", to.toString())
                            .put("bytes", bytes));
        } else {
            out.printf(Locale.ROOT, "Copied the event log into %s (%,d bytes)%n", to, bytes);
        }
        return ExitCode.OK.number();
    }

    private static ProaException unwritable(Path file, String because, IOException cause) {
        return new ProaException(
                ExitCode.CANNOT_CREATE,
                new Problem(
                        Where.of(file.toString()),
                        "The copy cannot be written there (" + because + ")",
                        "Name another file"),
                cause);
    }
}
