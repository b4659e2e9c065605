package dev.proa.runtime;

import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.gateway.ChannelEvent;
import dev.proa.gateway.Gateway;
import dev.proa.profile.Profile;
import dev.proa.profile.SidecarSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * While somebody works on the page's folder: when its files have changed, and then no more for a
 * moment, what is served changes as a whole and the pages are told. What changes with the sidecars'
 * files is left to another listener.
 */
final class PageWatch implements FileWatch.Listener {
    /** Told to pages as an event of this type. */
    static final String CHANGED = "proa.page_changed";

    /** Stands where sidecars have their names, none of which has a slash. */
    private static final String PAGE = "/ui";

    /** A bundler empties its folder before it fills it again. */
    private static final Duration QUIET = Duration.ofMillis(250);

    private final Gateway gateway;
    private final Consumer<Problem> problems;
    private final FileWatch.Listener sidecars;

    PageWatch(Gateway gateway, Consumer<Problem> problems, FileWatch.Listener sidecars) {
        this.gateway = gateway;
        this.problems = problems;
        this.sidecars = sidecars;
    }

    /** Those of the page, if it is a folder. */
    static Optional<WatchedFiles> files(Profile profile) {
        return profile.ui() instanceof Profile.Ui.Folder folder
                ? Optional.of(
                        new WatchedFiles(
                                PAGE,
                                new SidecarSpec.Watch(List.of("**"), QUIET),
                                folder.dir(),
                                profile.dataFolder()))
                : Optional.empty();
    }

    @Override
    public void changed(String whose, Path file) {
        if (!whose.equals(PAGE)) {
            sidecars.changed(whose, file);
            return;
        }
        try {
            gateway.listPage();
        } catch (ProaException e) {
            // The page that was served goes on; the next change tries again.
            e.problems().forEach(problems);
            return;
        }
        gateway.channel()
                .publish(
                        List.of(
                                new ChannelEvent(
                                        Optional.empty(),
                                        Optional.empty(),
                                        CHANGED,
                                        "{}".getBytes(StandardCharsets.UTF_8))));
    }

    @Override
    public void problem(Problem problem) {
        sidecars.problem(problem);
    }
}
