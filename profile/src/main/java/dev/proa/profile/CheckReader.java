package dev.proa.profile;

import dev.proa.profile.Node.Mapping;
import dev.proa.profile.SidecarSpec.Check;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Reads the one check that stands in {@code ready} or {@code live}. */
final class CheckReader {
    /** RFC 9112 section 3.2.1: an absolute path, perhaps with a query; no fragment, no blanks. */
    static final Pattern TARGET = Pattern.compile("/[!-\"$-~]*");

    /** Checks that ask the sidecar's port. */
    private static final List<String> OF_A_PORT = List.of("http", "tcp");

    private final Reading reading;
    private final Problems problems;
    private final Function<Node, List<Template>> commands;

    /**
     * Reads the checks of one sidecar.
     *
     * @param commands reads the command of an exec check; empty when it is none, which is reported
     */
    CheckReader(Reading reading, Function<Node, List<Template>> commands) {
        this.reading = reading;
        this.problems = reading.problems();
        this.commands = commands;
    }

    /** The check, one of {@code kinds}; empty when none is written or it is wrong. */
    Optional<Check> read(Section section, List<String> kinds, boolean port) {
        var written = kinds.stream().filter(section::written).toList();
        if (written.size() > 1) {
            problems.add(
                    section.where(),
                    String.join(" and ", written) + " stand side by side",
                    "Keep one of them");
        }
        if (!written.contains("http")) {
            section.refuse("status", "has no meaning without http", "Remove it");
            section.refuse("json", "has no meaning without http", "Remove it");
        }
        for (var kind : written) {
            if (!port && OF_A_PORT.contains(kind)) {
                section.refuse(
                        kind, "needs a port, and the sidecar has none", "Add " + Roster.GIVE_PORT);
            }
        }
        return switch (written.isEmpty() ? "" : written.getFirst()) {
            case "http" -> http(section);
            case "tcp" -> section.node("tcp").flatMap(n -> only(n, "tcp", new Check.Tcp()));
            case "log" -> section.node("log").flatMap(this::pattern).map(Check.Log::new);
            case "exec" -> section.node("exec").flatMap(this::exec);
            case "announce" ->
                    section.node("announce")
                            .flatMap(n -> only(n, "announce", new Check.Announce()));
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

    private Optional<Check> only(Node node, String key, Check check) {
        return reading.flag(node)
                .filter(on -> {
                    if (!on) {
                        problems.add(
                                node.where(),
                                key + " can only be true",
                                "Write %s: true, or log: REGEX".formatted(key));
                    }
                    return on;
                })
                .map(_ -> check);
    }

    private Optional<Check> exec(Node node) {
        var command = commands.apply(node);
        return command.isEmpty() ? Optional.empty() : Optional.of(new Check.Exec(command));
    }

    /** A regular expression that is searched in a line. */
    Optional<Pattern> pattern(Node node) {
        return reading.text(node)
                .flatMap(text -> {
                    try {
                        return Optional.of(Pattern.compile(text));
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
