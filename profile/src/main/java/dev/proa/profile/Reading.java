package dev.proa.profile;

import dev.proa.core.Secret;
import dev.proa.core.Where;
import dev.proa.profile.Node.Kind;
import dev.proa.profile.Node.Scalar;
import dev.proa.profile.Profile.Origin;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Turns nodes of the manifest into values, and notes where each came from. Every method reports
 * what is wrong and then answers with nothing.
 */
final class Reading {
    private static final Pattern DECIMAL = Pattern.compile("-?(0|[1-9][0-9]{0,8})");
    private static final Pattern DURATION = Pattern.compile("(0|[1-9][0-9]{0,8})(ms|s|m|h)");

    private static final String IN_RANGE = "Write one in this range";

    private final Problems problems;
    private final Expansion expansion;
    private final Home home;
    private final boolean chosen;
    private final SortedMap<String, Origin> origins = new TreeMap<>();

    Reading(Problems problems, Expansion expansion, Home home) {
        this(problems, expansion, home, true);
    }

    private Reading(Problems problems, Expansion expansion, Home home, boolean chosen) {
        this.problems = problems;
        this.expansion = expansion;
        this.home = home;
        this.chosen = chosen;
    }

    /** For what another mode uses: only what is wrong in itself is a problem. */
    Reading lenient() {
        return new Reading(problems, expansion.lenient(), home, false);
    }

    /** Whether this run uses what is read, so that it has to be there. */
    boolean chosen() {
        return chosen;
    }

    Problems problems() {
        return problems;
    }

    Home home() {
        return home;
    }

    SortedMap<String, Origin> origins() {
        return origins;
    }

    void note(String pointer, Origin origin) {
        origins.put(pointer, origin);
    }

    void byDefault(String pointer, Object value) {
        var printable = value instanceof Number || value instanceof Boolean;
        note(pointer, new Origin("default", "", printable ? value : words(value)));
    }

    private static String words(Object value) {
        return switch (value) {
            case Duration d -> Durations.text(d);
            case Enum<?> e -> e.name().toLowerCase(Locale.ROOT);
            default -> value.toString();
        };
    }

    void wrong(Node node, String expected, String remedy) {
        problems.add(
                node.where(),
                "%s stands where %s belongs".formatted(node.inWords(), expected),
                remedy);
    }

    /** A text with its names replaced; a number counts as text only if {@code numbers}. */
    Optional<Expanded> expanded(Node node, LateNames late, boolean numbers) {
        if (!(node instanceof Scalar s)) {
            wrong(node, "a text", "Write one text");
            return Optional.empty();
        }
        boolean number = s.kind() == Kind.INTEGER || s.kind() == Kind.NUMBER;
        if (number && numbers) {
            return Optional.of(Expanded.literal(s.text(), s.where()));
        }
        if (s.kind() != Kind.TEXT) {
            var text = s.kind() == Kind.NULL ? "" : s.text();
            wrong(s, "a text", "Write \"" + text + "\" in quotes");
            return Optional.empty();
        }
        if (s.text().indexOf('\0') >= 0) {
            problems.add(s.where(), "the text holds a NUL character", "Remove it");
            return Optional.empty();
        }
        return expansion.expand(s.text(), s.where(), late);
    }

    private Optional<Expanded> noted(Node node) {
        var expanded = expanded(node, LateNames.NONE, false);
        expanded.ifPresent(e -> note(node.where(), e, e.shown()));
        return expanded;
    }

    void note(Where where, Expanded e, Object shown) {
        note(where.pointer(), new Origin(e.layer(), e.name(), shown));
    }

    /** A text that is not blank. */
    Optional<String> text(Node node) {
        return noted(node).map(Expanded::plain).filter(t -> notBlank(node.where(), t));
    }

    private boolean notBlank(Where where, String text) {
        if (text.isBlank()) {
            problems.add(where, "the text is empty", "Write something, or remove the key");
        }
        return !text.isBlank();
    }

    /** A text that matches; {@code expected} and {@code example} describe one that does. */
    Optional<String> matching(Node node, Pattern pattern, String expected, String example) {
        return text(node)
                .filter(t -> {
                    boolean fits = pattern.matcher(t).matches();
                    if (!fits) {
                        no(node.where(), t, expected, "Write one like " + example);
                    }
                    return fits;
                });
    }

    private void no(Where where, String found, String expected, String remedy) {
        problems.add(
                where, "%s is not %s".formatted(Quoted.of(shown(where, found)), expected), remedy);
    }

    /** A text that was read, as it may be shown. */
    String shown(Where where, String found) {
        var origin = origins.get(where.pointer());
        return origin == null ? found : origin.value().toString();
    }

    /** A text that may hold secrets, with what is shown of it under {@code name}. */
    Optional<String> secretive(String name, Node node) {
        var expanded = expanded(node, LateNames.SECRETS, false);
        expanded.ifPresent(e -> note(node.where(), e, Shown.value(name, e.shown())));
        return expanded.map(e -> e.template(node.where()).resolve(late -> "${" + late + "}"));
    }

    /** A token; it should be {@code ${secret.NAME}}. */
    Optional<Secret> secret(Node node) {
        return secretive("token", node).filter(t -> notBlank(node.where(), t)).map(Secret::of);
    }

    /** A whole number; also a text in which {@code ${...}} stands for one. */
    Optional<Integer> integer(Node node, int least, int most) {
        var range = "a whole number from %d to %d".formatted(least, most);
        if (!(node instanceof Scalar s) || s.kind() == Kind.BOOLEAN) {
            wrong(node, range, "Write a number");
            return Optional.empty();
        }
        var text = Optional.of(s.text());
        if (s.kind() == Kind.TEXT && s.text().contains("${")) {
            text = noted(s).map(Expanded::plain);
        } else if (s.kind() == Kind.TEXT) {
            no(s.where(), s.text(), range, plainNumber(s.text()));
            return Optional.empty();
        }
        var number = text.filter(t -> decimal(s, t, range)).map(Integer::parseInt);
        number.filter(n -> n < least || n > most)
                .ifPresent(n -> problems.add(s.where(), n + " is not " + range, IN_RANGE));
        number.ifPresent(n -> noteValue(s, n));
        return number.filter(n -> n >= least && n <= most);
    }

    private boolean decimal(Scalar s, String text, String range) {
        boolean decimal = DECIMAL.matcher(text).matches();
        if (!decimal && s.kind() == Kind.TEXT) {
            no(s.where(), text, range, plainNumber(text));
        } else if (!decimal) {
            // A whole number that does not even fit is only too large.
            var remedy = text.matches("-?[1-9][0-9]*") ? IN_RANGE : plainNumber(text);
            problems.add(s.where(), text + " is not " + range, remedy);
        }
        return decimal;
    }

    /** {@code 1_000}, {@code 017} and {@code "8080"} are numbers to people and other readers. */
    private static String plainNumber(String text) {
        var digits = text.replaceAll("[_,']", "").replaceAll("^\\+?0*(?=[0-9])", "");
        if (text.matches("0[xo][0-9a-fA-F]{1,7}")) {
            int radix = text.charAt(1) == 'x' ? 16 : 8;
            return "Write " + Integer.parseInt(text.substring(2), radix) + ", in decimal digits";
        }
        return DECIMAL.matcher(digits).matches()
                ? "Write " + digits + " without quotes, signs or leading zeros"
                : "Write a whole number in decimal digits";
    }

    private void noteValue(Scalar s, Object value) {
        var earlier = origins.get(s.where().pointer());
        note(
                s.where().pointer(),
                earlier == null
                        ? new Origin("manifest", Expanded.place(s.where()), value)
                        : new Origin(earlier.layer(), earlier.name(), value));
    }

    /** {@code true} or {@code false}; also a text in which {@code ${...}} stands for one. */
    Optional<Boolean> flag(Node node) {
        if (!(node instanceof Scalar s) || s.kind() == Kind.INTEGER || s.kind() == Kind.NUMBER) {
            wrong(node, "true or false", "Write true or false");
            return Optional.empty();
        }
        var text = Optional.of(s.text());
        if (s.kind() == Kind.TEXT && s.text().contains("${")) {
            text = noted(s).map(Expanded::plain);
        } else if (s.kind() == Kind.TEXT) {
            // YAML 1.1 readers took no, off and n for false; YAML 1.2 has text here.
            var meant = s.text().toLowerCase(Locale.ROOT);
            var remedy =
                    switch (meant) {
                        case "yes", "on", "y", "true" -> "Write true";
                        case "no", "off", "n", "false" -> "Write false";
                        default -> "Write true or false";
                    };
            no(s.where(), s.text(), "a boolean", remedy);
            return Optional.empty();
        }
        var value = text.map(t -> t.toLowerCase(Locale.ROOT));
        value.filter(t -> !t.matches("true|false"))
                .ifPresent(t -> no(s.where(), t, "a boolean", "Write true or false"));
        var flag = value.filter(t -> t.matches("true|false")).map(Boolean::parseBoolean);
        flag.ifPresent(f -> noteValue(s, f));
        return flag;
    }

    /** A duration such as {@code 500ms}, {@code 90s}, {@code 5m}, {@code 1h}. */
    Optional<Duration> duration(Node node, Duration least, Duration most) {
        if (node instanceof Scalar s && (s.kind() == Kind.INTEGER || s.kind() == Kind.NUMBER)) {
            problems.add(
                    s.where(),
                    s.text() + " has no unit",
                    "Write %ss for seconds".formatted(s.text()));
            return Optional.empty();
        }
        var text = text(node);
        var duration = text.flatMap(t -> Durations.parse(DURATION.matcher(t)));
        if (text.isPresent() && duration.isEmpty()) {
            no(node.where(), text.get(), "a duration", "Write a whole number with ms, s, m or h");
        }
        duration.filter(d -> d.compareTo(least) < 0 || d.compareTo(most) > 0)
                .ifPresent(d ->
                        problems.add(
                                node.where(),
                                "%s is not within %s and %s"
                                        .formatted(
                                                Durations.text(d),
                                                Durations.text(least),
                                                Durations.text(most)),
                                IN_RANGE));
        return duration;
    }

    /** One of a few words. */
    <T> Optional<T> choice(Node node, Map<String, T> words) {
        return text(node)
                .flatMap(t -> {
                    var value = Optional.ofNullable(words.get(t));
                    if (value.isEmpty()) {
                        var all = String.join(", ", words.keySet());
                        no(
                                node.where(),
                                t,
                                "one of " + all,
                                Guess.closest(t, words.keySet())
                                        .map(g -> "Write " + g)
                                        .orElse("Write one of them"));
                    }
                    return value;
                });
    }

    /**
     * A path, absolute and without {@code .} and {@code ..}; a relative one is below {@code base}.
     */
    Optional<Path> path(Node node, Path base) {
        return text(node)
                .flatMap(t -> {
                    var path = resolve(node.where(), t, base);
                    path.ifPresent(p -> noteValue((Scalar) node, p.toString()));
                    return path;
                });
    }

    Optional<Path> resolve(Where where, String text, Path base) {
        var expanded = home.expand(text);
        if (expanded.startsWith("~")) {
            problems.add(
                    where,
                    "only ~ and ~/ stand for a home folder, not " + Quoted.of(text),
                    "Write the whole path, or ./ in front of a name with ~");
            return Optional.empty();
        }
        try {
            return Optional.of(base.resolve(expanded).normalize());
        } catch (InvalidPathException e) {
            problems.add(where, Quoted.of(text) + " is not a path", "Correct it");
            return Optional.empty();
        }
    }
}
