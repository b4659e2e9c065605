package dev.proa.runtime;

import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.WallTime;
import dev.proa.core.Where;
import dev.proa.journal.JournalReader;
import dev.proa.profile.Profile;
import dev.proa.profile.RemoteSpec;
import dev.proa.supervisor.PortHolder;
import dev.proa.supervisor.ProgramExamination;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** Looks for what keeps an app from working, without changing or starting anything. */
public final class AppExamination {
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(2);

    private AppExamination() {}

    /** What would keep its sidecars from being started: folders, programs, fixed ports. */
    public static List<Problem> sidecars(
            Profile profile, Map<String, String> environment, boolean running) {
        var examination = new ProgramExamination(profile.dataFolder(), environment);
        var found = new ArrayList<Problem>();
        for (var spec : profile.sidecars()) {
            found.addAll(examination.of(spec));
            if (!running) {
                examination
                        .fixedPort(spec)
                        .ifPresent(port ->
                                PortHolder.of(port)
                                        .ifPresent(holder ->
                                                found.add(
                                                        taken(spec.id(), port.number(), holder))));
            }
        }
        return found;
    }

    private static Problem taken(String sidecar, int port, String holder) {
        return new Problem(
                Where.of("proa.yaml /sidecars/" + sidecar + "/port"),
                "port " + port + " is taken by " + holder,
                "Stop that program, or write port: {strategy: assigned}");
    }

    /** Asks a backend elsewhere once; what is wrong if it does not give a good answer. */
    public static Optional<Problem> remote(RemoteSpec spec) {
        var once =
                new RemoteSpec(
                        spec.base(),
                        spec.probe(),
                        spec.every(),
                        spec.timeout(),
                        1,
                        spec.token(),
                        spec.ca());
        var asked = new CountDownLatch(1);
        try (var remote = new RemoteBackend(once, new WallTime(), _ -> asked.countDown()).start()) {
            asked.await(); // the probe has a time limit of its own
            return remote.refusal()
                    .map(why ->
                            new Problem(
                                    Where.of(spec.base().toString()),
                                    why,
                                    "Start it or see to the network; the app starts without it and"
                                            + " waits for it"));
        } catch (ProaException e) {
            return e.problems().stream().findFirst();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** What is wrong with a data folder that is there. */
    public static List<Problem> dataFolder(Path folder, Instant now) {
        var found = new ArrayList<Problem>();
        form(folder, found);
        for (var name : List.of("logs", "runtime")) {
            var part = folder.resolve(name);
            if (Files.exists(part) && (!Files.isDirectory(part) || !Files.isWritable(part))) {
                found.add(
                        new Problem(
                                Where.of(part.toString()),
                                Files.isDirectory(part)
                                        ? "it cannot be written by this user"
                                        : "it is no folder",
                                "Make it a folder of yours with rights 0700, or choose another data folder with --data-dir"));
            }
        }
        journal(folder.resolve("runtime").resolve("journal.jsonl"), now, found);
        return found;
    }

    private static void form(Path folder, List<Problem> found) {
        var file = folder.resolve("runtime").resolve("data-version");
        try {
            var text = Files.exists(file) ? Files.readString(file).strip() : "";
            if (!text.isEmpty() && newer(text)) {
                found.add(
                        new Problem(
                                Where.of(file.toString()),
                                "the data folder has version "
                                        + text
                                        + ", this Proa knows version "
                                        + DataForm.CURRENT,
                                "Start it with the newer Proa that wrote it, or choose another folder with --data-dir"));
            }
        } catch (IOException e) {
            found.add(unreadable(file, e));
        }
    }

    private static boolean newer(String text) {
        return !text.matches("\\d{1,9}") || Integer.parseInt(text) > DataForm.CURRENT;
    }

    private static void journal(Path file, Instant now, List<Problem> found) {
        var reader = new JournalReader(file);
        try {
            int damaged = reader.damaged();
            if (damaged > 0) {
                found.add(
                        new Problem(
                                Where.of(file.toString()),
                                damaged + " of its lines are damaged; the others can be read",
                                "See that the disk is sound; nothing needs to be mended in the file"));
            }
            for (var last : reader.newest(1)) {
                var ahead = Duration.between(now, last.at());
                if (ahead.compareTo(CLOCKS_DIFFER) > 0) {
                    found.add(
                            new Problem(
                                    Where.of("clock"),
                                    "the last entry of the journal is of %s, %d minutes from now"
                                            .formatted(last.at(), ahead.toMinutes()),
                                    "Set the clock of this machine"));
                }
            }
        } catch (IOException e) {
            found.add(unreadable(file, e));
        }
    }

    private static Problem unreadable(Path file, IOException cause) {
        return new Problem(
                Where.of(file.toString()),
                "it cannot be read: " + cause.getMessage(),
                "Make it readable for you, or see that its disk is there");
    }
}
