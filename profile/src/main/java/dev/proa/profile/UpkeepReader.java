package dev.proa.profile;

import dev.proa.profile.Node.Mapping;
import dev.proa.profile.Node.Sequence;
import dev.proa.profile.SidecarSpec.Kind;
import dev.proa.profile.SidecarSpec.Restart;
import dev.proa.profile.SidecarSpec.RestartPolicy;
import dev.proa.profile.SidecarSpec.Stop;
import dev.proa.profile.SidecarSpec.Strategy;
import dev.proa.profile.SidecarSpec.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads {@code restart}, {@code stop} and {@code watch} of a sidecar. */
final class UpkeepReader {
    static final Keys RESTART =
            Keys.of(
                    "restart",
                    "policy",
                    "max",
                    "within",
                    "strategy",
                    "fatal_exit_codes",
                    "port_conflict_codes");
    static final Keys STOP = Keys.of("stop", "http", "signal", "grace");
    static final Keys WATCH = Keys.of("watch", "paths", "debounce");
    private static final Map<String, RestartPolicy> POLICIES = Words.of(RestartPolicy.values());
    private static final Map<String, Strategy> STRATEGIES = Words.of(Strategy.values());
    private static final Map<String, String> SIGNALS =
            new TreeMap<>(
                    SidecarSpec.STOP_SIGNALS.stream().collect(Collectors.toMap(s -> s, s -> s)));

    /** A method and a path, such as {@code POST /shutdown}. */
    private static final Pattern REQUEST =
            Pattern.compile("(GET|POST|PUT|DELETE) (" + CheckReader.TARGET.pattern() + ")");

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration DAY = Duration.ofDays(1);

    private final Reading reading;

    UpkeepReader(Reading reading) {
        this.reading = reading;
    }

    Restart restart(Section sidecar, Kind kind) {
        var section = sidecar.part("restart", RESTART);
        var usual = kind == Kind.TASK ? RestartPolicy.NEVER : RestartPolicy.ALWAYS;
        return new Restart(
                section.read("policy", usual, n -> reading.choice(n, POLICIES)),
                section.read("max", 6, n -> reading.integer(n, 0, 1000)),
                section.read(
                        "within", Duration.ofSeconds(90), n -> reading.duration(n, SECOND, DAY)),
                section.read("strategy", Strategy.ONE_FOR_ONE, n -> reading.choice(n, STRATEGIES)),
                codes(section, "fatal_exit_codes"),
                codes(section, "port_conflict_codes"));
    }

    private Set<Integer> codes(Section section, String key) {
        Set<Integer> codes = new TreeSet<>();
        var node = section.node(key);
        if (node.isPresent() && node.get() instanceof Sequence list) {
            list.items().forEach(n -> reading.integer(n, 1, 255).ifPresent(codes::add));
        } else {
            node.ifPresent(n -> reading.wrong(n, "a list of exit codes", "Write [64, 78]"));
        }
        return codes;
    }

    Stop stop(Section sidecar, boolean port) {
        var section = sidecar.part("stop", STOP);
        if (!port) {
            section.refuse(
                    "http", "needs a port, and the sidecar has none", "Add " + Roster.GIVE_PORT);
        }
        return new Stop(
                section.node("http").flatMap(this::request),
                section.read("signal", "TERM", n -> reading.choice(n, SIGNALS)),
                section.read(
                        "grace",
                        Duration.ofSeconds(5),
                        n -> reading.duration(n, Duration.ZERO, Duration.ofHours(1))));
    }

    private Optional<Stop.Http> request(Node node) {
        return reading.matching(node, REQUEST, "a method and a path", "POST /shutdown")
                .map(text -> {
                    int blank = text.indexOf(' ');
                    return new Stop.Http(text.substring(0, blank), text.substring(blank + 1));
                });
    }

    Optional<Watch> watch(Section sidecar) {
        var node = sidecar.node("watch");
        if (node.isEmpty()) {
            return Optional.empty();
        }
        if (node.get() instanceof Sequence list) {
            return watch(paths(list), Duration.ofMillis(300));
        }
        var section = Section.of(reading, node.get(), WATCH);
        var debounce =
                section.read(
                        "debounce",
                        Duration.ofMillis(300),
                        n -> reading.duration(n, Duration.ofMillis(10), Duration.ofMinutes(1)));
        List<String> paths = section.require("paths", List.of(), "paths: [\"src/**\"]", this::list);
        return watch(paths, debounce);
    }

    private static Optional<Watch> watch(List<String> paths, Duration debounce) {
        return paths.isEmpty() ? Optional.empty() : Optional.of(new Watch(paths, debounce));
    }

    private Optional<List<String>> list(Node node) {
        if (node instanceof Sequence list) {
            return Optional.of(paths(list));
        }
        var found = node instanceof Mapping ? "{...}" : "text";
        reading.wrong(node, "a list of patterns", "Write [\"src/**\"], not " + found);
        return Optional.empty();
    }

    private List<String> paths(Sequence list) {
        var paths = new ArrayList<String>();
        if (list.items().isEmpty()) {
            reading.wrong(list, "a list of patterns", "Write [\"src/**\"]");
        }
        for (var item : list.items()) {
            reading.text(item).filter(text -> inside(item, text)).ifPresent(paths::add);
        }
        return paths;
    }

    private boolean inside(Node node, String pattern) {
        boolean inside = !pattern.startsWith("/") && !pattern.matches("(.*/)?\\.\\.(/.*)?");
        if (!inside) {
            reading.problems()
                    .add(
                            node.where(),
                            Quoted.of(pattern) + " leads out of the app's folder",
                            "Write a pattern below it, such as backend/**/*.py");
            return false;
        }
        try {
            java.nio.file.FileSystems.getDefault().getPathMatcher("glob:" + pattern);
            return true;
        } catch (java.util.regex.PatternSyntaxException e) {
            reading.problems()
                    .add(
                            node.where(),
                            "%s is not a pattern (%s)"
                                    .formatted(Quoted.of(pattern), e.getDescription()),
                            "Close every [ and {");
            return false;
        }
    }
}
