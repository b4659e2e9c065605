package dev.proa.profile;

import dev.proa.core.Where;
import dev.proa.profile.LateNames.Refusal;
import dev.proa.profile.Node.Entry;
import dev.proa.profile.Node.Kind;
import dev.proa.profile.Node.Mapping;
import dev.proa.profile.Node.Scalar;
import dev.proa.profile.Node.Sequence;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The names of all sidecars and which of them have a port: known before any of them is read. */
final class Roster {
    static final String GIVE_PORT = "port: {strategy: assigned}";

    private final Map<String, Boolean> ports = new LinkedHashMap<>();
    private final Map<String, Set<String>> modes = new LinkedHashMap<>();
    private final Set<String> allModes;

    Roster(Optional<Node> sidecars, Set<String> allModes) {
        this.allModes = allModes;
        if (sidecars.isPresent() && sidecars.get() instanceof Mapping mapping) {
            for (var e : mapping.entries()) {
                boolean port =
                        e.value() instanceof Mapping m
                                && (m.entry("port").filter(Roster::written).isPresent()
                                        || m.entry("attach").filter(Roster::written).isPresent());
                ports.put(e.name(), port);
                modes.put(e.name(), e.value() instanceof Mapping m ? modes(m) : allModes);
            }
        }
    }

    /** The modes it is written for; all of them without a list, or with a wrong one. */
    private Set<String> modes(Mapping sidecar) {
        var list = sidecar.entry("modes").map(Entry::value);
        if (list.isEmpty() || !(list.get() instanceof Sequence names)) {
            return allModes;
        }
        var known =
                names.items().stream()
                        .filter(Scalar.class::isInstance)
                        .map(n -> ((Scalar) n).text())
                        .filter(allModes::contains)
                        .collect(Collectors.toCollection(LinkedHashSet::new));
        return known.isEmpty() ? allModes : known;
    }

    /** Whether a sidecar is one of the mode. */
    boolean runsIn(String id, String mode) {
        return modes.getOrDefault(id, allModes).contains(mode);
    }

    /** A mode of the one sidecar in which the other does not run. */
    Optional<String> modeWithout(String self, String other) {
        return modes.getOrDefault(self, allModes).stream()
                .filter(mode -> !runsIn(other, mode))
                .findFirst();
    }

    private static boolean written(Entry entry) {
        return !(entry.value() instanceof Scalar s && s.kind() == Kind.NULL);
    }

    Set<String> allModes() {
        return allModes;
    }

    Set<String> ids() {
        return ports.keySet();
    }

    boolean port(String id) {
        return ports.getOrDefault(id, false);
    }

    /** Why {@code self} cannot rely on {@code other}: it would not be there in some mode. */
    Optional<Refusal> apart(String self, String other) {
        return modeWithout(self, other)
                .map(mode ->
                        new Refusal(
                                "the sidecar %s does not run in the mode %s, in which %s does"
                                        .formatted(Quoted.of(other), mode, Quoted.of(self)),
                                "Let both run in the same modes"));
    }

    /** Reports that there is no such sidecar, or answers that there is. */
    boolean known(String id, Where where, Problems problems) {
        var refusal = unknown(id);
        refusal.ifPresent(r -> problems.add(where, r.what(), r.remedy()));
        return refusal.isEmpty();
    }

    /** Reports that there is no such sidecar or that it has no port, or answers that it has one. */
    boolean reachable(String id, Where where, Problems problems) {
        if (!known(id, where, problems)) {
            return false;
        }
        if (!port(id)) {
            problems.add(
                    where,
                    "the sidecar %s has no port".formatted(Quoted.of(id)),
                    "Give it " + GIVE_PORT);
        }
        return port(id);
    }

    private Optional<Refusal> unknown(String id) {
        if (ports.containsKey(id)) {
            return Optional.empty();
        }
        var remedy =
                Guess.closest(id, ids())
                        .map(g -> "Write " + g)
                        .orElse(
                                ids().isEmpty()
                                        ? "Add it to sidecars"
                                        : "Write one of " + String.join(", ", ids()));
        return Optional.of(new Refusal("there is no sidecar " + Quoted.of(id), remedy));
    }

    /**
     * The late names the sidecar {@code self} may use; notes in {@code order} what it refers to.
     */
    LateNames names(String self, Where where, Order order) {
        return name -> {
            if (name.equals("data") || name.startsWith("secret.")) {
                return Optional.empty();
            }
            if (name.equals("pid")) {
                return Optional.of(
                        new Refusal(
                                "${pid} has a value only when a process hangs",
                                "Use it in dump.exec only"));
            }
            if (name.equals("port")) {
                return port(self)
                        ? Optional.empty()
                        : Optional.of(
                                new Refusal(
                                        "${port} is used, but the sidecar has no port",
                                        "Add " + GIVE_PORT));
            }
            var other = name.substring("sidecars.".length(), name.length() - ".port".length());
            if (other.equals(self)) {
                return Optional.of(
                        new Refusal("${" + name + "} is the sidecar's own port", "Write ${port}"));
            }
            if (ids().contains(other) && !port(other)) {
                return Optional.of(
                        new Refusal(
                                "the sidecar %s has no port".formatted(Quoted.of(other)),
                                "Give it " + GIVE_PORT));
            }
            var refusal = unknown(other).or(() -> apart(self, other));
            if (refusal.isEmpty()) {
                order.follows(self, other, where);
            }
            return refusal;
        };
    }
}
