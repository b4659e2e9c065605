package dev.proa.profile;

import dev.proa.core.ProaException;
import dev.proa.core.Where;
import dev.proa.profile.Node.Kind;
import dev.proa.profile.Node.Mapping;
import dev.proa.profile.Node.Scalar;
import dev.proa.profile.Profile.IngestSpec;
import dev.proa.profile.Profile.Sources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Turns a folder with {@code proa.yaml}, the installation's {@code runtime-profile.json}, the
 * environment and the flags into one {@link Profile}, or into every reason it cannot.
 */
public final class ProfileLoader {
    /** The manifest's name, in the app's folder and in problems. */
    public static final String MANIFEST = "proa.yaml";

    private final Problems problems = new Problems();
    private final Sources sources;
    private final Settings settings;
    private final Home home;

    private ProfileLoader(Sources sources) {
        this.sources = sources;
        this.settings = new Settings(sources, problems);
        this.home = new Home(sources.home());
    }

    /**
     * Loads and checks everything; nothing is started, written or created.
     *
     * @param sources {@code folder} is the app's folder (or its {@code proa.yaml}), a relative one
     *     is below the current folder; {@code flags} go by {@code port}, {@code ingest-port},
     *     {@code data-dir}, {@code profile}, {@code mode}
     * @throws ProaException with {@code BAD_CONFIG} and all problems, ordered by file and place
     * @throws IllegalArgumentException if a flag has another name
     */
    public static Profile load(Sources sources) {
        return new ProfileLoader(sources).load();
    }

    /** Which app it is, and where its data lie. */
    public record Whereabouts(String appId, Path dataFolder) {}

    /**
     * What an app's files still tell when they cannot be used, so that what runs of it is found;
     * empty if they do not say which app it is.
     *
     * @param sources as for {@link #load}
     */
    public static Optional<Whereabouts> whereabouts(Sources sources) {
        var loader = new ProfileLoader(sources);
        var folder = loader.folder();
        return SourceText.read(folder.resolve(MANIFEST), MANIFEST, loader.problems)
                .flatMap(text -> YamlTree.parse(MANIFEST, text, loader.problems))
                .flatMap(tree -> tree instanceof Mapping root ? appId(root) : Optional.empty())
                .flatMap(id -> loader.whereabouts(id, folder));
    }

    private Optional<Whereabouts> whereabouts(String id, Path folder) {
        var early = settings.dataFolder(Optional.of(id)).map(Settings.Chosen::value);
        var file = settings.profile(folder, early, List.of());
        return settings.dataFolder(Optional.of(id), file.value())
                .map(data -> new Whereabouts(id, data.value()));
    }

    private Profile load() {
        var folder = folder();
        problems.raise();
        var tree =
                SourceText.read(folder.resolve(MANIFEST), MANIFEST, problems)
                        .flatMap(text -> YamlTree.parse(MANIFEST, text, problems));
        if (!(tree.orElse(null) instanceof Mapping root)) {
            tree.ifPresent(t ->
                    problems.add(
                            t.where(),
                            t.inWords() + " stands where a mapping belongs",
                            "Write proa: 1, app: and the rest as key: value lines"));
            problems.raise();
            throw new IllegalStateException("a manifest was not read, and no reason is known");
        }
        var modes = new Modes(root.entry("modes").map(Node.Entry::value), problems);
        var roster = new Roster(root.entry("sidecars").map(Node.Entry::value), modes.ids());
        var appId = appId(root);
        var early = settings.dataFolder(appId);
        var file = settings.profile(folder, early.map(Settings.Chosen::value), roster.ids());
        return manifest(root, folder, modes, roster, file, appId);
    }

    private Profile manifest(
            Mapping root,
            Path folder,
            Modes modes,
            Roster roster,
            Settings.Chosen<ProfileFile> file,
            Optional<String> appId) {
        var data = settings.dataFolder(appId, file.value());
        var mode = settings.mode(file.value(), modes);
        var gatewayPort = settings.gatewayPort(file.value(), roster.ids());
        var secrets =
                new Secrets(
                        root.entry("secrets").map(Node.Entry::value),
                        sources.environment(),
                        folder,
                        problems);
        var reading =
                new Reading(
                        problems,
                        new Expansion(
                                sources.environment(),
                                file.value(),
                                home,
                                problems,
                                mode.value(),
                                secrets),
                        home);
        secrets.read(reading);
        var section = Section.of(reading, root, ManifestReader.MANIFEST);
        var manifest = new ManifestReader(reading, folder);
        manifest.format(section);
        var app = manifest.app(section);
        var remote = remote(modes, mode.value(), reading, file.value(), folder);
        var ui = new UiReader(reading, roster, modes, folder).read(section);
        var backend = new BackendReader(reading).read(section, file.value());
        var ingest = ingest(manifest.ingest(section), reading);
        var sidecars =
                new SidecarsReader(reading, roster, sources.environment(), file.value(), folder)
                        .read(section, mode.value());
        var stopWithin = manifest.stopWithin(section);
        var routes = new RouteReader(reading, roster, modes, mode.value()).read(section);
        var gateway = new GatewayReader(reading, folder).read(section);
        var window = manifest.window(section);
        new FixedPorts(problems)
                .check(gatewayPort.value(), ingest.map(IngestSpec::port), root, sidecars);
        refuseServedData(ui, data);
        settings.checkOrigin(file.value(), mode, remote.isPresent());
        settings.warnOfPorts(file.value());
        problems.raise();
        var dataFolder = data.orElseThrow();
        noteSettings(reading, gatewayPort, mode, dataFolder, file);
        return new Profile(
                folder,
                app,
                mode.value(),
                modes.specs(),
                dataFolder.value(),
                gatewayPort.value(),
                gateway,
                ui,
                backend.embedded(),
                backend.settings(),
                ingest,
                sidecars,
                stopWithin,
                remote,
                routes,
                window,
                file.value().installation(),
                secrets.used(),
                problems.warnings(),
                reading.origins());
    }

    /** The backend of the mode; those of the others are looked at too. */
    private static Optional<RemoteSpec> remote(
            Modes modes, String mode, Reading reading, ProfileFile file, Path folder) {
        Optional<RemoteSpec> remote = Optional.empty();
        for (var e : modes.written().entrySet()) {
            boolean chosen = e.getKey().equals(mode);
            var url = chosen ? file.text("backend_url") : Optional.<Scalar>empty();
            var reader = new ModeReader(chosen ? reading : reading.lenient(), folder, url);
            var spec = reader.read(e.getValue());
            remote = chosen ? spec : remote;
        }
        return remote;
    }

    /** What has no place in the manifest gets a pointer all the same. */
    private static void noteSettings(
            Reading reading,
            Settings.Chosen<Integer> gatewayPort,
            Settings.Chosen<String> mode,
            Settings.Chosen<Path> dataFolder,
            Settings.Chosen<ProfileFile> file) {
        reading.note("/port", gatewayPort.origin());
        reading.note("/mode", mode.origin());
        reading.note("/data_dir", dataFolder.origin());
        file.value().path().ifPresent(_ -> reading.note("/profile", file.origin()));
    }

    private Path folder() {
        var given = sources.folder().toAbsolutePath().normalize();
        var name = given.getFileName();
        boolean manifest =
                name != null && name.toString().equals(MANIFEST) && Files.isRegularFile(given);
        var parent = given.getParent();
        var folder = manifest && parent != null ? parent : given;
        var where = Where.of(given.toString());
        if (!Files.exists(folder)) {
            problems.add(where, "there is no such folder", "Give the folder with " + MANIFEST);
        } else if (!Files.isDirectory(folder)) {
            problems.add(where, "this is not a folder", "Give the folder with " + MANIFEST);
        } else if (!Files.exists(folder.resolve(MANIFEST))) {
            var other =
                    List.of("proa.yml", "proa.json", "Proa.yaml").stream()
                            .filter(n -> Files.exists(folder.resolve(n)))
                            .findFirst();
            problems.add(
                    where,
                    "there is no " + MANIFEST + " in this folder",
                    other.map(n -> "Rename " + n + " to " + MANIFEST)
                            .orElse("Give the folder that has one, or write one"));
        }
        return folder;
    }

    /** The app's id if it is valid, before anything is replaced: it leads to the profile. */
    private static Optional<String> appId(Mapping root) {
        return root.entry("app")
                .map(Node.Entry::value)
                .filter(Mapping.class::isInstance)
                .flatMap(app -> ((Mapping) app).entry("id"))
                .map(Node.Entry::value)
                .filter(id -> id instanceof Scalar s && s.kind() == Kind.TEXT)
                .map(id -> ((Scalar) id).text())
                .filter(id -> ManifestReader.APP_ID.matcher(id).matches());
    }

    private Optional<IngestSpec> ingest(Optional<IngestSpec> written, Reading reading) {
        var chosen = settings.ingestPort();
        if (written.isEmpty()) {
            settings.refuseIngestFlag();
            return written;
        }
        chosen.ifPresent(c -> reading.note("/ingest/port", c.origin()));
        return written.map(w ->
                new IngestSpec(
                        chosen.map(Settings.Chosen::value).orElse(w.port()), w.auth(), w.paths()));
    }

    /** What lies below the page's folder is served to everyone with the page. */
    private void refuseServedData(Profile.Ui ui, Optional<Settings.Chosen<Path>> data) {
        if (ui instanceof Profile.Ui.Folder(Path dir, _, _, _)
                && data.isPresent()
                && data.get().value().startsWith(dir)) {
            problems.add(
                    Where.of(data.get().value().toString()),
                    "the data folder lies in the page's folder " + dir,
                    "Choose another with --data-dir");
        }
    }
}
