package dev.proa.profile;

import dev.proa.profile.Node.Mapping;
import dev.proa.profile.Node.Sequence;
import dev.proa.profile.Profile.Ui;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads {@code ui}. */
final class UiReader {
    static final Keys UI = Keys.of("ui", "dir", "spa", "csp", "first_script", "sidecar", "dev");
    private static final List<String> KINDS = List.of("dir", "sidecar", "dev");
    private static final List<String> OF_FOLDERS = List.of("spa", "csp", "first_script");

    /** Content Security Policy Level 3, section 6: the directives that take sources. */
    static final List<String> DIRECTIVES =
            List.of(
                    "base-uri",
                    "child-src",
                    "connect-src",
                    "default-src",
                    "font-src",
                    "form-action",
                    "frame-ancestors",
                    "frame-src",
                    "img-src",
                    "manifest-src",
                    "media-src",
                    "object-src",
                    "script-src",
                    "script-src-attr",
                    "script-src-elem",
                    "style-src",
                    "style-src-attr",
                    "style-src-elem",
                    "worker-src");

    /** What can stand between the blanks of a directive. */
    private static final Pattern SOURCE = Pattern.compile("[!-+\\--:<-~]{1,500}");

    /** Only this machine; a page from elsewhere would not be the app's. */
    private static final Pattern DEV =
            Pattern.compile("http://(127\\.0\\.0\\.1|localhost|\\[::1])(:([1-9][0-9]{0,4}))?/?");

    private static final Pattern SCRIPT =
            Pattern.compile("[A-Za-z0-9_~-][A-Za-z0-9._~-]*(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*");

    private final Reading reading;
    private final Problems problems;
    private final Roster roster;
    private final Modes modes;
    private final Path folder;

    UiReader(Reading reading, Roster roster, Modes modes, Path folder) {
        this.reading = reading;
        this.problems = reading.problems();
        this.roster = roster;
        this.modes = modes;
        this.folder = folder;
    }

    Ui read(Section root) {
        var node = root.node("ui");
        if (node.isEmpty()) {
            if (!root.written("ui")) {
                reading.byDefault("/ui", "none");
            }
            return new Ui.None();
        }
        var s = Section.of(reading, node.get(), UI);
        var kinds = KINDS.stream().filter(s::written).toList();
        if (s.readable() && kinds.size() != 1) {
            problems.add(
                    s.where(),
                    kinds.isEmpty()
                            ? "neither dir nor sidecar is given"
                            : String.join(" and ", kinds) + " stand side by side",
                    kinds.isEmpty() ? "Write dir: FOLDER or sidecar: ID" : "Keep one of them");
        }
        if (kinds.contains("dir")) {
            return folder(s);
        }
        OF_FOLDERS.forEach(key -> s.refuse(key, "has no meaning without dir", "Remove it"));
        Optional<Ui> other =
                kinds.contains("sidecar")
                        ? s.node("sidecar").flatMap(this::sidecar)
                        : s.node("dev").flatMap(this::dev);
        return other.orElse(new Ui.None());
    }

    private Ui folder(Section s) {
        var dir = s.node("dir").flatMap(n -> reading.path(n, folder).filter(p -> isPage(n, p)));
        boolean spa = s.read("spa", false, reading::flag);
        var csp = s.node("csp").map(this::csp).orElseGet(TreeMap::new);
        var script = s.node("first_script").flatMap(n -> script(n, dir));
        return dir.<Ui>map(d -> new Ui.Folder(d, spa, csp, script)).orElse(new Ui.None());
    }

    private Optional<Ui> sidecar(Node node) {
        return reading.text(node)
                .filter(id -> roster.reachable(id, node.where(), problems))
                .filter(id -> runsAlways(id, node))
                .map(Ui.FromSidecar::new);
    }

    private boolean runsAlways(String id, Node node) {
        var without = modes.ids().stream().filter(m -> !roster.runsIn(id, m)).findFirst();
        without.ifPresent(m ->
                problems.add(
                        node.where(),
                        "there is no page in the mode %s, in which %s does not run"
                                .formatted(m, Quoted.of(id)),
                        "Add %s to its modes, or give the page by dir".formatted(m)));
        return without.isEmpty();
    }

    private Optional<Ui> dev(Node node) {
        return reading.matching(node, DEV, "an address of this machine", "http://127.0.0.1:5173")
                .filter(text -> {
                    var match = DEV.matcher(text);
                    boolean fits =
                            match.matches()
                                    && (match.group(3) == null
                                            || Integer.parseInt(match.group(3)) <= 65_535);
                    if (!fits) {
                        problems.add(
                                node.where(),
                                "a port has at most the number 65535",
                                "Correct the port");
                    }
                    return fits;
                })
                .map(text -> new Ui.DevServer(URI.create(text.replaceFirst("/$", ""))));
    }

    private boolean isPage(Node node, Path dir) {
        if (!Files.isDirectory(dir)) {
            problems.add(
                    node.where(),
                    dir + (Files.exists(dir) ? " is not a folder" : " does not exist"),
                    "Build the page or correct the path");
            return false;
        }
        boolean index = Files.isRegularFile(dir.resolve("index.html"));
        if (!index) {
            problems.add(
                    node.where(), dir + " has no index.html", "Build the page or correct the path");
        }
        return index;
    }

    private Optional<String> script(Node node, Optional<Path> dir) {
        return reading.matching(node, SCRIPT, "a file below ui.dir", "boot.js")
                .filter(name -> {
                    boolean there = dir.isEmpty() || Files.isRegularFile(dir.get().resolve(name));
                    if (!there) {
                        problems.add(
                                node.where(),
                                "there is no file " + dir.orElseThrow().resolve(name),
                                "Add it or correct the path");
                    }
                    return there;
                });
    }

    private SortedMap<String, List<String>> csp(Node node) {
        SortedMap<String, List<String>> additions = new TreeMap<>();
        if (!(node instanceof Mapping mapping)) {
            reading.wrong(
                    node, "a mapping of directives", "Write {connect-src: [\"https://HOST\"]}");
            return additions;
        }
        for (var e : mapping.entries()) {
            if (!DIRECTIVES.contains(e.name())) {
                problems.add(
                        e.named(),
                        Quoted.of(e.name()) + " is not a directive that takes sources",
                        Guess.closest(e.name(), DIRECTIVES)
                                .map(g -> "Write " + g)
                                .orElse("Write one like connect-src"));
            }
            additions.put(e.name(), sources(e.value()));
        }
        return additions;
    }

    private List<String> sources(Node node) {
        List<String> sources = new ArrayList<>();
        if (!(node instanceof Sequence list) || list.items().isEmpty()) {
            reading.wrong(node, "a list of sources", "Write [\"https://HOST\"]");
            return sources;
        }
        for (var item : list.items()) {
            reading.matching(item, SOURCE, "one source", "https://api.example")
                    .ifPresent(sources::add);
        }
        return List.copyOf(sources);
    }
}
