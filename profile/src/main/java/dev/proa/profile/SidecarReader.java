package dev.proa.profile;

import dev.proa.profile.Node.Scalar;
import dev.proa.profile.Node.Sequence;
import dev.proa.profile.SidecarSpec.Check;
import dev.proa.profile.SidecarSpec.Kind;
import dev.proa.profile.SidecarSpec.Port;
import dev.proa.profile.SidecarSpec.Ready;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads one entry of {@code sidecars}. */
final class SidecarReader {
    static final Keys SIDECAR =
            Keys.of(
                            "a sidecar",
                            "modes",
                            "kind",
                            "command",
                            "cwd",
                            "env",
                            "port",
                            "ready",
                            "live",
                            "dump",
                            "restart",
                            "stop",
                            "needs",
                            "logs",
                            "isolation",
                            "umask",
                            "nice",
                            "limits",
                            "attach",
                            "watch")
                    .later("compat");
    private static final Map<String, Kind> KINDS = Words.of(Kind.values());

    private final Reading reading;
    private final Roster roster;
    private final Order order;
    private final CommandReader commands;
    private final NeedsReader needs;
    private final Path folder;

    SidecarReader(
            Reading reading, Roster roster, Order order, CommandReader commands, Path folder) {
        this.reading = reading;
        this.roster = roster;
        this.order = order;
        this.commands = commands;
        this.needs = new NeedsReader(reading, roster, order);
        this.folder = folder;
    }

    /** The sidecar; empty when a part without a stand-in is missing, which is reported. */
    Optional<SidecarSpec> read(String id, Node node) {
        order.add(id);
        var section = Section.of(reading, node, SIDECAR);
        section.node("modes").ifPresent(this::modes);
        boolean attachedOnly = section.written("attach") && !section.written("command");
        if (attachedOnly) {
            AttachReader.refuseProcessKeys(section);
        }
        int before = reading.problems().count();
        var cwd =
                section.read(
                        "cwd", folder, n -> reading.path(n, folder).filter(p -> isFolder(n, p)));
        var known =
                reading.problems().count() == before ? Optional.of(cwd) : Optional.<Path>empty();
        var env = commands.env(id, section, order);
        Function<Node, List<Template>> words = n -> commands.words(id, n, order, env, known);
        Function<Node, List<Template>> dumpWords =
                n -> commands.dumpWords(id, n, order, env, known);
        var command = attachedOnly ? List.<Template>of() : commands.command(section, words);
        var checks = new CheckReader(reading, words);
        var port = port(section, checks);
        var kind = section.read("kind", Kind.SERVICE, n -> reading.choice(n, KINDS));
        if (kind == Kind.TASK) {
            refuseForTask(section);
        }
        boolean hasPort = roster.port(id);
        var health = new HealthReader(reading, checks, dumpWords);
        var ready = health.ready(section, hasPort, port instanceof Port.Announce);
        var upkeep = new UpkeepReader(reading);
        var confinement = new ConfinementReader(reading);
        var attach = new AttachReader(reading);
        attach.check(section, port);
        var spec =
                new Parts(
                        health.live(section, hasPort),
                        health.dump(section),
                        upkeep.restart(section, kind),
                        upkeep.stop(section, hasPort),
                        section.node("needs").map(n -> needs.read(id, n, checks)).orElse(Map.of()),
                        confinement.logs(section),
                        confinement.read(section),
                        attach.read(section, n -> commands.text(id, n, order)),
                        upkeep.watch(section));
        if (command.isEmpty() && spec.attach().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new SidecarSpec(
                        id,
                        kind,
                        command,
                        cwd,
                        env,
                        port,
                        kind == Kind.TASK ? Ready.of(new Check.Started(), Ready.TIMEOUT) : ready,
                        spec.live(),
                        spec.dump(),
                        spec.restart(),
                        spec.stop(),
                        spec.needs(),
                        spec.logs(),
                        spec.confinement(),
                        spec.attach(),
                        spec.watch()));
    }

    /** What was read after the command, in the order of the specification. */
    private record Parts(
            Optional<SidecarSpec.Live> live,
            Optional<SidecarSpec.Dump> dump,
            SidecarSpec.Restart restart,
            SidecarSpec.Stop stop,
            Map<String, SidecarSpec.Need> needs,
            SidecarSpec.Logs logs,
            SidecarSpec.Confinement confinement,
            Optional<SidecarSpec.Attach> attach,
            Optional<SidecarSpec.Watch> watch) {}

    /** To be called when all are read: what only the whole can tell. */
    void check(List<SidecarSpec> sidecars) {
        needs.check(sidecars);
    }

    /** The roster took them in already; here is what is wrong with them. */
    private void modes(Node node) {
        if (!(node instanceof Sequence list) || list.items().isEmpty()) {
            reading.wrong(node, "a list of modes", "Write [" + ModeSpec.LOCAL_FULLSTACK + "]");
            return;
        }
        for (var item : list.items()) {
            if (!(item instanceof Scalar s && roster.allModes().contains(s.text()))) {
                var written = item instanceof Scalar s ? s.text() : "";
                reading.problems()
                        .add(
                                item.where(),
                                item.inWords() + " is not a mode of this manifest",
                                Guess.closest(written, roster.allModes())
                                        .map(g -> "Write " + g)
                                        .orElse(
                                                "Write one of "
                                                        + String.join(", ", roster.allModes())));
            }
        }
    }

    private Port port(Section section, CheckReader checks) {
        if (!section.written("port")) {
            reading.byDefault(Pointer.child(section.where().pointer(), "port"), "none");
        }
        return section.node("port")
                .flatMap(new PortReader(reading, checks)::read)
                .orElse(new Port.None());
    }

    private static void refuseForTask(Section section) {
        for (var key : List.of("ready", "live", "dump")) {
            section.refuse(
                    key, "has no meaning for a task, which is done when it exits", "Remove it");
        }
    }

    private boolean isFolder(Node node, Path path) {
        boolean fits = Files.isDirectory(path) || !reading.chosen();
        if (!fits) {
            reading.problems()
                    .add(
                            node.where(),
                            path + (Files.exists(path) ? " is not a folder" : " does not exist"),
                            "Create the folder or correct the path");
        }
        return fits;
    }
}
