package dev.proa.profile;

import dev.proa.core.Where;
import dev.proa.profile.Node.Scalar;
import dev.proa.profile.Profile.Origin;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The values that can be set outside the manifest, in one order for all of them: flag, environment,
 * profile, manifest, default. An empty variable of the environment counts as not set.
 */
final class Settings {
    private static final Set<String> FLAGS =
            Set.of("port", "ingest-port", "data-dir", "profile", "mode");
    private static final String PAGE = "web";

    /** What the reference system calls its variables. */
    private static final Map<String, String> OLD_VARIABLES =
            Map.of(
                    "PROA_MODE", "APP_RUNTIME_MODE",
                    "PROA_PROFILE", "RUNTIME_PROFILE_PATH",
                    "PROA_DATA_DIR", "APP_DATA_DIR");

    private static final Pattern PORT = Pattern.compile("0|[1-9][0-9]{0,4}");

    private final Profile.Sources sources;
    private final Home home;
    private final Problems problems;

    Settings(Profile.Sources sources, Problems problems) {
        this.sources = sources;
        this.home = new Home(sources.home());
        this.problems = problems;
        for (var flag : sources.flags().keySet()) {
            if (!FLAGS.contains(flag)) {
                throw new IllegalArgumentException("no such flag: " + flag);
            }
        }
    }

    /** A value and where it came from. */
    record Chosen<T>(T value, Origin origin) {}

    /** A text that flag or environment gives. */
    private record Given(String text, Where where, Origin origin) {}

    private Optional<Given> given(String flag, String variable) {
        var byFlag = sources.flags().get(flag);
        if (byFlag != null) {
            var name = "--" + flag;
            return Optional.of(new Given(byFlag, Where.of(name), new Origin("flag", name, byFlag)));
        }
        return variable(variable)
                .or(() ->
                        Optional.ofNullable(OLD_VARIABLES.get(variable))
                                .flatMap(this::variable)
                                .map(old -> renamed(old, variable)));
    }

    private Optional<Given> variable(String name) {
        return Optional.ofNullable(sources.environment().get(name))
                .filter(v -> !v.isEmpty())
                .map(v ->
                        new Given(
                                v,
                                new Where("environment", 0, 0, "/" + name),
                                new Origin("environment", name, v)));
    }

    private Given renamed(Given old, String today) {
        problems.warn(old.where(), "this variable is now called " + today, "Set " + today);
        return old;
    }

    /** The gateway's port; 0 for any free one. The profile's {@code web} is the page's port. */
    Chosen<Integer> gatewayPort(ProfileFile profile, Collection<String> sidecars) {
        // Asked for also where the flag wins, so that it is not taken for the port of nothing.
        var noted = sidecars.contains(PAGE) ? Optional.<Scalar>empty() : profile.port(PAGE);
        return port("port", "")
                .or(() ->
                        noted.map(s -> Integer.parseInt(s.text()))
                                .map(port ->
                                        new Chosen<>(
                                                port,
                                                new Origin(
                                                        "profile", "local_ports." + PAGE, port))))
                .orElse(new Chosen<>(0, new Origin("default", "", 0)));
    }

    /** Where the profile says its backend is has to be where its mode has it. */
    void checkOrigin(ProfileFile profile, Chosen<String> mode, boolean remote) {
        boolean overridden = given("mode", "PROA_MODE").isPresent();
        profile.text("backend_origin")
                .filter(s -> !overridden && s.text().equals(remote ? "local" : "remote"))
                .ifPresent(s ->
                        problems.add(
                                s.where(),
                                "backend_origin is %s, and the mode %s has a %s backend"
                                        .formatted(
                                                s.text(),
                                                mode.value(),
                                                remote ? "remote" : "local"),
                                "Write %s, or choose another mode"
                                        .formatted(remote ? "remote" : "local")));
    }

    /** What is set and changes nothing is said. */
    void warnOfPorts(ProfileFile profile) {
        profile.unusedPorts()
                .forEach((name, where) ->
                        problems.warn(
                                where,
                                name + " is the port of nothing in this app",
                                "Remove it, or write the name of a sidecar with a port"));
    }

    /** The ingest's port if flag or environment sets it; the manifest must have an ingest. */
    Optional<Chosen<Integer>> ingestPort() {
        return port("ingest-port", "PROA_INGEST_PORT");
    }

    /** Whether a flag sets the ingest's port, so that an app without ingest is a contradiction. */
    void refuseIngestFlag() {
        if (sources.flags().containsKey("ingest-port")) {
            problems.add(
                    Where.of("--ingest-port"),
                    "the manifest has no ingest",
                    "Leave the flag out, or add ingest to proa.yaml");
        }
    }

    private Optional<Chosen<Integer>> port(String flag, String variable) {
        return given(flag, variable)
                .flatMap(g -> {
                    var text = g.text();
                    if (PORT.matcher(text).matches() && Integer.parseInt(text) <= 65_535) {
                        int port = Integer.parseInt(text);
                        var from = new Origin(g.origin().layer(), g.origin().name(), port);
                        return Optional.of(new Chosen<>(port, from));
                    }
                    problems.add(
                            g.where(),
                            Quoted.of(text) + " is not a port",
                            "Write a number from 1 to 65535, or 0 for any free one");
                    return Optional.empty();
                });
    }

    /** The data folder without regard to the profile, which may lie in it. */
    Optional<Chosen<Path>> dataFolder(Optional<String> appId) {
        var given = given("data-dir", "PROA_DATA_DIR");
        if (given.isPresent()) {
            return folder(given.get(), Path.of("").toAbsolutePath());
        }
        return appId.map(id -> {
            var folder = dataHome().resolve("proa").resolve(id);
            return new Chosen<>(folder, new Origin("default", "", folder.toString()));
        });
    }

    /** The data folder; a relative one of the profile is below the profile's own folder. */
    Optional<Chosen<Path>> dataFolder(Optional<String> appId, ProfileFile profile) {
        var set = profile.text("data_dir");
        var base = profile.path().map(Path::getParent);
        if (given("data-dir", "PROA_DATA_DIR").isPresent() || set.isEmpty() || base.isEmpty()) {
            return dataFolder(appId).filter(this::notAFile);
        }
        Scalar s = set.get();
        var origin = new Origin("profile", Expanded.place(s.where()), s.text());
        return folder(new Given(s.text(), s.where(), origin), base.get()).filter(this::notAFile);
    }

    private boolean notAFile(Chosen<Path> folder) {
        boolean fits = !Files.exists(folder.value()) || Files.isDirectory(folder.value());
        if (!fits) {
            problems.add(
                    Where.of(folder.value().toString()),
                    "the data folder is a file",
                    "Choose another with --data-dir");
        }
        return fits;
    }

    private Optional<Chosen<Path>> folder(Given g, Path base) {
        return path(g, base)
                .map(p ->
                        new Chosen<>(
                                p,
                                new Origin(g.origin().layer(), g.origin().name(), p.toString())));
    }

    private Optional<Path> path(Given g, Path base) {
        var expanded = home.expand(g.text());
        if (expanded.isBlank() || expanded.startsWith("~") || expanded.contains("${")) {
            problems.add(
                    g.where(),
                    Quoted.of(g.text()) + " is not a path that can be followed",
                    "Write an absolute path, or one that starts with ~/");
            return Optional.empty();
        }
        try {
            return Optional.of(base.resolve(expanded).normalize());
        } catch (InvalidPathException _) {
            problems.add(g.where(), Quoted.of(g.text()) + " is not a path", "Correct it");
            return Optional.empty();
        }
    }

    private Path dataHome() {
        var set = sources.environment().getOrDefault("XDG_DATA_HOME", "");
        // XDG Base Directory 0.8: a relative path is invalid and has to be ignored.
        return set.startsWith("/")
                ? Path.of(set)
                : home.folder().resolve(".local").resolve("share");
    }

    /** The mode of this run. */
    Chosen<String> mode(ProfileFile profile, Modes modes) {
        return given("mode", "PROA_MODE")
                .or(() ->
                        profile.text("mode")
                                .map(s ->
                                        new Given(
                                                s.text(),
                                                s.where(),
                                                new Origin(
                                                        "profile",
                                                        Expanded.place(s.where()),
                                                        s.text()))))
                .map(g -> {
                    var mode = modes.named(g.text(), g.where());
                    return new Chosen<>(
                            mode, new Origin(g.origin().layer(), g.origin().name(), mode));
                })
                .orElseGet(() -> new Chosen<>(modes.usual(), modes.origin()));
    }

    /** Finds and reads the profile: flag, environment, data folder, beside the manifest. */
    Chosen<ProfileFile> profile(
            Path folder, Optional<Path> dataFolder, Collection<String> sidecars) {
        var given = given("profile", "PROA_PROFILE");
        if (given.isPresent()) {
            var file = path(given.get(), Path.of("").toAbsolutePath());
            return file.map(f -> read(f, f.toString(), sidecars, given.get()))
                    .orElse(new Chosen<>(ProfileFile.unreadable(), given.get().origin()));
        }
        for (var place : List.of(dataFolder.orElse(folder), folder)) {
            var file = place.resolve(ProfileFile.NAME);
            // A link that leads nowhere is there too: its owner meant something by it.
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                var name = place.equals(folder) ? ProfileFile.NAME : file.toString();
                var origin = new Origin("default", "", file.toString());
                return new Chosen<>(ProfileFile.read(file, name, sidecars, problems), origin);
            }
        }
        return new Chosen<>(ProfileFile.none(), new Origin("default", "", ""));
    }

    private Chosen<ProfileFile> read(
            Path file, String name, Collection<String> sidecars, Given given) {
        var origin = new Origin(given.origin().layer(), given.origin().name(), file.toString());
        if (!Files.exists(file)) {
            problems.add(given.where(), "there is no " + file, "Give a file that exists, or none");
            return new Chosen<>(ProfileFile.unreadable(), origin);
        }
        return new Chosen<>(ProfileFile.read(file, name, sidecars, problems), origin);
    }
}
