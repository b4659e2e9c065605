package dev.proa.runtime;

import dev.proa.core.ExitCode;
import dev.proa.core.InstanceId;
import dev.proa.core.MonotonicTime;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Redaction;
import dev.proa.core.WallTime;
import dev.proa.core.Where;
import dev.proa.gateway.HandOver;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One run of one app: data folder, journal, sidecars, gateway, embedded backend and window, built
 * in this order and taken down in an order in which nothing outlives what it needs.
 */
public final class AppRun implements AutoCloseable {
    /** What comes of an attempt to start. */
    public sealed interface Start {
        /** It runs; the caller closes it. */
        record Running(AppRun run) implements Start {}

        /**
         * Another instance holds the data folder, goes on, and has taken what this one was told.
         */
        record Second(HandedOver to) implements Start {}
    }

    /**
     * What surrounds a run.
     *
     * @param sources what the profile was loaded from, so that it can be loaded again
     * @param build the folder of this build, with the native programs in {@code libexec}
     * @param version of Proa
     * @param watch whether changed files restart the sidecars whose {@code watch} names them
     * @param arguments what the run was told to open; the page gets them
     * @param workingFolder where relative names among the arguments start from; absolute
     * @param stop where wishes to end the run are collected
     */
    public record Setting(
            Profile.Sources sources,
            Path build,
            String version,
            WindowChoice window,
            boolean watch,
            List<String> arguments,
            Path workingFolder,
            StopRequest stop,
            RunListener listener) {
        public Setting {
            arguments = List.copyOf(arguments);
        }

        Map<String, String> environment() {
            return sources.environment();
        }

        Path home() {
            return sources.home();
        }

        HandOver handOver() {
            return new HandOver(arguments, workingFolder, window != WindowChoice.NONE);
        }
    }

    private final DataFolder data;
    private final SecondStarts seconds;
    private final JournalFile journal;
    private final MonotonicTime time;
    private final Redaction redaction;
    private final Deque<AutoCloseable> parts =
            new ArrayDeque<>(); // the last one started is closed first
    private final AtomicBoolean closed = new AtomicBoolean();
    private Optional<Stages> stages = Optional.empty();

    private AppRun(
            DataFolder data,
            SecondStarts seconds,
            JournalFile journal,
            MonotonicTime time,
            Redaction redaction) {
        this.data = data;
        this.seconds = seconds;
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
        var folder = profile.dataFolder();
        try (var first =
                new FirstInstance(folder, setting.handOver(), time, setting.listener()::waiting)) {
            while (true) {
                var data = DataFolder.lock(folder);
                if (data.isPresent()) {
                    first.gone();
                    return new Start.Running(begin(data.get(), profile, setting, time));
                }
                var taken = first.take();
                if (taken.isPresent()) {
                    return new Start.Second(taken.get());
                }
                first.pause();
            }
        }
    }

    /**
     * Gives what a start was told to the instance that runs in a data folder; empty if none does.
     * For a start that cannot become an instance itself, because its files cannot be used.
     *
     * @throws ProaException (64, 75) if that instance will not take it
     */
    public static Optional<HandedOver> handOver(
            Path dataFolder, List<String> arguments, Path workingFolder, WindowChoice window) {
        var told = new HandOver(arguments, workingFolder, window != WindowChoice.NONE);
        try (var first = new FirstInstance(dataFolder, told, new MonotonicTime(), _ -> {})) {
            return first.take();
        }
    }

    /** Begins a run in a folder that is locked; the lock is given back if that fails. */
    private static AppRun begin(
            DataFolder data, Profile profile, Setting setting, MonotonicTime time) {
        var seconds = SecondStarts.listen(data.runtime(), time);
        var unused = new ArrayDeque<AutoCloseable>(List.of(seconds, data));
        try {
            var migrated = data.bringToForm(setting.listener()::migrating);
            var redaction = new Redaction();
            var journal =
                    JournalFile.open(data.runtime().resolve("journal.jsonl"), time, redaction);
            migrated.ifPresent(journal::record);
            var run = new AppRun(data, seconds, journal, time, redaction);
            unused.clear();
            run.openOrClose(profile, setting);
            return run;
        } catch (IOException e) {
            throw new ProaException(
                    ExitCode.CANNOT_CREATE,
                    new Problem(
                            Where.of(profile.dataFolder().toString()),
                            "The run could not be set up: " + e,
                            "See that the disk has room and the folder is writable for you"),
                    e);
        } finally {
            closeAll(unused);
        }
    }

    private void openOrClose(Profile profile, Setting setting) throws IOException {
        try {
            open(profile, setting);
        } catch (RuntimeException | IOException e) {
            closeAfter(e);
            throw e;
        }
    }

    private void open(Profile profile, Setting setting) throws IOException {
        var startedAt = time.instant();
        var instance = InstanceId.random();
        var opened =
                new Stages(
                        new Stages.Context(
                                profile,
                                setting,
                                data,
                                new RunCounts(journal, time),
                                redaction,
                                time,
                                new WallTime(),
                                instance,
                                startedAt),
                        parts);
        stages = Optional.of(opened);
        seconds.problem().ifPresent(opened::problem);
        opened.start();
        seconds.running(setting.handOver(), opened.gateway(), opened::openWindow, journal);
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
        seconds.ending();
        stages.ifPresent(Stages::stopping);
        var failures = closeParts();
        finish(began);
        if (failures != null) {
            throw failures;
        }
    }

    private void closeAfter(Exception cause) {
        closed.set(true);
        seconds.ending();
        var failures = closeParts();
        if (failures != null) {
            cause.addSuppressed(failures);
        }
        finish(time.instant());
    }

    private @Nullable IllegalStateException closeParts() {
        return closeAll(parts);
    }

    private static @Nullable IllegalStateException closeAll(Deque<AutoCloseable> parts) {
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
        try (data) {
            seconds.close();
        } catch (IOException e) {
            throw new UncheckedIOException(data.path() + " could not be given back", e);
        }
    }

    /** Every method and path of the control surface. */
    SortedSet<String> controlOperations() {
        return stages.map(Stages::controlOperations).orElseGet(TreeSet::new);
    }

    /** Ends what {@link #close()} still waits for: every sidecar is killed at once. */
    public void closeNow() {
        stages.ifPresent(Stages::hurry);
    }
}
