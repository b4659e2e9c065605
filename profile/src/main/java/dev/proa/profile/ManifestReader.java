package dev.proa.profile;

import dev.proa.core.Where;
import dev.proa.profile.Node.Sequence;
import dev.proa.profile.Profile.App;
import dev.proa.profile.Profile.IngestAuth;
import dev.proa.profile.Profile.IngestSpec;
import dev.proa.profile.Profile.WindowSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads everything of {@code proa.yaml} but the sidecars. */
final class ManifestReader {
    private static final String IN_APP = "Write it below app";
    private static final String PER_INSTALLATION =
            "Write it in runtime-profile.json, it differs from one installation to the next";

    static final Keys MANIFEST =
            Keys.of(
                            "proa.yaml",
                            "proa",
                            "app",
                            "ui",
                            "backend",
                            "ingest",
                            "modes",
                            "secrets",
                            "sidecars",
                            "routes",
                            "gateway",
                            "window",
                            "stop")
                    .later("events", "tray", "hotkeys", "autostart", "deep_links", "updates")
                    .removed("id", IN_APP)
                    .removed("name", IN_APP)
                    .removed("version", IN_APP)
                    .removed("mode", PER_INSTALLATION)
                    .removed("backend_url", PER_INSTALLATION)
                    .removed("data_dir", PER_INSTALLATION)
                    .removed("local_ports", PER_INSTALLATION);
    static final Keys APP = Keys.of("app", "id", "name", "version", "icon");
    static final Keys INGEST = Keys.of("ingest", "port", "auth", "paths");
    static final Keys STOP = Keys.of("stop", "within");
    static final Keys WINDOW =
            Keys.of("window", "width", "height", "min_width", "min_height").later("close_to_tray");

    /** Two or more labels as in a domain name, reversed; it names folders, so no capitals. */
    static final Pattern APP_ID =
            Pattern.compile("(?=.{3,128}$)[a-z][a-z0-9]*(-[a-z0-9]+)*(\\.[a-z0-9]+(-[a-z0-9]+)*)+");

    private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}]{1,100}");

    /** Semantic Versioning 2.0.0, where the patch number may be missing. */
    private static final Pattern VERSION =
            Pattern.compile(
                    "(0|[1-9][0-9]*)(\\.(0|[1-9][0-9]*)){1,2}"
                            + "(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?"
                            + "(\\+[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?");

    private static final int LARGEST = 16_384;

    private final Reading reading;
    private final Problems problems;
    private final Path folder;

    ManifestReader(Reading reading, Path folder) {
        this.reading = reading;
        this.problems = reading.problems();
        this.folder = folder;
    }

    void format(Section root) {
        root.require(
                "proa",
                1,
                "proa: 1",
                n ->
                        reading.integer(n, 1, Integer.MAX_VALUE)
                                .filter(v -> {
                                    if (v != 1) {
                                        problems.add(
                                                n.where(),
                                                "format %d is not known".formatted(v),
                                                "Write proa: 1, or use a newer Proa");
                                    }
                                    return v == 1;
                                }));
    }

    App app(Section root) {
        var node = root.node("app");
        if (node.isEmpty()) {
            root.require(
                    "app",
                    "",
                    "app: {id: dev.example.app, name: Example, version: 1.0.0}",
                    _ -> Optional.empty());
            return new App("", "", "", Optional.empty());
        }
        var s = Section.of(reading, node.get(), APP);
        return new App(
                s.require(
                        "id",
                        "",
                        "id: dev.example.app",
                        n ->
                                reading.matching(
                                        n,
                                        APP_ID,
                                        "a reverse domain name in small letters",
                                        "dev.example.app")),
                s.require(
                        "name",
                        "",
                        "name: Example",
                        n ->
                                reading.matching(
                                        n, NAME, "a name of at most 100 characters", "Example")),
                s.require(
                        "version",
                        "",
                        "version: 1.0.0",
                        n -> reading.matching(n, VERSION, "a version", "1.0.0")),
                s.node("icon").flatMap(n -> reading.path(n, folder).filter(p -> isFile(n, p))));
    }

    /** How long the whole app may take to stop, if that is written. */
    Optional<Duration> stopWithin(Section root) {
        return root.part("stop", STOP)
                .node("within")
                .flatMap(n -> reading.duration(n, Duration.ofMillis(100), Duration.ofHours(1)));
    }

    private boolean isFile(Node node, Path path) {
        boolean fits = Files.isRegularFile(path);
        if (!fits) {
            problems.add(node.where(), "there is no file " + path, "Add it or correct the path");
        }
        return fits;
    }

    Optional<IngestSpec> ingest(Section root) {
        return root.node("ingest")
                .map(n -> Section.of(reading, n, INGEST))
                .map(s ->
                        new IngestSpec(
                                s.read("port", 0, n -> reading.integer(n, 0, 65_535)),
                                s.read(
                                        "auth",
                                        IngestAuth.SAME_USER,
                                        n -> reading.choice(n, auths())),
                                s.require(
                                        "paths", List.of(), "paths: [/api/events]", this::paths)));
    }

    private static Map<String, IngestAuth> auths() {
        Map<String, IngestAuth> auths = new LinkedHashMap<>();
        auths.put("same_user", IngestAuth.SAME_USER);
        auths.put("token", IngestAuth.TOKEN);
        return auths;
    }

    private Optional<List<String>> paths(Node node) {
        if (!(node instanceof Sequence list) || list.items().isEmpty()) {
            reading.wrong(node, "a list of paths", "Write [/api/events]");
            return Optional.empty();
        }
        List<String> paths = new ArrayList<>();
        for (var item : list.items()) {
            reading.text(item)
                    .filter(p -> Prefix.check(p, item.where(), problems))
                    .ifPresent(p -> {
                        if (paths.contains(p)) {
                            problems.add(item.where(), p + " is listed twice", "Remove one");
                        }
                        paths.add(p);
                    });
        }
        return Optional.of(paths);
    }

    WindowSpec window(Section root) {
        var s =
                root.node("window")
                        .map(n -> Section.of(reading, n, WINDOW))
                        .orElse(
                                Section.absent(
                                        reading, new Where("proa.yaml", 1, 1, "/window"), WINDOW));
        int width = size(s, "width", 1280);
        int height = size(s, "height", 860);
        return new WindowSpec(
                width,
                height,
                least(s, "min_width", 480, width),
                least(s, "min_height", 360, height));
    }

    private int size(Section s, String key, int usual) {
        return s.read(key, usual, n -> reading.integer(n, 100, LARGEST));
    }

    private int least(Section s, String key, int usual, int size) {
        int least = s.read(key, Math.min(usual, size), n -> reading.integer(n, 100, LARGEST));
        if (least > size) {
            s.node(key)
                    .ifPresent(n ->
                            problems.add(
                                    n.where(),
                                    "%d is more than the size of %d".formatted(least, size),
                                    "Write at most " + size));
        }
        return least;
    }
}
