package dev.proa.profile;

import dev.proa.profile.Profile.Origin;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A plan as lines of a table: what, its value, and where that comes from. */
final class PlanTable {
    /** Longer values push their origin to the right, so that the others stay close. */
    private static final int WIDEST = 48;

    private final Plan plan;
    private final List<Line> lines = new ArrayList<>();

    private record Line(String what, String value, String from) {}

    PlanTable(Plan plan) {
        this.plan = plan;
    }

    List<String> lines() {
        var app = plan.app();
        add("app      ", "%s %s (%s)".formatted(app.name(), app.version(), app.id()), "/app");
        add("mode     ", plan.mode() + others(), "/mode");
        add("data     ", plan.dataFolder().toString(), "/data_dir");
        add("gateway  ", listener(plan.gatewayPort()), "/port");
        gateway();
        add("page     ", plan.page(), "/ui");
        plan.embeddedBackend().ifPresent(b -> add("backend  ", b + " (embedded)", "/backend"));
        plan.remote()
                .ifPresent(r ->
                        add(
                                "remote   ",
                                PlanWords.remote(r),
                                "/modes/" + plan.mode() + "/backend"));
        plan.ingest()
                .ifPresent(i ->
                        add(
                                "ingest   ",
                                listener(i.port()) + " " + String.join(" ", i.paths()),
                                "/ingest/port"));
        plan.sidecars().forEach(this::sidecar);
        for (var r : plan.routes()) {
            var pointer = Pointer.child("/routes", r.prefix());
            add("route    ", r.prefix() + " -> " + destination(r.to()), pointer);
            PlanWords.rules(r.rules())
                    .forEach((key, value) ->
                            add("  %-8s ".formatted(key), value, Pointer.child(pointer, key)));
        }
        plan.installation()
                .featureFlags()
                .forEach((name, on) -> lines.add(new Line("flag     ", name + "=" + on, "")));
        plan.installation()
                .llmDefaults()
                .forEach((name, text) -> lines.add(new Line("llm      ", name + "=" + text, "")));
        plan.warnings().forEach(w -> lines.add(new Line("warning  ", w.toString(), "")));
        return printed();
    }

    private List<String> printed() {
        int width =
                lines.stream()
                        .filter(l -> !l.from().isEmpty())
                        .mapToInt(l -> l.what().length() + l.value().length())
                        .filter(length -> length <= WIDEST)
                        .max()
                        .orElse(0);
        return lines.stream()
                .map(l -> (l.what() + l.value() + pad(l, width) + l.from()).stripTrailing())
                .map(Quoted::printable)
                .toList();
    }

    private static String pad(Line line, int width) {
        return " ".repeat(Math.max(2, width + 2 - line.what().length() - line.value().length()));
    }

    private void add(String what, String value, String pointer) {
        lines.add(new Line(what, value, from(pointer)));
    }

    private String destination(Destination to) {
        var name = PlanWords.destination(to);
        return switch (to) {
            case Destination.Sidecar _ -> name;
            case Destination.Remote _ -> plan.remote().map(r -> name + " " + r.base()).orElse(name);
        };
    }

    private String others() {
        var others =
                plan.modes().stream()
                        .map(ModeSpec::id)
                        .filter(id -> !id.equals(plan.mode()))
                        .collect(Collectors.joining(", "));
        return others.isEmpty() ? "" : " (of %s, %s)".formatted(plan.mode(), others);
    }

    private void gateway() {
        var gateway = plan.gateway();
        if (gateway.ipv6()) {
            add("         ", "and on [::1]", "/gateway/ipv6");
        }
        gateway.listen()
                .ifPresent(l ->
                        add(
                                "         ",
                                "and on %s port %d with TLS"
                                        .formatted(l.address().getHostAddress(), l.port()),
                                "/gateway/listen/address"));
        if (gateway.accessLog()) {
            add("         ", "with an access log", "/gateway/access_log");
        }
    }

    private void sidecar(Plan.Row r) {
        var pointer = Pointer.child("/sidecars", r.id());
        lines.add(new Line("sidecar  ", r.id(), ""));
        add(
                "  command  ",
                r.command().stream().map(PlanTable::word).collect(Collectors.joining(" ")),
                pointer + "/command");
        add("  cwd      ", r.cwd().toString(), pointer + "/cwd");
        r.env()
                .forEach((name, value) ->
                        add("  env      ", name + "=" + word(value), pointer + "/env/" + name));
        add("  port     ", r.port(), pointer + "/port");
        add(
                "  ready    ",
                PlanWords.CHECKLESS.contains(r.ready())
                        ? r.ready()
                        : r.ready() + ", within " + r.readyTimeout(),
                pointer + "/ready");
        add("  restart  ", r.restart(), pointer + "/restart");
        add("  stop     ", r.stop(), pointer + "/stop");
        r.needs().forEach((id, need) -> add("  needs    ", id + " " + need, pointer + "/needs"));
        r.rest().forEach((key, value) -> add("  %-8s ".formatted(key), value, pointer + "/" + key));
    }

    /** The origins of everything at or below a pointer: each once, what was written first. */
    private String from(String pointer) {
        var origins =
                plan.origins().entrySet().stream()
                        .filter(e ->
                                e.getKey().equals(pointer) || e.getKey().startsWith(pointer + "/"))
                        .map(java.util.Map.Entry::getValue)
                        .toList();
        var outside =
                origins.stream()
                        .filter(o -> !o.layer().equals("manifest") && !o.layer().equals("default"))
                        .map(PlanTable::words)
                        .distinct();
        var written =
                origins.stream()
                        .filter(o -> o.layer().equals("manifest"))
                        .map(Origin::name)
                        .min(Comparator.comparingLong(PlanTable::position))
                        .stream();
        var text = Stream.concat(outside, written).collect(Collectors.joining(", "));
        return text.isEmpty() ? "default" : text;
    }

    /** A place such as {@code proa.yaml:3:16} by line and column. */
    private static long position(String place) {
        var parts = place.split(":", -1);
        int last = parts.length - 1;
        return Long.parseLong(parts[last - 1]) * Integer.MAX_VALUE + Long.parseLong(parts[last]);
    }

    private static String words(Origin origin) {
        return switch (origin.layer()) {
            case "flag" -> origin.name();
            case "profile" ->
                    origin.name().contains(":") ? origin.name() : "profile " + origin.name();
            default -> origin.layer() + " " + origin.name();
        };
    }

    private static String listener(int port) {
        return "127.0.0.1:" + (port == 0 ? "(any free port)" : port);
    }

    /** A word as a person could paste it; control characters stay visible. */
    private static String word(String text) {
        return text.matches("[A-Za-z0-9_./:=@%+,*${}-]+") ? text : '"' + text + '"';
    }
}
