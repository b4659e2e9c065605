package dev.proa.runtime;

import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.profile.Profile;
import dev.proa.supervisor.SidecarPhase;
import dev.proa.supervisor.Supervisor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Restarts what somebody works on when its files change; one that was stopped stays so. */
final class DevWatch implements AutoCloseable {
    private final Stages.Context run;
    private final Supervisor supervisor;
    private final SidecarControl sidecars;
    private final Consumer<Problem> problems;
    private Optional<FileWatch> watch = Optional.empty(); // guarded by this
    private boolean closed; // guarded by this

    DevWatch(
            Stages.Context run,
            Supervisor supervisor,
            SidecarControl sidecars,
            Consumer<Problem> problems) {
        this.run = run;
        this.supervisor = supervisor;
        this.sidecars = sidecars;
        this.problems = problems;
    }

    /** Watches the files of a mode's sidecars, and no others from now on. */
    synchronized void follow(Profile profile) {
        leave();
        if (closed || !run.setting().watch()) {
            return;
        }
        try {
            watch = Optional.of(FileWatch.start(files(profile), new Restarts(profile), run.time()));
        } catch (IOException e) {
            problems.accept(
                    new Problem(
                            Where.of("watch"),
                            "files cannot be watched here (" + e.getMessage() + ")",
                            "Restart sidecars with proa restart, or raise the system's limit"
                                    + " (fs.inotify.max_user_instances)"));
        }
    }

    private static List<WatchedFiles> files(Profile profile) {
        return profile.sidecars().stream()
                .filter(spec -> spec.watch().isPresent())
                .map(spec ->
                        new WatchedFiles(
                                spec.id(),
                                spec.watch().orElseThrow(),
                                profile.folder(),
                                profile.dataFolder()))
                .toList();
    }

    private final class Restarts implements FileWatch.Listener {
        private final Profile profile;

        Restarts(Profile profile) {
            this.profile = profile;
        }

        @Override
        public void changed(String sidecar, Path file) {
            boolean runs =
                    supervisor
                            .status(sidecar)
                            .filter(each -> each.state() != SidecarPhase.STOPPED)
                            .isPresent();
            if (runs) {
                var name = profile.folder().relativize(file).toString();
                run.setting().listener().fileChanged(sidecar, name);
                sidecars.tell(sidecar, SidecarControl.Wish.RESTART, name + " changed");
            }
        }

        @Override
        public void problem(Problem problem) {
            problems.accept(problem);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        leave();
    }

    private void leave() {
        try {
            if (watch.isPresent()) {
                watch.get().close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the watch of files was not given back", e);
        } finally {
            watch = Optional.empty();
        }
    }
}
