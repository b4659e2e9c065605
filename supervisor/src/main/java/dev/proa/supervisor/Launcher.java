package dev.proa.supervisor;

import dev.proa.core.LoopbackPort;
import dev.proa.core.Problem;
import dev.proa.core.Secret;
import dev.proa.journal.RuntimeEvent;
import dev.proa.profile.SidecarSpec;
import dev.proa.profile.Template;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Turns a manifest entry into a process: port, words, environment, and the guard. */
final class Launcher {
    /** A process on its way, or why there will be none. */
    sealed interface Result {
        record Handed(GuardClient.Handle handle) implements Result {}

        record Refused(Input.Failure failure) implements Result {}
    }

    /** How programs say that somebody was faster on their port, who may have left it since. */
    private static final Pattern IN_USE =
            Pattern.compile(
                    "(?i)EADDRINUSE|address (is )?(already )?in use|port is already in use");

    private final SupervisorSetup setup;
    private final GuardClient guard;
    private final Ports ports;
    private final SidecarEnvironment environment;
    private final SidecarLogs logs;
    private final StartExplanation explanation;
    private volatile Map<String, SidecarSpec> specs = Map.of();
    private final Map<String, String> said = new ConcurrentHashMap<>();
    private final Set<String> unlimited = ConcurrentHashMap.newKeySet();

    Launcher(SupervisorSetup setup, GuardClient guard, Ports ports) {
        this.setup = setup;
        this.guard = guard;
        this.ports = ports;
        this.environment = new SidecarEnvironment(setup);
        this.logs = new SidecarLogs(setup, id -> Optional.ofNullable(specs.get(id)));
        this.explanation = new StartExplanation(setup);
        lineUp(setup.mode(), setup.sidecars());
    }

    /** What is started from now on sees this mode and, by their names, these sidecars. */
    void lineUp(String mode, List<SidecarSpec> sidecars) {
        specs = sidecars.stream().collect(Collectors.toMap(SidecarSpec::id, Function.identity()));
        environment.inMode(mode);
    }

    /** Gives back what was kept for a sidecar that leaves: its port, its socket, its log. */
    void forget(SidecarSpec spec) {
        ports.forget(spec.id());
        said.remove(spec.id());
        unlimited.remove(spec.id());
        logs.close(spec.id());
        guard.unlisten(spec.id());
    }

    /** Its port, if it is known: chosen by us, or told by itself. */
    Optional<LoopbackPort> port(SidecarSpec spec) {
        return ports.of(spec.id());
    }

    SidecarLog log(String name) {
        return logs.of(name);
    }

    /** For the time after the last process. */
    void close() {
        logs.close();
    }

    /** What is odd about its port, to be shown with the reason of its state. */
    Optional<String> remark(SidecarSpec spec) {
        return ports.remark(spec.id());
    }

    /** Notes whether the limits that were asked for are in force for its present process. */
    void placed(SidecarSpec spec, Placement placement) {
        boolean asked =
                spec.confinement().memory().isPresent() || spec.confinement().pids().isPresent();
        boolean held = placement.cgroup().isPresent() && placement.limitsHold();
        if (asked && !held) {
            unlimited.add(spec.id());
        } else {
            unlimited.remove(spec.id());
        }
    }

    /** That its process runs without the limits that were asked for, if it does. */
    Optional<Problem> limitsProblem(SidecarSpec spec) {
        return unlimited.contains(spec.id())
                ? Optional.of(
                        new Problem(
                                Ports.place(spec, "/limits"),
                                spec.id()
                                        + " runs without its limits: no control group with the"
                                        + " memory and pids controllers can be had here",
                                "Start the app in one of its own, as with systemd-run --user"
                                        + " --scope, or remove the limits"))
                : Optional.empty();
    }

    /** The watch for the port that it announces; idle for a sidecar that announces none. */
    PortWatch portWatch(SidecarSpec spec) {
        return new PortWatch(spec, ports, portFile(spec));
    }

    /** Takes what a sidecar said about its port; whether there is something new to show. */
    boolean announced(SidecarSpec spec, Announcement said) {
        return ports.announced(spec.id(), said);
    }

    /**
     * The announcing sidecars whose ports its command or environment names: it cannot start before
     * they are ready.
     */
    Set<String> awaits(SidecarSpec spec) {
        var others = new TreeSet<String>();
        Template.Names names =
                name -> {
                    other(name)
                            .filter(other -> other.port() instanceof SidecarSpec.Port.Announce)
                            .ifPresent(other -> others.add(other.id()));
                    return "";
                };
        spec.command().forEach(word -> word.resolve(names));
        spec.env().values().forEach(value -> value.resolve(names));
        return others;
    }

    private PortFile portFile(SidecarSpec spec) {
        var path = SidecarEnvironment.portFile(setup.dataFolder(), spec.id());
        return new PortFile(path, setup.instance());
    }

    Result launch(SidecarSpec spec, Secret token, GuardNews news) {
        try {
            return switch (ports.choose(spec)) {
                case Ports.Choice.Taken(var problem) ->
                        new Result.Refused(new Input.Failure.Configured(problem));
                case Ports.Choice.Undecided(var problem) ->
                        new Result.Refused(new Input.Failure.Undecided(problem));
                case Ports.Choice.Chosen(var port) -> launch(spec, port, token, news);
                case Ports.Choice.Kept(var port) -> launch(spec, port, token, news);
                case Ports.Choice.Announced _ -> {
                    portFile(spec).clear();
                    yield launch(spec, Optional.of("0"), token, news);
                }
                case Ports.Choice.None _ -> launch(spec, Optional.empty(), token, news);
            };
        } catch (IOException e) {
            return new Result.Refused(
                    new Input.Failure.Passing("could not be started: " + e.getMessage()));
        } catch (IllegalArgumentException e) {
            return new Result.Refused(
                    new Input.Failure.Configured(
                            new Problem(
                                    spec.command().getFirst().where(),
                                    "the command of "
                                            + spec.id()
                                            + " cannot be run: "
                                            + e.getMessage(),
                                    "Correct the command or the environment of this entry")));
        }
    }

    /** A port that is not the one that was wished for is said once for each time. */
    private Result launch(SidecarSpec spec, LoopbackPort port, Secret token, GuardNews news)
            throws IOException {
        var remark = ports.remark(spec.id());
        if (remark.isPresent() && !remark.get().equals(said.put(spec.id(), remark.get()))) {
            setup.journal()
                    .record(
                            new RuntimeEvent.ProblemFound(
                                    new Problem(
                                            Ports.place(spec, "/port"),
                                            remark.get(),
                                            "Do nothing, unless others rely on that number")));
        }
        return launch(spec, Optional.of(port.toString()), token, news);
    }

    private Result launch(SidecarSpec spec, Optional<String> port, Secret token, GuardNews news)
            throws IOException {
        var plain = prepare(spec, spec.command(), Map.of(), port, token);
        var launch =
                new Launch(
                        plain.command(),
                        plain.cwd(),
                        plain.environment(),
                        spec.confinement(),
                        spec.port() instanceof SidecarSpec.Port.Inherit
                                ? Optional.of(spec.id())
                                : Optional.empty());
        return new Result.Handed(guard.spawn(spec.id(), launch, news));
    }

    /**
     * A command in the folder and environment of a sidecar.
     *
     * @param more values of late names besides those of the sidecar
     * @throws IOException if the port of another sidecar cannot be promised
     * @throws IllegalArgumentException if a name has no value
     */
    Launch prepare(
            SidecarSpec spec,
            List<Template> words,
            Map<String, String> more,
            Optional<String> port,
            Secret token)
            throws IOException {
        var unresolved = new IOException[1];
        Template.Names names =
                name -> {
                    try {
                        return more.containsKey(name) ? more.get(name) : late(name, port);
                    } catch (IOException e) {
                        unresolved[0] = e;
                        return "";
                    }
                };
        var command = words.stream().map(word -> word.resolve(names)).toList();
        var launch = new Launch(command, spec.cwd(), environment.of(spec, port, token, names));
        if (unresolved[0] != null) {
            throw unresolved[0];
        }
        return launch;
    }

    private String late(String name, Optional<String> port) throws IOException {
        if (name.equals("port") && port.isPresent()) {
            return port.get();
        }
        if (name.equals("data")) {
            return setup.dataFolder().toString();
        }
        var other = other(name);
        if (other.isPresent()) {
            return ports.promised(other.get()).toString();
        }
        throw new IllegalArgumentException("${" + name + "} has no value");
    }

    /** The sidecar whose port a late name means. */
    private Optional<SidecarSpec> other(String name) {
        return name.startsWith("sidecars.") && name.endsWith(".port")
                ? Optional.ofNullable(
                        specs.get(
                                name.substring(
                                        "sidecars.".length(), name.length() - ".port".length())))
                : Optional.empty();
    }

    /**
     * Who has taken the port that was chosen for a sidecar which has no process now, in plain
     * words. The sidecar then gets another one at its next start.
     *
     * @param lastLines of its output, which may say that the port was in use
     */
    Optional<String> portTakenBy(SidecarSpec spec, List<String> lastLines) {
        var port = ports.of(spec.id());
        try {
            if (port.isEmpty()) {
                return Optional.empty();
            }
            if (ports.free(port.get())) {
                return spec.port() instanceof SidecarSpec.Port.Assigned
                                && lastLines.stream().anyMatch(line -> IN_USE.matcher(line).find())
                        ? lost(spec, port.get())
                        : Optional.empty();
            }
            return switch (spec.port()) {
                case SidecarSpec.Port.Assigned _ -> lost(spec, port.get());
                case SidecarSpec.Port.Fixed(_, SidecarSpec.Taken taken) ->
                        taken == SidecarSpec.Taken.MOVE
                                ? lost(spec, port.get())
                                : Optional.empty(); // its next start says so
                case SidecarSpec.Port.Announce _ -> {
                    // Nobody was faster: it told a port that is not its own.
                    ports.remark(
                            spec.id(),
                            "it told port %s, which belongs to %s"
                                    .formatted(port.get(), ports.holder(port.get())));
                    yield Optional.empty();
                }
                case SidecarSpec.Port.Inherit _, SidecarSpec.Port.None _ -> Optional.empty();
            };
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private Optional<String> lost(SidecarSpec spec, LoopbackPort port) throws IOException {
        ports.forget(spec.id());
        return Optional.of(ports.holder(port));
    }

    /** Makes a sidecar whose port was chosen for it get another one at its next start. */
    void forgetPort(SidecarSpec spec) {
        if (!(spec.port() instanceof SidecarSpec.Port.Fixed)) {
            ports.forget(spec.id());
        }
    }

    /** Who has the port of a sidecar that has no process now, in plain words; empty if nobody. */
    Optional<String> portHolder(SidecarSpec spec) {
        var port = ports.of(spec.id());
        try {
            return port.isEmpty() || ports.free(port.get())
                    ? Optional.empty()
                    : Optional.of(ports.holder(port.get()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** What a failed start means for the restart rules and for people. */
    Input.Failure explain(SidecarSpec spec, StartFailure failure) {
        return explanation.of(spec, failure);
    }

    /** The number of a signal that the manifest may name, on Linux. */
    static int signal(String name) {
        return switch (name) {
            case "HUP" -> 1;
            case "INT" -> 2;
            case "QUIT" -> 3;
            case "ABRT" -> 6;
            case "USR1" -> 10;
            case "USR2" -> 12;
            case "TERM" -> 15;
            default -> throw new IllegalArgumentException("no signal of the manifest: " + name);
        };
    }
}
