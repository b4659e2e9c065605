package dev.proa.cli;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.profile.Profile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Makes the unit that does what a {@code proa run} was asked for, from anywhere. */
final class UnitOfRun {
    /** What a run looks at, and systemd's user manager may not have or have otherwise. */
    private static final List<String> ENVIRONMENT =
            List.of(
                    "PATH",
                    "LANG",
                    "LC_ALL",
                    "JAVA_HOME",
                    "PROA_JAVA_HOME",
                    "PROA_BROWSER",
                    "PROA_PROFILE",
                    "PROA_INGEST_PORT",
                    "XDG_DATA_HOME",
                    "XDG_STATE_HOME");

    private UnitOfRun() {}

    /**
     * @throws ProaException (64) if a value holds a line break, which a unit cannot express
     */
    static SystemdUnit of(
            Profile profile, Profile.Sources sources, Surroundings around, String window) {
        try {
            return new SystemdUnit(
                    profile.app().id(),
                    profile.app().name(),
                    profile.folder(),
                    words(profile, sources, around, window),
                    environment(around),
                    profile.stopWithin().orElseGet(() -> graces(profile)),
                    !window.equals("none"));
        } catch (IllegalArgumentException e) {
            throw new ProaException(
                    ExitCode.USAGE,
                    new Problem(
                            Where.of("--print-unit"),
                            "A folder, an option or a variable holds a line break",
                            "Use names without one"),
                    e);
        }
    }

    private static List<String> words(
            Profile profile, Profile.Sources sources, Surroundings around, String window) {
        var words =
                new ArrayList<>(
                        List.of(
                                OwnLauncher.path().toString(),
                                "run",
                                profile.folder().toString(),
                                "--data-dir",
                                profile.dataFolder().toString(),
                                "--window",
                                window));
        new TreeMap<>(sources.flags())
                .forEach((name, value) -> {
                    if (!name.equals("data-dir")) {
                        words.add("--" + name);
                        words.add(name.equals("profile") ? absolute(around, value) : value);
                    }
                });
        return words;
    }

    private static String absolute(Surroundings around, String path) {
        return around.workingFolder().resolve(Path.of(path)).normalize().toString();
    }

    private static SortedMap<String, String> environment(Surroundings around) {
        var kept = new TreeMap<String, String>();
        for (var name : ENVIRONMENT) {
            var value = around.environment().getOrDefault(name, "");
            if (!value.isEmpty()) {
                kept.put(name, name.equals("PROA_PROFILE") ? absolute(around, value) : value);
            }
        }
        return kept;
    }

    private static Duration graces(Profile profile) {
        return profile.sidecars().stream()
                .map(each -> each.stop().grace())
                .reduce(Duration.ZERO, Duration::plus);
    }
}
