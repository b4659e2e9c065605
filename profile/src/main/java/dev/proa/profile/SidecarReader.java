package dev.proa.profile;

import dev.proa.core.LoopbackPort;
import dev.proa.core.Where;
import dev.proa.profile.Node.Mapping;
import dev.proa.profile.Node.Sequence;
import dev.proa.profile.SidecarSpec.Need;
import dev.proa.profile.SidecarSpec.Port;
import dev.proa.profile.SidecarSpec.Restart;
import dev.proa.profile.SidecarSpec.RestartPolicy;
import dev.proa.profile.SidecarSpec.Stop;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Reads one entry of {@code sidecars}. */
final class SidecarReader {
    private static final Keys SIDECAR =
            Keys.of(
                            "a sidecar",
                            "command",
                            "cwd",
                            "env",
                            "port",
                            "ready",
                            "restart",
                            "stop",
                            "needs")
                    .later(
                            "modes",
                            "live",
                            "logs",
                            "kind",
                            "isolation",
                            "attach",
                            "compat",
                            "limits",
                            "watch",
                            "dump");
    private static final Keys PORT = Keys.of("port", "strategy", "preferred", "port");
    private static final Keys RESTART =
            Keys.of("restart", "policy", "max", "within").later("strategy");
    private static final Keys STOP = Keys.of("stop", "signal", "grace").later("http");
    private static final Map<String, RestartPolicy> POLICIES = words(RestartPolicy.values());
    private static final Map<String, Need> NEEDS =
            Map.of("started", new Need.Started(), "ready", new Need.Ready());
    private static final Set<String> LATER_NEEDS =
            Set.of("healthy", "completed", "completed_successfully");
    private static final Map<String, String> SIGNALS =
            new TreeMap<>(
                    SidecarSpec.STOP_SIGNALS.stream().collect(Collectors.toMap(s -> s, s -> s)));
    private static final int LAST_PORT = 65_535;
    private static final Duration DAY = Duration.ofDays(1);

    private final Reading reading;
    private final Problems problems;
    private final Roster roster;
    private final Order order;
    private final CommandReader commands;
    private final Path folder;

    SidecarReader(
            Reading reading, Roster roster, Order order, CommandReader commands, Path folder) {
        this.reading = reading;
        this.problems = reading.problems();
        this.roster = roster;
        this.order = order;
        this.commands = commands;
        this.folder = folder;
    }

    /** The sidecar; empty when a part without a stand-in is missing, which is reported. */
    Optional<SidecarSpec> read(String id, Node node) {
        order.add(id);
        var section = Section.of(reading, node, SIDECAR);
        int before = problems.count();
        var cwd =
                section.read(
                        "cwd", folder, n -> reading.path(n, folder).filter(p -> isFolder(n, p)));
        boolean cwdKnown = problems.count() == before;
        var env = commands.env(id, section, order);
        var command =
                commands.command(
                        id, section, order, env, cwdKnown ? Optional.of(cwd) : Optional.empty());
        var port = section.node("port").flatMap(this::port);
        if (!section.written("port")) {
            reading.byDefault(Pointer.child(section.where().pointer(), "port"), "none");
        }
        var ready = new ReadyReader(reading).read(section, roster.port(id));
        var restart = restart(part(section, "restart", RESTART));
        var stop = stop(part(section, "stop", STOP));
        var needs = section.node("needs").map(n -> needs(id, n)).orElse(Map.of());
        if (command.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new SidecarSpec(
                        id,
                        SidecarSpec.Kind.SERVICE,
                        command,
                        cwd,
                        env,
                        port.orElse(new Port.None()),
                        ready,
                        Optional.empty(),
                        Optional.empty(),
                        restart,
                        stop,
                        needs,
                        SidecarSpec.Logs.DEFAULT,
                        SidecarSpec.Confinement.NONE,
                        Optional.empty(),
                        Optional.empty()));
    }

    private boolean isFolder(Node node, Path path) {
        boolean fits = Files.isDirectory(path);
        if (!fits) {
            problems.add(
                    node.where(),
                    path + (Files.exists(path) ? " is not a folder" : " does not exist"),
                    "Create the folder or correct the path");
        }
        return fits;
    }

    private Section part(Section sidecar, String key, Keys keys) {
        var where = sidecar.where();
        var pointer = Pointer.child(where.pointer(), key);
        return sidecar.node(key)
                .map(n -> Section.of(reading, n, keys))
                .orElse(
                        Section.absent(
                                reading,
                                new Where(where.file(), where.line(), where.column(), pointer),
                                keys));
    }

    private Optional<Port> port(Node node) {
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
        if (!section.written("strategy")) {
            problems.add(
                    node.where(),
                    "a port without strategy (announce) is not supported by this version",
                    "Write strategy: assigned");
            return Optional.empty();
        }
        return section.node("strategy")
                .flatMap(s -> reading.text(s).flatMap(t -> port(section, s, t)));
    }

    private Optional<Port> port(Section section, Node at, String strategy) {
        return switch (strategy) {
            case "assigned" -> {
                section.refuse("port", "is for strategy: fixed", "Write preferred");
                var preferred =
                        section.node("preferred").flatMap(n -> reading.integer(n, 1, LAST_PORT));
                yield Optional.of(
                        new Port.Assigned(
                                preferred.map(OptionalInt::of).orElse(OptionalInt.empty())));
            }
            case "fixed" -> {
                section.refuse("preferred", "is for strategy: assigned", "Write port");
                int port =
                        section.require(
                                "port", 0, "port: 8080", n -> reading.integer(n, 1, LAST_PORT));
                yield port == 0
                        ? Optional.empty()
                        : Optional.of(
                                new Port.Fixed(new LoopbackPort(port), SidecarSpec.Taken.FAIL));
            }
            case "announce", "inherit" -> {
                problems.add(
                        at.where(),
                        "the strategy %s is not supported by this version".formatted(strategy),
                        "Write assigned");
                yield Optional.empty();
            }
            default -> {
                problems.add(
                        at.where(),
                        Quoted.of(strategy) + " is not a strategy",
                        "Write assigned or fixed");
                yield Optional.empty();
            }
        };
    }

    private Restart restart(Section s) {
        return Restart.of(
                s.read("policy", RestartPolicy.ALWAYS, n -> reading.choice(n, POLICIES)),
                s.read("max", 6, n -> reading.integer(n, 0, 1000)),
                s.read(
                        "within",
                        Duration.ofSeconds(90),
                        n -> reading.duration(n, Duration.ofSeconds(1), DAY)));
    }

    private Stop stop(Section s) {
        return Stop.of(
                s.read("signal", "TERM", n -> reading.choice(n, SIGNALS)),
                s.read(
                        "grace",
                        Duration.ofSeconds(5),
                        n -> reading.duration(n, Duration.ZERO, Duration.ofHours(1))));
    }

    private Map<String, Need> needs(String id, Node node) {
        Map<String, Need> needs = new LinkedHashMap<>();
        switch (node) {
            case Sequence list -> {
                for (var item : list.items()) {
                    reading.text(item)
                            .ifPresent(
                                    name -> need(id, name, new Need.Ready(), item.where(), needs));
                }
            }
            case Mapping mapping -> {
                for (var e : mapping.entries()) {
                    condition(e.value()).ifPresent(c -> need(id, e.name(), c, e.named(), needs));
                }
            }
            case Node.Scalar _ -> reading.wrong(node, "a list of sidecars", "Write [ID, ...]");
        }
        return needs;
    }

    private Optional<Need> condition(Node node) {
        boolean later =
                node instanceof Mapping
                        || (node instanceof Node.Scalar s && LATER_NEEDS.contains(s.text()));
        if (later) {
            problems.add(
                    node.where(),
                    "a need of this kind is not supported by this version",
                    "Write started or ready");
            return Optional.empty();
        }
        return reading.choice(node, NEEDS);
    }

    private void need(String id, String name, Need need, Where where, Map<String, Need> needs) {
        if (name.equals(id)) {
            problems.add(where, "a sidecar cannot need itself", "Remove it");
        } else if (needs.containsKey(name)) {
            problems.add(where, Quoted.of(name) + " is listed twice", "Remove one");
        } else if (roster.known(name, where, problems)) {
            needs.put(name, need);
            order.follows(id, name, where);
        }
    }

    /** The values of an enum by the words of the manifest, in order. */
    private static <E extends Enum<E>> Map<String, E> words(E[] values) {
        Map<String, E> map = new LinkedHashMap<>();
        for (var value : values) {
            map.put(value.name().toLowerCase(Locale.ROOT), value);
        }
        return map;
    }
}
