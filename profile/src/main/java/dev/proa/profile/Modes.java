package dev.proa.profile;

import dev.proa.core.Where;
import dev.proa.profile.Node.Kind;
import dev.proa.profile.Node.Mapping;
import dev.proa.profile.Node.Scalar;
import dev.proa.profile.Profile.Origin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The modes that a manifest names: known before anything is replaced, because they decide it. */
final class Modes {
    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9_-]{0,39}");

    /** Other names of the two usual modes. */
    private static final Map<String, String> ALIASES =
            Map.of(
                    "desktop_local_fullstack",
                    ModeSpec.LOCAL_FULLSTACK,
                    "desktop_remote_slim",
                    "remote_slim");

    private final Problems problems;
    private final Map<String, Node> written = new LinkedHashMap<>();
    private final boolean absent;

    /** Takes in {@code modes} of the manifest, which need not be there. */
    Modes(Optional<Node> node, Problems problems) {
        this.problems = problems;
        absent = node.isEmpty();
        node.ifPresent(this::read);
    }

    private void read(Node node) {
        if (!(node instanceof Mapping mapping) || mapping.entries().isEmpty()) {
            problems.add(
                    node.where(),
                    node.inWords() + " stands where a mapping of modes belongs",
                    "Write %s: {default: true}".formatted(ModeSpec.LOCAL_FULLSTACK));
            return;
        }
        for (var e : mapping.entries()) {
            if (ID.matcher(e.name()).matches()) {
                written.put(e.name(), e.value());
            } else {
                problems.add(
                        e.named(),
                        Quoted.of(e.name()) + " is not a mode's name",
                        "Use up to 40 small letters, digits, - and _");
            }
        }
        var defaults = written.values().stream().filter(Modes::marked).toList();
        for (var more : defaults.stream().skip(1).toList()) {
            problems.add(more.where(), "two modes are the default", "Keep default: true in one");
        }
    }

    /** Each mode as it was written, by its name. */
    Map<String, Node> written() {
        return written;
    }

    Set<String> ids() {
        return written.isEmpty() ? Set.of(ModeSpec.LOCAL_FULLSTACK) : written.keySet();
    }

    List<ModeSpec> specs() {
        var usual = usual();
        List<ModeSpec> specs = new ArrayList<>();
        ids().forEach(id -> specs.add(new ModeSpec(id, id.equals(usual))));
        return specs;
    }

    /** The mode of a run for which nobody asks for one. */
    String usual() {
        return written.entrySet().stream()
                .filter(e -> marked(e.getValue()))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseGet(() ->
                        ids().contains(ModeSpec.LOCAL_FULLSTACK)
                                ? ModeSpec.LOCAL_FULLSTACK
                                : ids().iterator().next());
    }

    /** Where {@link #usual()} comes from. */
    Origin origin() {
        var usual = written.get(usual());
        return usual != null && marked(usual)
                ? new Origin("manifest", Expanded.place(usual.where()), usual())
                : new Origin("default", "", usual());
    }

    /** Whether requests can go elsewhere in this mode. */
    boolean remote(String id) {
        return written.get(id) instanceof Mapping m && m.entry("backend").isPresent();
    }

    private static boolean marked(Node mode) {
        return mode instanceof Mapping m
                && m.entry("default")
                        .map(Node.Entry::value)
                        .filter(v -> v instanceof Scalar s && s.kind() == Kind.BOOLEAN)
                        .filter(v -> Boolean.parseBoolean(((Scalar) v).text()))
                        .isPresent();
    }

    /** The mode that somebody asks for; the usual one after it was reported that there is none. */
    String named(String asked, Where where) {
        var name = ids().contains(asked) ? asked : ALIASES.getOrDefault(asked, asked);
        if (ids().contains(name)) {
            return name;
        }
        if (absent && ALIASES.containsValue(name)) {
            problems.add(
                    where,
                    Quoted.of(asked) + " is asked for, but the manifest has no modes",
                    "Write " + ModeSpec.LOCAL_FULLSTACK);
        } else {
            problems.add(
                    where,
                    Quoted.of(asked) + " is not a mode",
                    Guess.closest(asked, ids())
                            .map(m -> "Write " + m)
                            .orElse("Write " + String.join(" or ", ids())));
        }
        return usual();
    }
}
