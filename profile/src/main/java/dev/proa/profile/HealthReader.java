package dev.proa.profile;

import dev.proa.profile.SidecarSpec.Check;
import dev.proa.profile.SidecarSpec.Dump;
import dev.proa.profile.SidecarSpec.Live;
import dev.proa.profile.SidecarSpec.Ready;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** Reads {@code ready}, {@code live} and {@code dump} of a sidecar. */
final class HealthReader {
    private static final List<String> READY_KINDS =
            List.of("http", "tcp", "log", "exec", "announce");
    private static final List<String> LIVE_KINDS = List.of("http", "tcp", "exec");
    static final Keys READY =
            Keys.of(
                    "ready",
                    "http",
                    "tcp",
                    "log",
                    "exec",
                    "announce",
                    "status",
                    "json",
                    "timeout",
                    "every",
                    "failures",
                    "unhealthy");
    static final Keys LIVE =
            Keys.of(
                    "live",
                    "http",
                    "tcp",
                    "exec",
                    "status",
                    "json",
                    "every",
                    "timeout",
                    "failures");
    static final Keys DUMP = Keys.of("dump", "signal", "exec", "timeout");
    private static final Map<String, String> DUMP_SIGNALS =
            new TreeMap<>(
                    Map.of(
                            "QUIT", "QUIT", "USR1", "USR1", "USR2", "USR2", "ABRT", "ABRT", "HUP",
                            "HUP"));
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final int MOST_FAILURES = 1000;

    private final Reading reading;
    private final CheckReader checks;
    private final Function<Node, List<Template>> commands;

    HealthReader(Reading reading, CheckReader checks, Function<Node, List<Template>> commands) {
        this.reading = reading;
        this.checks = checks;
        this.commands = commands;
    }

    Ready ready(Section sidecar, boolean port, boolean announces) {
        Check usual = port ? new Check.Tcp() : new Check.Started();
        if (!sidecar.written("ready")) {
            var pointer = Pointer.child(sidecar.where().pointer(), "ready");
            reading.byDefault(pointer, port ? "tcp" : "started");
        }
        var section = sidecar.part("ready", READY);
        if (!announces) {
            section.refuse(
                    "announce",
                    "needs a port that the sidecar announces",
                    "Add port: {strategy: announce}, or write tcp: true");
        }
        var check = checks.read(section, READY_KINDS, port).orElse(usual);
        return new Ready(
                check,
                section.read("timeout", Ready.TIMEOUT, n -> time(n, SHORTEST)),
                section.read("every", Ready.EVERY, n -> time(n, SHORTEST_PAUSE)),
                section.read("failures", Ready.FAILURES, this::failures),
                section.node("unhealthy").flatMap(n -> time(n, SHORTEST_PAUSE)));
    }

    private Optional<Duration> time(Node node, Duration least) {
        return reading.duration(node, least, LONGEST);
    }

    private Optional<Integer> failures(Node node) {
        return reading.integer(node, 1, MOST_FAILURES);
    }

    Optional<Live> live(Section sidecar, boolean port) {
        var node = sidecar.node("live");
        if (node.isEmpty()) {
            return Optional.empty();
        }
        var section = Section.of(reading, node.get(), LIVE);
        if (section.readable() && LIVE_KINDS.stream().noneMatch(section::written)) {
            reading.problems()
                    .add(
                            section.where(),
                            "live has no check",
                            "Write {http: /health/live}, {tcp: true} or {exec: [PROGRAM]}");
        }
        var check = checks.read(section, LIVE_KINDS, port);
        var every = section.read("every", Duration.ofSeconds(5), n -> time(n, SHORTEST_PAUSE));
        var timeout = section.read("timeout", Duration.ofSeconds(2), n -> time(n, SHORTEST));
        int failures = section.read("failures", 3, this::failures);
        return check.map(c -> new Live(c, every, timeout, failures));
    }

    Optional<Dump> dump(Section sidecar) {
        var node = sidecar.node("dump");
        if (node.isEmpty()) {
            return Optional.empty();
        }
        if (!sidecar.written("live")) {
            reading.problems()
                    .add(
                            node.get().where(),
                            "dump is for a sidecar that hangs, and nothing notices that",
                            "Add live: {http: /health/live}");
        }
        var section = Section.of(reading, node.get(), DUMP);
        var timeout = section.read("timeout", Duration.ofSeconds(5), n -> time(n, SHORTEST));
        if (section.written("signal") == section.written("exec") && section.readable()) {
            reading.problems()
                    .add(
                            section.where(),
                            section.written("signal")
                                    ? "signal and exec stand side by side"
                                    : "dump says nothing to do",
                            "Write {signal: QUIT} or {exec: [PROGRAM, \"${pid}\"]}");
            return Optional.empty();
        }
        if (section.written("signal")) {
            return section.node("signal")
                    .flatMap(n -> reading.choice(n, DUMP_SIGNALS))
                    .map(signal -> new Dump.Signal(signal, timeout));
        }
        return section.node("exec")
                .map(commands)
                .filter(command -> !command.isEmpty())
                .map(command -> new Dump.Exec(command, timeout));
    }
}
