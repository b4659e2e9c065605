package dev.proa.profile;

import dev.proa.core.ProaException;
import dev.proa.core.Secret;
import dev.proa.core.Where;
import dev.proa.profile.Node.Kind;
import dev.proa.profile.Node.Mapping;
import dev.proa.profile.Node.Scalar;
import dev.proa.profile.Profile.IngestSpec;
import dev.proa.profile.Profile.Sources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Turns a folder with {@code proa.yaml}, the installation's {@code runtime-profile.json}, the
 * environment and the flags into one {@link Profile}, or into every reason it cannot.
 */
public final class ProfileLoader {
    /** The manifest's name, in the app's folder and in problems. */
    public static final String MANIFEST = "proa.yaml";

    private static final Pattern SIDECAR_ID = Pattern.compile("[a-z0-9][a-z0-9_-]{0,39}");

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

    private Profile load() {
        var folder = folder();
        problems.raise();
        var tree =
                SourceText.read(folder.resolve(MANIFEST), MANIFEST, problems)
                        .flatMap(text -> YamlTree.parse(MANIFEST, text, problems));
        var gatewayPort = settings.gatewayPort();
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
        return manifest(root, folder, modes, roster, file, appId, gatewayPort);
    }

    private Profile manifest(
            Mapping root,
            Path folder,
            Modes modes,
            Roster roster,
            Settings.Chosen<ProfileFile> file,
            Optional<String> appId,
            Settings.Chosen<Integer> gatewayPort) {
        var data = settings.dataFolder(appId, file.value());
        var mode = settings.mode(file.value(), modes);
        var secrets =
                new Secrets(
                        root.entry("secrets").map(Node.Entry::value),
                        sources.environment(),
                        folder,
                        problems);
        var reading = reading(file.value(), mode.value(), secrets);
        secrets.check(reading);
        var section = Section.of(reading, root, ManifestReader.MANIFEST);
        var manifest = new ManifestReader(reading, folder);
        manifest.format(section);
        var app = manifest.app(section);
        var remote = remote(modes, mode.value(), reading, folder);
        var ui = new UiReader(reading, roster, modes, folder).read(section);
        var backend = manifest.backend(section);
        var ingest = ingest(manifest.ingest(section), reading);
        var sidecars = sidecars(section, reading, roster, mode.value(), folder);
        var stopWithin = manifest.stopWithin(section);
        var routes = new RouteReader(reading, roster, modes, mode.value()).read(section);
        var gateway = new GatewayReader(reading, folder).read(section);
        var window = manifest.window(section);
        new FixedPorts(problems)
                .check(gatewayPort.value(), ingest.map(IngestSpec::port), root, sidecars);
        refuseServedData(ui, data);
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
                backend,
                ingest,
                sidecars,
                stopWithin,
                remote,
                routes,
                window,
                file.value().installation(),
                List.copyOf(secrets.used()),
                problems.warnings(),
                reading.origins());
    }

    private Reading reading(ProfileFile file, String mode, Secrets secrets) {
        var source =
                new Expansion.SecretSource() {
                    private final Reading plain =
                            new Reading(
                                    problems,
                                    new Expansion(
                                            sources.environment(),
                                            file,
                                            home,
                                            problems,
                                            mode,
                                            this),
                                    home);

                    @Override
                    public Set<String> names() {
                        return secrets.names();
                    }

                    @Override
                    public Optional<Secret> value(String name) {
                        return secrets.value(name, plain);
                    }
                };
        return new Reading(
                problems,
                new Expansion(sources.environment(), file, home, problems, mode, source),
                home);
    }

    /** The backend of the mode; those of the others are looked at too. */
    private static Optional<RemoteSpec> remote(
            Modes modes, String mode, Reading reading, Path folder) {
        Optional<RemoteSpec> remote = Optional.empty();
        for (var e : modes.written().entrySet()) {
            boolean chosen = e.getKey().equals(mode);
            var spec =
                    new ModeReader(chosen ? reading : reading.lenient(), folder).read(e.getValue());
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

    private List<SidecarSpec> sidecars(
            Section root, Reading reading, Roster roster, String mode, Path folder) {
        var node = root.node("sidecars");
        var order = new Order();
        Map<String, SidecarSpec> specs = new LinkedHashMap<>();
        if (node.isPresent() && node.get() instanceof Mapping mapping) {
            var here = reader(reading, roster, order, folder);
            var elsewhere = reader(reading.lenient(), roster, order, folder);
            for (var e : mapping.entries()) {
                checkId(e);
                var reader = roster.runsIn(e.name(), mode) ? here : elsewhere;
                reader.read(e.name(), e.value()).ifPresent(s -> specs.put(e.name(), s));
            }
            here.check(List.copyOf(specs.values()));
            elsewhere.check(List.copyOf(specs.values()));
        } else {
            node.ifPresent(
                    n -> reading.wrong(n, "a mapping of sidecars", "Write NAME: {command: [...]}"));
        }
        order.reportCircles(problems);
        var ids = problems.any() ? specs.keySet() : order.sorted();
        return ids.stream()
                .filter(id -> roster.runsIn(id, mode))
                .map(new HashMap<>(specs)::get)
                .toList();
    }

    private SidecarReader reader(Reading reading, Roster roster, Order order, Path folder) {
        var commands = new CommandReader(reading, roster, sources.environment());
        return new SidecarReader(reading, roster, order, commands, folder);
    }

    private void checkId(Node.Entry sidecar) {
        if (!SIDECAR_ID.matcher(sidecar.name()).matches()) {
            problems.add(
                    sidecar.named(),
                    Quoted.of(sidecar.name()) + " is not a sidecar's name",
                    "Use up to 40 small letters, digits, - and _");
        } else if (sidecar.name().equals(RouteReader.REMOTE)) {
            problems.add(
                    sidecar.named(),
                    "remote is the name of a mode's backend",
                    "Choose another name");
        }
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
