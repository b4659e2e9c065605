package dev.proa.profile;

import dev.proa.core.Where;
import dev.proa.profile.Node.Mapping;
import dev.proa.profile.SidecarSpec.Check;
import dev.proa.profile.SidecarSpec.Ready;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Reads {@code ready} of a sidecar. */
final class ReadyReader {
    private static final Keys READY =
            Keys.of("ready", "http", "tcp", "log", "status", "json", "timeout")
                    .later("exec", "announce");
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration LONGEST = Duration.ofDays(1);

    /** RFC 9112 section 3.2.1: an absolute path, perhaps with a query; no fragment, no blanks. */
    private static final Pattern TARGET = Pattern.compile("/[!-\"$-~]*");

    private final Reading reading;
    private final Problems problems;

    ReadyReader(Reading reading) {
        this.reading = reading;
        this.problems = reading.problems();
    }

    Ready read(Section sidecar, boolean port) {
        Check usual = port ? new Check.Tcp() : new Check.Started();
        var pointer = Pointer.child(sidecar.where().pointer(), "ready");
        var node = sidecar.node("ready");
        if (!sidecar.written("ready")) {
            reading.byDefault(pointer, port ? "tcp" : "started");
        }
        var where = sidecar.where();
        var section =
                node.map(n -> Section.of(reading, n, READY))
                        .orElse(
                                Section.absent(
                                        reading,
                                        new Where(
                                                where.file(),
                                                where.line(),
                                                where.column(),
                                                pointer),
                                        READY));
        var check = check(section, port).orElse(usual);
        var timeout =
                section.read(
                        "timeout",
                        TIMEOUT,
                        n -> reading.duration(n, Duration.ofMillis(1), LONGEST));
        return Ready.of(check, timeout);
    }

    private Optional<Check> check(Section section, boolean port) {
        var kinds = List.of("http", "tcp", "log").stream().filter(section::written).toList();
        if (kinds.size() > 1) {
            problems.add(
                    section.where(),
                    String.join(" and ", kinds) + " stand side by side",
                    "Keep one of them");
        }
        if (!kinds.contains("http")) {
            section.refuse("status", "has no meaning without http", "Remove it");
            section.refuse("json", "has no meaning without http", "Remove it");
        }
        for (var kind : kinds) {
            if (!port && !kind.equals("log")) {
                section.refuse(
                        kind, "needs a port, and the sidecar has none", "Add " + Roster.GIVE_PORT);
            }
        }
        return switch (kinds.isEmpty() ? "" : kinds.getFirst()) {
            case "http" -> http(section);
            case "tcp" -> section.node("tcp").flatMap(this::tcp);
            case "log" -> section.node("log").flatMap(this::log);
            default -> Optional.empty();
        };
    }

    private Optional<Check> http(Section section) {
        var path =
                section.node("http")
                        .flatMap(n -> reading.matching(n, TARGET, "a path", "/health/ready"));
        int status = section.read("status", 200, n -> reading.integer(n, 100, 599));
        var json = section.node("json").map(this::json).orElse(Map.of());
        return path.map(p -> new Check.Http(p, status, json));
    }

    private Map<String, String> json(Node node) {
        Map<String, String> expected = new LinkedHashMap<>();
        if (!(node instanceof Mapping mapping)) {
            reading.wrong(node, "a mapping of JSON pointers", "Write {/status: ok}");
            return expected;
        }
        for (var e : mapping.entries()) {
            if (!Pointer.valid(e.name())) {
                problems.add(
                        e.named(),
                        Quoted.of(e.name()) + " is not a JSON pointer",
                        "Begin it with /, write ~0 for ~ and ~1 for /");
            }
            JsonText.of(e.value(), reading).ifPresent(v -> expected.put(e.name(), v));
        }
        return expected;
    }

    private Optional<Check> tcp(Node node) {
        return reading.flag(node)
                .filter(on -> {
                    if (!on) {
                        problems.add(
                                node.where(),
                                "tcp can only be true",
                                "Write tcp: true, or log: REGEX");
                    }
                    return on;
                })
                .map(_ -> new Check.Tcp());
    }

    private Optional<Check> log(Node node) {
        return reading.text(node)
                .flatMap(text -> {
                    try {
                        return Optional.of(new Check.Log(Pattern.compile(text)));
                    } catch (PatternSyntaxException e) {
                        var at = e.getIndex() < 0 ? "" : " at character " + (e.getIndex() + 1);
                        problems.add(
                                node.where(),
                                "%s is not a regular expression (%s%s)"
                                        .formatted(
                                                Quoted.of(text),
                                                e.getDescription()
                                                        .toLowerCase(java.util.Locale.ROOT),
                                                at),
                                "Correct it, and write \\ before a plain ( [ { . * + ?");
                        return Optional.empty();
                    }
                });
    }
}
