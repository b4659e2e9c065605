package dev.proa.profile;

import dev.proa.core.Where;
import dev.proa.profile.Node.Kind;
import dev.proa.profile.Node.Mapping;
import dev.proa.profile.Node.Scalar;
import dev.proa.profile.Node.Sequence;
import dev.proa.profile.Profile.Installation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The file in which the user of one installation sets values: {@code runtime-profile.json}. One
 * wrong value is a problem of its own, never a reason to drop the others.
 */
final class ProfileFile {
    static final String NAME = "runtime-profile.json";

    static final Keys KEYS =
            Keys.of(
                            "the profile",
                            "mode",
                            "backend_url",
                            "backend_origin",
                            "data_dir",
                            "local_ports",
                            "llm_defaults",
                            "feature_flags",
                            BackendReader.PROFILE_KEY,
                            "$schema")
                    .renamed("runtime_mode", "mode")
                    .renamed("backend_base_url", "backend_url")
                    .renamed("app_data_dir", "data_dir")
                    .removed("ports", "Write local_ports: {\"ID\": PORT}")
                    .removed("sidecars", "Write it in proa.yaml, it belongs to the app");
    private static final List<String> USUAL_PORTS = List.of("web", "backend", "mongo");
    private static final Pattern PORT = Pattern.compile("[1-9][0-9]{0,4}");

    private final Optional<Path> path;
    private final Optional<Mapping> root;
    private final boolean broken;
    private final Set<String> used = new HashSet<>();

    private ProfileFile(Optional<Path> path, Optional<Mapping> root, boolean broken) {
        this.path = path;
        this.root = root;
        this.broken = broken;
    }

    /** What {@code ${profile...}} can stand for. */
    sealed interface Found {}

    record Value(String text) implements Found {}

    record Missing() implements Found {}

    /** A problem that is reported already. */
    record Reported() implements Found {}

    static ProfileFile none() {
        return new ProfileFile(Optional.empty(), Optional.empty(), false);
    }

    /** One that was asked for and could not be read, which is reported already. */
    static ProfileFile unreadable() {
        return new ProfileFile(Optional.empty(), Optional.empty(), true);
    }

    /** Reads and checks the file; {@code sidecars} may have a port in {@code local_ports}. */
    static ProfileFile read(
            Path path, String name, Collection<String> sidecars, Problems problems) {
        var tree =
                SourceText.read(path, name, problems)
                        .flatMap(text -> JsonTree.parse(name, text, problems));
        if (tree.isPresent() && tree.get() instanceof Mapping mapping) {
            var current = KEYS.check(mapping, problems);
            new Check(problems, sidecars).profile(current);
            return new ProfileFile(Optional.of(path), Optional.of(current), false);
        }
        tree.ifPresent(t ->
                problems.add(
                        t.where(),
                        t.inWords() + " stands where an object belongs",
                        "Write { \"mode\": \"local_fullstack\" }"));
        return new ProfileFile(Optional.of(path), Optional.empty(), true);
    }

    Optional<Path> path() {
        return path;
    }

    /** The text at the top-level {@code key}. */
    Optional<Scalar> text(String key) {
        return root.flatMap(r -> r.entry(key))
                .map(Node.Entry::value)
                .filter(v -> v instanceof Scalar s && s.kind() == Kind.TEXT)
                .map(Scalar.class::cast);
    }

    /** Whatever stands at the top-level {@code key}. */
    Optional<Node> node(String key) {
        return root.flatMap(r -> r.entry(key)).map(Node.Entry::value);
    }

    /** The port that is set for {@code name}, if it is one. */
    Optional<Scalar> port(String name) {
        return root.flatMap(r -> r.entry("local_ports"))
                .map(Node.Entry::value)
                .filter(Mapping.class::isInstance)
                .flatMap(ports -> ((Mapping) ports).entry(name))
                .map(Node.Entry::value)
                .filter(Check::isPort)
                .map(Scalar.class::cast)
                .map(port -> {
                    used.add("local_ports." + name);
                    return port;
                });
    }

    /** The ports that nothing asked for, by their full names. */
    Map<String, Where> unusedPorts() {
        Map<String, Where> unused = new LinkedHashMap<>();
        scalars("local_ports").forEach((name, s) -> unused.put("local_ports." + name, s.where()));
        unused.keySet().removeAll(used);
        return unused;
    }

    /** What is set for the app and not for Proa. */
    Installation installation() {
        SortedMap<String, Boolean> flags = new TreeMap<>();
        scalars("feature_flags").forEach((n, s) -> flags.put(n, Boolean.parseBoolean(s.text())));
        SortedMap<String, String> defaults = new TreeMap<>();
        scalars("llm_defaults").forEach((n, s) -> defaults.put(n, Shown.value(n, s.text())));
        return new Installation(flags, defaults);
    }

    /** The values below a key, by their names with dots between them. */
    private Map<String, Scalar> scalars(String key) {
        Map<String, Scalar> found = new LinkedHashMap<>();
        root.flatMap(r -> r.entry(key)).ifPresent(e -> collect("", e.value(), found));
        return found;
    }

    private static void collect(String name, Node node, Map<String, Scalar> found) {
        switch (node) {
            case Mapping m -> {
                for (var e : m.entries()) {
                    collect(name.isEmpty() ? e.name() : name + "." + e.name(), e.value(), found);
                }
            }
            case Sequence s -> {
                for (int i = 0; i < s.items().size(); i++) {
                    collect(name + "." + i, s.items().get(i), found);
                }
            }
            case Scalar s -> found.put(name, s);
        }
    }

    /** What stands at a path of names with dots between them. */
    Found find(String dotted, Where where, Problems problems) {
        used.add(dotted);
        var names = dotted.split("\\.", -1);
        if (!KEYS.now().contains(names[0])) {
            problems.add(
                    where,
                    Quoted.of(names[0]) + " is not a key of the profile",
                    Guess.closest(names[0], KEYS.now())
                            .map(g -> "Write ${profile." + g + "...}")
                            .orElse("Write one of " + String.join(", ", KEYS.now())));
            return new Reported();
        }
        if (broken) {
            return new Reported();
        }
        Optional<Node> at = root.map(Node.class::cast);
        for (var name : names) {
            at =
                    at.filter(Mapping.class::isInstance)
                            .flatMap(n -> ((Mapping) n).entry(name))
                            .map(Node.Entry::value);
        }
        return switch (at.orElse(null)) {
            case null -> new Missing();
            case Scalar s when s.kind() == Kind.NULL -> new Missing();
            case Scalar s -> new Value(s.text());
            case Node n -> {
                problems.add(
                        where,
                        "%s of the profile is %s".formatted(dotted, n.inWords()),
                        "Name one of the values in it");
                yield new Reported();
            }
        };
    }

    /** The checks of one file. */
    private record Check(Problems problems, Collection<String> sidecars) {
        void profile(Mapping root) {
            var checks =
                    Map.<String, java.util.function.Consumer<Node>>of(
                            "mode",
                            n -> text(n, "a mode"),
                            "backend_url",
                            this::url,
                            "$schema",
                            n -> text(n, "an address"),
                            "backend_origin",
                            this::origin,
                            "data_dir",
                            n -> text(n, "a folder"),
                            "local_ports",
                            this::ports,
                            "llm_defaults",
                            n -> object(n, "an object"),
                            "feature_flags",
                            this::flags,
                            BackendReader.PROFILE_KEY,
                            n -> object(n, "an object of settings"));
            for (var e : root.entries()) {
                Optional.ofNullable(checks.get(e.name())).ifPresent(c -> c.accept(e.value()));
            }
            noReferences(root);
        }

        private boolean text(Node node, String expected) {
            boolean fits = node instanceof Scalar s && s.kind() == Kind.TEXT;
            if (!fits) {
                wrong(node, expected, "Write a text in quotes");
            } else if (((Scalar) node).text().isBlank()) {
                problems.add(
                        node.where(), "the text is empty", "Write something, or remove the key");
                return false;
            }
            return fits;
        }

        private void url(Node node) {
            if (text(node, "a URL")) {
                Urls.parse(((Scalar) node).text())
                        .map(Urls::fault)
                        .or(() -> Optional.of("is not an address"))
                        .filter(fault -> !fault.isEmpty())
                        .ifPresent(fault ->
                                problems.add(
                                        node.where(),
                                        Quoted.of(Shown.text(((Scalar) node).text())) + " " + fault,
                                        Urls.REMEDY));
            }
        }

        private void origin(Node node) {
            if (text(node, "local or remote") && !((Scalar) node).text().matches("local|remote")) {
                wrong(node, "local or remote", "Write one of the two");
            }
        }

        private boolean object(Node node, String expected) {
            if (!(node instanceof Mapping)) {
                wrong(node, expected, "Write { \"name\": value }");
            }
            return node instanceof Mapping;
        }

        private void ports(Node node) {
            if (!object(node, "an object of ports")) {
                return;
            }
            var known = new ArrayList<>(sidecars);
            USUAL_PORTS.stream().filter(n -> !known.contains(n)).forEach(known::add);
            Keys.of("local_ports", known.toArray(String[]::new)).check((Mapping) node, problems);
            for (var e : ((Mapping) node).entries()) {
                if (!isPort(e.value())) {
                    wrong(e.value(), "a port from 1 to 65535", "Write a number without quotes");
                }
            }
        }

        static boolean isPort(Node node) {
            return node instanceof Scalar s
                    && s.kind() == Kind.INTEGER
                    && PORT.matcher(s.text()).matches()
                    && Integer.parseInt(s.text()) <= 65_535;
        }

        private void flags(Node node) {
            if (object(node, "an object of flags")) {
                for (var e : ((Mapping) node).entries()) {
                    if (!(e.value() instanceof Scalar s && s.kind() == Kind.BOOLEAN)) {
                        wrong(e.value(), "true or false", "Write true or false without quotes");
                    }
                }
            }
        }

        /** A profile is taken as it is written: what looks like a reference is a mistake. */
        private void noReferences(Node node) {
            switch (node) {
                case Mapping m -> m.entries().forEach(e -> noReferences(e.value()));
                case Sequence s -> s.items().forEach(this::noReferences);
                case Scalar s -> {
                    if (s.text().contains("${")) {
                        problems.add(
                                s.where(),
                                "${ is not replaced in the profile",
                                "Write the value itself");
                    }
                }
            }
        }

        private void wrong(Node node, String expected, String remedy) {
            var name = node.where().pointer();
            var found =
                    node instanceof Scalar s && s.kind() == Kind.TEXT && Shown.secret(name)
                            ? "a hidden text"
                            : node.inWords();
            problems.add(
                    node.where(), "%s stands where %s belongs".formatted(found, expected), remedy);
        }
    }
}
