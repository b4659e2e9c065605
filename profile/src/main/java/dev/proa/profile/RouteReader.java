package dev.proa.profile;

import dev.proa.core.Where;
import dev.proa.profile.Node.Mapping;
import dev.proa.profile.Node.Sequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads {@code routes}. */
final class RouteReader {
    /** The name under which a route leads to the mode's backend. */
    static final String REMOTE = "remote";

    static final Keys ROUTE =
            Keys.of(
                    "a route",
                    "to",
                    "rewrite",
                    "request_headers",
                    "response_headers",
                    "max_body",
                    "timeout",
                    "hold",
                    "compat");
    static final Keys REWRITE = Keys.of("rewrite", "strip", "prepend");
    static final Keys HEADERS = Keys.of("headers", "set", "remove");
    static final Keys COMPAT = Keys.of("compat", "query_token");

    /** RFC 9110 section 5.6.2: a token. */
    private static final Pattern FIELD_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}");

    /** RFC 9110 section 5.5, visible ASCII with blanks and tabs inside. */
    private static final Pattern FIELD_VALUE = Pattern.compile("[!-~]([\t -~]*[!-~])?");

    private static final Pattern PARAMETER = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    /** Fields that belong to one connection (RFC 9110 section 7.6.1) or to Proa. */
    private static final Set<String> OWN =
            Set.of(
                    "connection",
                    "content-length",
                    "expect",
                    "host",
                    "keep-alive",
                    "proxy-connection",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade",
                    "x-proa-token");

    private static final long KIB = 1024;
    private static final Duration LEAST = Duration.ofMillis(100);

    private final Reading reading;
    private final Problems problems;
    private final Roster roster;
    private final Modes modes;
    private final String mode;

    RouteReader(Reading reading, Roster roster, Modes modes, String mode) {
        this.reading = reading;
        this.problems = reading.problems();
        this.roster = roster;
        this.modes = modes;
        this.mode = mode;
    }

    List<RouteSpec> read(Section root) {
        List<RouteSpec> routes = new ArrayList<>();
        var node = root.node("routes");
        if (node.isPresent() && node.get() instanceof Mapping mapping) {
            for (var e : mapping.entries()) {
                Prefix.check(e.name(), e.named(), problems);
                route(e.name(), e.value()).ifPresent(routes::add);
            }
        } else {
            node.ifPresent(
                    n -> reading.wrong(n, "a mapping of prefixes to sidecars", "Write {/api: ID}"));
        }
        return routes;
    }

    private Optional<RouteSpec> route(String prefix, Node node) {
        if (!(node instanceof Mapping)) {
            return destination(node).map(to -> new RouteSpec(prefix, to, RouteRules.NONE));
        }
        var section = Section.of(reading, node, ROUTE);
        var to =
                section.require(
                        "to",
                        Optional.<Destination>empty(),
                        "to: ID",
                        n -> Optional.of(destination(n)));
        var rules =
                new RouteRules(
                        section.node("rewrite").flatMap(n -> rewrite(prefix, n)),
                        headers(section, "request_headers"),
                        headers(section, "response_headers"),
                        section.node("max_body")
                                .flatMap(n -> Sizes.read(reading, n, KIB, KIB << 40))
                                .map(OptionalLong::of)
                                .orElse(OptionalLong.empty()),
                        section.node("timeout")
                                .flatMap(n -> reading.duration(n, LEAST, Duration.ofDays(1))),
                        section.node("hold")
                                .flatMap(n -> reading.duration(n, LEAST, Duration.ofMinutes(5))),
                        queryToken(section));
        return to.map(destination -> new RouteSpec(prefix, destination, rules));
    }

    private Optional<Destination> destination(Node node) {
        return reading.text(node).flatMap(id -> destination(id, node.where()));
    }

    private Optional<Destination> destination(String id, Where where) {
        if (id.equals(REMOTE)) {
            return remote(where, "the route leads to the remote backend");
        }
        if (!roster.reachable(id, where, problems)) {
            return Optional.empty();
        }
        var away = "the sidecar %s does not run in it".formatted(Quoted.of(id));
        var lost =
                modes.ids().stream()
                        .filter(m -> !roster.runsIn(id, m) && !modes.remote(m))
                        .findFirst();
        lost.ifPresent(m -> nobody(where, m, away));
        if (lost.isPresent()) {
            return Optional.empty();
        }
        return Optional.of(
                roster.runsIn(id, mode) ? new Destination.Sidecar(id) : new Destination.Remote());
    }

    private Optional<Destination> remote(Where where, String why) {
        var lost = modes.ids().stream().filter(m -> !modes.remote(m)).findFirst();
        lost.ifPresent(m -> nobody(where, m, why));
        return lost.isPresent() ? Optional.empty() : Optional.of(new Destination.Remote());
    }

    private void nobody(Where where, String inMode, String why) {
        problems.add(
                where,
                "nothing answers this route in the mode %s: %s, and the mode has no backend"
                        .formatted(inMode, why),
                "Write backend: URL in the mode, or let a sidecar of it answer");
    }

    private Optional<PathRewrite> rewrite(String prefix, Node node) {
        var section = Section.of(reading, node, REWRITE);
        var strip = section.read("strip", "", n -> part(n).filter(s -> covers(n, s, prefix)));
        var prepend = section.read("prepend", "", this::part);
        if (section.readable() && !section.written("strip") && !section.written("prepend")) {
            problems.add(
                    section.where(),
                    "the rewrite changes nothing",
                    "Write strip or prepend, or remove it");
        }
        return strip.isEmpty() && prepend.isEmpty()
                ? Optional.empty()
                : Optional.of(new PathRewrite(strip, prepend));
    }

    private Optional<String> part(Node node) {
        return reading.text(node).filter(p -> Prefix.part(p, node.where(), problems));
    }

    private boolean covers(Node node, String strip, String prefix) {
        boolean covers = prefix.equals(strip) || prefix.startsWith(strip + "/");
        if (!covers) {
            problems.add(
                    node.where(),
                    "not every path of %s begins with %s".formatted(prefix, strip),
                    "Write " + prefix);
        }
        return covers;
    }

    private HeaderRules headers(Section route, String key) {
        var node = route.node(key);
        if (node.isEmpty()) {
            return HeaderRules.NONE;
        }
        var section = Section.of(reading, node.get(), HEADERS);
        var put = section.node("set").map(this::fields).orElseGet(TreeMap::new);
        List<String> remove = section.node("remove").map(this::names).orElse(List.of());
        return new HeaderRules(put, remove);
    }

    private SortedMap<String, String> fields(Node node) {
        SortedMap<String, String> fields = new TreeMap<>();
        if (!(node instanceof Mapping mapping)) {
            reading.wrong(node, "a mapping of header fields", "Write {NAME: value}");
            return fields;
        }
        for (var e : mapping.entries()) {
            var name = name(e.name(), e.named());
            var value = reading.secretive(e.name(), e.value()).filter(v -> isValue(e, v));
            if (name.isPresent() && value.isPresent()) {
                fields.put(name.get(), value.get());
            }
        }
        return fields;
    }

    private boolean isValue(Node.Entry field, String value) {
        boolean fits = FIELD_VALUE.matcher(value).matches();
        if (!fits) {
            problems.add(
                    field.value().where(),
                    "the value of %s cannot be sent as a header".formatted(field.name()),
                    "Use visible ASCII characters on one line");
        }
        return fits;
    }

    private List<String> names(Node node) {
        List<String> names = new ArrayList<>();
        if (node instanceof Sequence list) {
            for (var item : list.items()) {
                reading.text(item).flatMap(t -> name(t, item.where())).ifPresent(names::add);
            }
        } else {
            reading.wrong(node, "a list of header fields", "Write [NAME]");
        }
        return names;
    }

    private Optional<String> name(String name, Where where) {
        var small = name.toLowerCase(Locale.ROOT);
        if (!FIELD_NAME.matcher(name).matches()) {
            problems.add(
                    where, Quoted.of(name) + " is not a header's name", "Write one like X-Client");
            return Optional.empty();
        }
        if (OWN.contains(small)) {
            problems.add(where, name + " is set by Proa itself", "Remove it");
            return Optional.empty();
        }
        return Optional.of(small);
    }

    private Optional<String> queryToken(Section route) {
        var node = route.node("compat");
        if (node.isEmpty()) {
            return Optional.empty();
        }
        var section = Section.of(reading, node.get(), COMPAT);
        var at = section.node("query_token");
        if (at.isEmpty()) {
            section.require("query_token", "", "query_token: token", _ -> Optional.empty());
            return Optional.empty();
        }
        var name = at.flatMap(n -> reading.matching(n, PARAMETER, "a parameter's name", "token"));
        name.ifPresent(n ->
                problems.warn(
                        at.get().where(),
                        "a token in an address ends up in histories and logs",
                        "Let the client send X-Proa-Token, and remove compat"));
        return name;
    }
}
