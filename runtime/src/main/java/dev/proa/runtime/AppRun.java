package dev.proa.runtime;

import dev.proa.core.ExitCode;
import dev.proa.core.InstanceId;
import dev.proa.core.MonotonicTime;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Redaction;
import dev.proa.core.Where;
import dev.proa.journal.JournalFile;
import dev.proa.journal.RuntimeEvent;
import dev.proa.profile.Profile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One run of one app: data folder, journal, sidecars, gateway, embedded backend and window, built
 * in this order and taken down in an order in which nothing outlives what it needs.
 */
public final class AppRun implements AutoCloseable {
    /**
     * How long a second start waits for a first one that holds the folder and does not answer yet.
     */
    private static final Duration FIRST_ANSWERS = Duration.ofSeconds(10);

    /** What comes of an attempt to start. */
    public sealed interface Start {
        /** It runs; the caller closes it. */
        record Running(AppRun run) implements Start {}

        /** Another instance holds the data folder and goes on. */
        record Second(RunningInstance first) implements Start {}
    }

    /**
     * What surrounds a run.
     *
     * @param sources what the profile was loaded from, so that it can be loaded again
     * @param build the folder of this build, with the native programs in {@code libexec}
     * @param version of Proa
     * @param watch whether changed files restart the sidecars whose {@code watch} names them
     * @param stop where wishes to end the run are collected
     */
    public record Setting(
            Profile.Sources sources,
            Path build,
            String version,
            WindowChoice window,
            boolean watch,
            StopRequest stop,
            RunListener listener) {
        Map<String, String> environment() {
            return sources.environment();
        }

        Path home() {
            return sources.home();
        }
    }

    private final DataFolder data;
    private final JournalFile journal;
    private final MonotonicTime time;
    private final Redaction redaction;
    private final Deque<AutoCloseable> parts =
            new ArrayDeque<>(); // the last one started is closed first
    private final AtomicBoolean closed = new AtomicBoolean();
    private Optional<Stages> stages = Optional.empty();

    private AppRun(DataFolder data, JournalFile journal, MonotonicTime time, Redaction redaction) {
        this.data = data;
        this.journal = journal;
        this.time = time;
        this.redaction = redaction;
    }

    /**
     * Starts {@code profile}, unless another instance runs in its data folder.
     *
     * @throws ProaException with all problems found; nothing is left running then
     */
    public static Start start(Profile profile, Setting setting) {
        var time = new MonotonicTime();
        var data = DataFolder.lock(profile.dataFolder());
        if (data.isEmpty()) {
            return new Start.Second(first(profile.dataFolder(), time));
        }
        try {
            var redaction = new Redaction();
            var journal =
                    JournalFile.open(
                            data.get().runtime().resolve("journal.jsonl"), time, redaction);
            var run = new AppRun(data.get(), journal, time, redaction);
            try {
                run.open(profile, setting);
                return new Start.Running(run);
            } catch (RuntimeException | IOException e) {
                run.closeAfter(e);
                throw e;
            }
        } catch (IOException e) {
            throw new ProaException(
                    ExitCode.CANNOT_CREATE,
                    new Problem(
                            Where.of(profile.dataFolder().toString()),
                            "The run could not be set up: " + e,
                            "See that the disk has room and the folder is writable for you"),
                    e);
        }
    }

    private static RunningInstance first(Path dataFolder, MonotonicTime time) {
        var deadline = time.instant().plus(FIRST_ANSWERS);
        while (time.instant().isBefore(deadline)) {
            try {
                var found = RunningInstance.in(dataFolder);
                if (found.isPresent()) {
                    return found.get();
                }
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            } catch (IOException e) {
                break;
            }
        }
        throw new ProaException(
                ExitCode.TRY_LATER,
                new Problem(
                        Where.of(dataFolder.toString()),
                        "Another instance holds the data folder and does not answer",
                        "Wait until it has started or stopped, or choose another folder with --data-dir"));
    }

    private void open(Profile profile, Setting setting) throws IOException {
        var startedAt = time.instant();
        var instance = InstanceId.random();
        var opened =
                new Stages(
                        new Stages.Context(
                                profile, setting, data, journal, redaction, time, instance,
                                startedAt),
                        parts);
        stages = Optional.of(opened);
        opened.start();
    }

    /**
     * Opens a window on the page, or raises the one that is open; false if this machine cannot show
     * one.
     */
    public boolean openWindow() {
        return stages.map(Stages::openWindow).orElse(false);
    }

    /**
     * The orderly stop: sidecars in reverse order, listeners, backend; returns when nothing of the
     * run is left.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        var began = time.instant();
        stages.ifPresent(Stages::stopping);
        var failures = closeParts();
        finish(began);
        if (failures != null) {
            throw failures;
        }
    }

    private void closeAfter(Exception cause) {
        closed.set(true);
        var failures = closeParts();
        if (failures != null) {
            cause.addSuppressed(failures);
        }
        finish(time.instant());
    }

    private @org.jspecify.annotations.Nullable IllegalStateException closeParts() {
        IllegalStateException failures = null;
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                if (failures == null) {
                    failures = new IllegalStateException("the run did not close cleanly");
                }
                failures.addSuppressed(e);
            }
        }
        return failures;
    }

    private void finish(Instant began) {
        journal.record(new RuntimeEvent.RuntimeStopped(Duration.between(began, time.instant())));
        journal.close();
        try {
            data.close();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the lock of " + data.path() + " could not be given back", e);
        }
    }

    /** Ends what {@link #close()} still waits for: every sidecar is killed at once. */
    public void closeNow() {
        stages.ifPresent(Stages::hurry);
    }
}
