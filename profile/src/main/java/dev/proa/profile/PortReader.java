package dev.proa.profile;

import dev.proa.core.LoopbackPort;
import dev.proa.profile.Node.Mapping;
import dev.proa.profile.SidecarSpec.Port;
import dev.proa.profile.SidecarSpec.Taken;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads {@code port} of a sidecar. */
final class PortReader {
    static final Keys PORT = Keys.of("port", "strategy", "preferred", "port", "line", "taken");
    private static final Map<String, Taken> TAKEN = Words.of(Taken.values());
    private static final int LAST_PORT = 65_535;
    private static final List<String> STRATEGIES =
            List.of("announce", "inherit", "assigned", "fixed");

    private final Reading reading;
    private final CheckReader checks;
    private final Optional<Node.Scalar> set;

    /**
     * Reads the port of one sidecar.
     *
     * @param set the number that the profile sets, which wins over the manifest's
     */
    PortReader(Reading reading, CheckReader checks, Optional<Node.Scalar> set) {
        this.reading = reading;
        this.checks = checks;
        this.set = set;
    }

    /** The port; empty if it is wrong, which is reported. */
    Optional<Port> read(Node node) {
        if (!(node instanceof Mapping)) {
            var number = node instanceof Node.Scalar s && s.kind() == Node.Kind.INTEGER;
            reading.wrong(
                    node,
                    "a strategy",
                    number
                            ? "Write {strategy: fixed, port: %s}"
                                    .formatted(((Node.Scalar) node).text())
                            : "Write {strategy: assigned}");
            return Optional.empty();
        }
        var section = Section.of(reading, node, PORT);
        var pointer = Pointer.child(section.where().pointer(), "strategy");
        if (!section.written("strategy")) {
            reading.byDefault(pointer, "announce");
            return port(section, node, "announce");
        }
        return section.node("strategy")
                .flatMap(s -> reading.text(s).flatMap(t -> port(section, s, t)));
    }

    private Optional<Port> port(Section section, Node at, String strategy) {
        return switch (strategy) {
            case "announce" -> {
                onlyFor(section, "preferred", "assigned and inherit");
                onlyFor(section, "port", "fixed");
                onlyFor(section, "taken", "fixed");
                warnOfChoice();
                yield Optional.of(new Port.Announce(line(section)));
            }
            case "inherit" -> {
                refuseOthers(section);
                yield Optional.of(new Port.Inherit(preferred(section)));
            }
            case "assigned" -> {
                refuseOthers(section);
                yield Optional.of(new Port.Assigned(preferred(section)));
            }
            case "fixed" -> fixed(section);
            default -> {
                reading.problems()
                        .add(
                                at.where(),
                                Quoted.of(strategy) + " is not a strategy",
                                Guess.closest(strategy, STRATEGIES)
                                        .map(g -> "Write " + g)
                                        .orElse("Write announce, inherit, assigned or fixed"));
                yield Optional.empty();
            }
        };
    }

    private void refuseOthers(Section section) {
        section.refuse("port", "is for strategy: fixed", "Write preferred");
        onlyFor(section, "line", "announce");
        onlyFor(section, "taken", "fixed");
    }

    private static void onlyFor(Section section, String key, String strategy) {
        section.refuse(key, "is for strategy: " + strategy, "Remove it");
    }

    private Optional<Port> fixed(Section section) {
        section.refuse("preferred", "is for strategy: assigned", "Write port");
        onlyFor(section, "line", "announce");
        int port = number(section, "port").orElse(0);
        if (set.isEmpty()) {
            section.require("port", 0, "port: 8080", _ -> Optional.empty());
        }
        var taken = section.read("taken", Taken.FAIL, n -> reading.choice(n, TAKEN));
        return port == 0
                ? Optional.empty()
                : Optional.of(new Port.Fixed(new LoopbackPort(port), taken));
    }

    private OptionalInt preferred(Section section) {
        return number(section, "preferred").map(OptionalInt::of).orElse(OptionalInt.empty());
    }

    /** The number that the profile sets, else the one in the manifest. */
    private Optional<Integer> number(Section section, String key) {
        var written = section.node(key).flatMap(n -> reading.integer(n, 1, LAST_PORT));
        return set.map(
                        s -> {
                            int port = Integer.parseInt(s.text());
                            var name = s.where().pointer().substring(1).replace('/', '.');
                            reading.note(
                                    Pointer.child(section.where().pointer(), key),
                                    new Profile.Origin("profile", name, port));
                            return port;
                        })
                .or(() -> written);
    }

    private void warnOfChoice() {
        set.ifPresent(s ->
                reading.problems()
                        .warn(
                                s.where(),
                                "the sidecar announces a port of its own choice, and not this one",
                                "Remove it, or ask the app's maker for strategy: assigned"));
    }

    private Optional<java.util.regex.Pattern> line(Section section) {
        var node = section.node("line");
        return node.flatMap(checks::pattern)
                .filter(pattern -> {
                    boolean group = pattern.matcher("").groupCount() > 0;
                    if (!group) {
                        reading.problems()
                                .add(
                                        node.get().where(),
                                        "%s has no group for the number"
                                                .formatted(Quoted.of(pattern.pattern())),
                                        "Write one like \"listening on .*:(\\\\d+)\"");
                    }
                    return group;
                });
    }
}
