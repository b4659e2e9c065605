package dev.proa.cli;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.profile.Profile;
import dev.proa.profile.ProfileLoader;
import dev.proa.runtime.RunningInstance;
import dev.proa.runtime.StateFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which instance a command means: {@code --data-dir}, else DIR, else the only one running. */
final class Target {
    @Parameters(
            paramLabel = "DIR",
            arity = "0..1",
            description = "The app's folder, where its proa.yaml is.")
    @Nullable Path dir;

    @Option(
            names = "--data-dir",
            paramLabel = "D",
            description = "The data folder of the instance.")
    @Nullable Path dataDir;

    Target() {}

    /** For a command whose own argument takes the place of DIR. */
    static Target of(@Nullable Path dir, @Nullable Path dataDir) {
        var target = new Target();
        target.dir = dir;
        target.dataDir = dataDir;
        return target;
    }

    /** The data folder that is meant, if the arguments tell. */
    Optional<Path> dataFolder(Surroundings around) {
        if (dataDir != null) {
            return Optional.of(around.workingFolder().resolve(dataDir).normalize());
        }
        return Optional.ofNullable(dir).map(folder -> app(around, folder).dataFolder());
    }

    /**
     * The instance that is meant; empty if it does not run.
     *
     * @throws ProaException (64) with a list if several run and none is named
     */
    Optional<RunningInstance> find(Surroundings around) throws IOException {
        var folder = dataFolder(around);
        var named =
                folder.isPresent()
                        ? RunningInstance.in(folder.get())
                        : Optional.<RunningInstance>empty();
        if (named.isPresent() || dataDir != null) {
            return named;
        }
        // DIR names an app; it may run with another data folder than its usual one.
        var app = Optional.ofNullable(dir).map(each -> app(around, each).appId());
        var running =
                RunningInstance.all(StateFolder.of(around.environment(), around.home())).stream()
                        .filter(each -> app.isEmpty() || app.get().equals(each.file().appId()))
                        .toList();
        if (running.size() > 1) {
            throw new ProaException(
                    ExitCode.USAGE,
                    new Problem(
                            Where.of("proa"),
                            "Several instances run: "
                                    + running.stream()
                                            .map(each ->
                                                    each.file().appId()
                                                            + " (pid "
                                                            + each.file().pid()
                                                            + ", "
                                                            + each.dataFolder()
                                                            + ")")
                                            .collect(Collectors.joining("; ")),
                            "Name one with --data-dir or its DIR"));
        }
        return running.stream().findFirst();
    }

    /** The data folder of the instance that runs, else the one that is named. */
    Optional<Path> logFolder(Surroundings around) throws IOException {
        return find(around).map(RunningInstance::dataFolder).or(() -> dataFolder(around));
    }

    /** What runs is found also when its files cannot be used any more. */
    private static ProfileLoader.Whereabouts app(Surroundings around, Path folder) {
        var sources =
                new Profile.Sources(
                        around.workingFolder().resolve(folder).normalize(),
                        new HashMap<>(),
                        around.environment(),
                        around.home());
        return ProfileLoader.whereabouts(sources)
                .orElseGet(() -> {
                    var profile = ProfileLoader.load(sources);
                    return new ProfileLoader.Whereabouts(profile.app().id(), profile.dataFolder());
                });
    }
}
