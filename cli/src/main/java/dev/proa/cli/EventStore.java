package dev.proa.cli;

import dev.proa.core.AtomicFile;
import dev.proa.core.ExitCode;
import dev.proa.core.MonotonicTime;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.eventlog.Commit;
import dev.proa.eventlog.EventLog;
import dev.proa.eventlog.EventLogListener;
import dev.proa.eventlog.HistoryPlaces;
import dev.proa.eventlog.Housekeeping;
import dev.proa.eventlog.Imports;
import dev.proa.eventlog.Reply;
import dev.proa.eventlog.Settings;
import dev.proa.runtime.RunningInstance;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.JsonNode;

/** The event log of an instance that runs, or of a folder whose app does not run. */
interface EventStore extends AutoCloseable {
    /** A long log takes its time to be searched, priced or thinned out. */
    Duration PATIENCE = Duration.ofMinutes(30);

    String NAME_ONE = "Name the data folder of the agent monitor with --data-dir";

    /** The log that is meant; empty if nothing runs and no folder is named. */
    static Optional<EventStore> of(Target target, Surroundings around, PrintWriter err)
            throws IOException {
        var running = target.find(around);
        if (running.isPresent()) {
            return Optional.of(new Running(running.get()));
        }
        var folder = target.dataFolder(around);
        return folder.isEmpty()
                ? Optional.empty()
                : Optional.of(new Resting(own(folder.get()), around, err));
    }

    /** The same for who only asks: where there is no log, an empty one answers and goes again. */
    static Optional<EventStore> asked(Target target, Surroundings around, PrintWriter err)
            throws IOException {
        var folder = target.dataFolder(around);
        var absent = folder.isPresent() && !Files.exists(folder.get().resolve("events.db"));
        return absent && target.find(around).isEmpty()
                ? Optional.of(Resting.passing(around, err))
                : of(target, around, err);
    }

    private static Path own(Path folder) {
        try {
            return AtomicFile.ownFolder(folder);
        } catch (IOException e) {
            throw new ProaException(
                    ExitCode.CANNOT_CREATE,
                    new Problem(
                            Where.of(folder.toString()),
                            "the data folder cannot be made (%s)".formatted(reason(e)),
                            "Name another one with --data-dir"),
                    e);
        }
    }

    private static String reason(IOException failure) {
        return switch (failure) {
            case FileAlreadyExistsException _ -> "it is no folder, or lies below a file";
            case AccessDeniedException _ -> "this user may not write there";
            default -> String.valueOf(failure.getMessage());
        };
    }

    /**
     * Makes sure that a folder has a log to work with.
     *
     * @throws ProaException (69) if it has none
     */
    static void demand(Path folder) {
        demandFolder(folder);
        try {
            Files.readAttributes(folder.resolve("events.db"), BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            throw missing(folder, "there is no event log", NAME_ONE, e);
        } catch (IOException e) {
            throw missing(folder, "this user may not look into the folder", "Ask as its owner", e);
        }
    }

    /**
     * Makes sure that there is a folder.
     *
     * @throws ProaException (69) if there is none
     */
    static void demandFolder(Path folder) {
        try {
            if (!Files.readAttributes(folder, BasicFileAttributes.class).isDirectory()) {
                throw missing(folder, "this is no folder", NAME_ONE, null);
            }
        } catch (AccessDeniedException e) {
            throw missing(folder, "this user may not look for the folder", "Ask as its owner", e);
        } catch (IOException e) {
            throw missing(folder, "there is no event log, and no such folder", NAME_ONE, e);
        }
    }

    private static ProaException missing(
            Path folder, String what, String remedy, @Nullable IOException cause) {
        var problem = new Problem(Where.of(folder.toString()), what, remedy);
        return cause == null
                ? new ProaException(ExitCode.UNAVAILABLE, problem)
                : new ProaException(ExitCode.UNAVAILABLE, problem, cause);
    }

    Reply imports();

    Reply startImport(String wish);

    Reply cancelImport(long id);

    Reply prune(String wish) throws InterruptedException;

    @Override
    void close();

    /** What a good answer says; see {@link EventAnswer#good}. */
    static JsonNode good(CommandSpec command, Reply reply) {
        return EventAnswer.good(
                command, reply.status(), new String(reply.json(), StandardCharsets.UTF_8));
    }

    /** Asks the instance that has the log. */
    record Running(RunningInstance instance) implements EventStore {
        private Reply call(String method, String path, String body) {
            var answer = instance.call(method, path, body, PATIENCE);
            return new Reply(
                    answer.status(),
                    answer.body().getBytes(StandardCharsets.UTF_8),
                    Optional.empty());
        }

        @Override
        public Reply imports() {
            return call("GET", "/api/imports", "");
        }

        @Override
        public Reply startImport(String wish) {
            return call("POST", "/api/imports", wish);
        }

        @Override
        public Reply cancelImport(long id) {
            return call("POST", "/api/imports/" + id + "/cancel", "");
        }

        @Override
        public Reply prune(String wish) {
            return call("POST", "/api/prune", wish);
        }

        @Override
        public void close() {}
    }

    /** Has the log itself for as long as the command runs. */
    final class Resting implements EventStore, EventLogListener {
        private final PrintWriter err;
        private final EventLog log;
        private final Imports imports;
        private final Housekeeping housekeeping;
        private final Runnable afterwards;

        Resting(Path folder, Surroundings around, PrintWriter err) {
            this(folder, around, err, () -> {});
        }

        private Resting(Path folder, Surroundings around, PrintWriter err, Runnable afterwards) {
            this.err = err;
            this.afterwards = afterwards;
            var settings = Settings.open(folder, List.of());
            log = EventLog.open(folder, new MonotonicTime(), this, settings);
            var environment = new HashMap<>(around.environment());
            environment.put("HOME", around.home().toString());
            imports = new Imports(log, HistoryPlaces.of(environment), () -> Duration.ZERO, _ -> {});
            housekeeping = new Housekeeping(log, () -> settings.values().retention());
        }

        /** With a log that goes when it is closed. */
        static Resting passing(Surroundings around, PrintWriter err) throws IOException {
            var folder = Files.createTempDirectory("proa-events-");
            return new Resting(folder, around, err, () -> remove(folder));
        }

        private static void remove(Path folder) {
            try (var files = Files.list(folder)) {
                for (var file : files.toList()) {
                    Files.deleteIfExists(file);
                }
                Files.deleteIfExists(folder);
            } catch (IOException e) {
                return; // closed twice, or it stays where things are temporary
            }
        }

        @Override
        public Reply imports() {
            return imports.list();
        }

        @Override
        public Reply startImport(String wish) {
            return imports.start(wish.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public Reply cancelImport(long id) {
            return imports.cancel(Long.toString(id));
        }

        @Override
        public Reply prune(String wish) throws InterruptedException {
            return housekeeping.prune(wish.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void committed(Commit commit) {}

        @Override
        public void troubled(Problem problem) {
            err.println(problem);
        }

        @Override
        public void close() {
            imports.close();
            housekeeping.close();
            log.close();
            afterwards.run();
        }
    }
}
