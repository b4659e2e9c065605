package dev.proa.profile;

import dev.proa.profile.Profile.App;
import dev.proa.profile.Profile.IngestSpec;
import dev.proa.profile.Profile.Origin;
import dev.proa.profile.Profile.RouteSpec;
import dev.proa.profile.Profile.Ui;
import dev.proa.profile.Profile.WindowSpec;
import dev.proa.profile.SidecarSpec.Check;
import dev.proa.profile.SidecarSpec.Port;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a run would start, in words that may be printed: values of secrets are {@code ***}, late
 * names are visible as {@code ${name}}.
 *
 * @param gatewayPort 0 for any free one
 * @param page a folder, {@code sidecar ID} or {@code none}
 * @param sidecars in the order in which they are started
 * @param origins where each value came from, as in the profile
 */
public record Plan(
        App app,
        Path folder,
        String mode,
        Path dataFolder,
        int gatewayPort,
        String page,
        Optional<String> embeddedBackend,
        Optional<IngestSpec> ingest,
        List<Row> sidecars,
        List<RouteSpec> routes,
        WindowSpec window,
        SortedMap<String, Origin> origins) {
    public Plan {
        sidecars = List.copyOf(sidecars);
        routes = List.copyOf(routes);
        origins = Collections.unmodifiableSortedMap(new TreeMap<>(origins));
    }

    /**
     * One sidecar.
     *
     * @param env sorted by name
     * @param port {@code none}, {@code assigned}, {@code assigned (preferred N)}, {@code fixed N}
     * @param ready {@code started}, {@code tcp}, {@code http PATH STATUS}, {@code log REGEX}
     * @param readyTimeout as the manifest writes durations
     * @param restart {@code always, 6 in 90s}
     * @param stop {@code TERM, 5s}
     * @param needs by id: {@code started} or {@code ready}
     */
    public record Row(
            String id,
            List<String> command,
            Path cwd,
            SortedMap<String, String> env,
            String port,
            String ready,
            String readyTimeout,
            String restart,
            String stop,
            Map<String, String> needs) {
        public Row {
            command = List.copyOf(command);
            env = Collections.unmodifiableSortedMap(new TreeMap<>(env));
            needs = Collections.unmodifiableMap(new LinkedHashMap<>(needs));
        }
    }

    /** The plan of a run with this profile. */
    public static Plan of(Profile p) {
        return new Plan(
                p.app(),
                p.folder(),
                p.mode(),
                p.dataFolder(),
                p.gatewayPort(),
                page(p.ui()),
                p.embeddedBackend(),
                p.ingest(),
                p.sidecars().stream().map(s -> row(s, p.origins())).toList(),
                p.routes(),
                p.window(),
                p.origins());
    }

    private static String page(Ui ui) {
        return switch (ui) {
            case Ui.Folder(Path dir, boolean spa) -> dir + (spa ? " (spa)" : "");
            case Ui.FromSidecar(String id) -> "sidecar " + id;
            case Ui.None _ -> "none";
        };
    }

    private static Row row(SidecarSpec s, Map<String, Origin> origins) {
        SortedMap<String, String> env = new TreeMap<>();
        s.env().forEach((name, value) -> env.put(name, Shown.value(name, shown(value, origins))));
        Map<String, String> needs = new LinkedHashMap<>();
        s.needs().forEach((id, need) -> needs.put(id, words(need)));
        var restart = s.restart();
        return new Row(
                s.id(),
                Shown.command(s.command().stream().map(t -> shown(t, origins)).toList()),
                s.cwd(),
                env,
                port(s.port()),
                ready(s.ready().check()),
                Durations.text(s.ready().timeout()),
                "%s, %d in %s"
                        .formatted(
                                restart.policy().name().toLowerCase(Locale.ROOT),
                                restart.max(),
                                Durations.text(restart.within())),
                s.stop().signal() + ", " + Durations.text(s.stop().grace()),
                needs);
    }

    /** What the loader noted knows which parts came from secrets; the template alone does not. */
    private static String shown(Template template, Map<String, Origin> origins) {
        var origin = origins.get(template.where().pointer());
        return origin == null
                ? Shown.text(template.resolve(name -> "${" + name + "}"))
                : origin.value().toString();
    }

    private static String words(SidecarSpec.Need need) {
        return switch (need) {
            case SidecarSpec.Need.Started _ -> "started";
            case SidecarSpec.Need.Ready _ -> "ready";
            case SidecarSpec.Need.Healthy _ -> "healthy";
            case SidecarSpec.Need.Completed _ -> "completed";
            case SidecarSpec.Need.CompletedSuccessfully _ -> "completed_successfully";
            case SidecarSpec.Need.Log(var pattern) -> "log " + pattern;
        };
    }

    private static String port(Port port) {
        return switch (port) {
            case Port.None _ -> "none";
            case Port.Assigned(var preferred) when preferred.isPresent() ->
                    "assigned (preferred " + preferred.getAsInt() + ")";
            case Port.Assigned _ -> "assigned";
            case Port.Announce _ -> "announce";
            case Port.Inherit _ -> "inherit";
            case Port.Fixed(var number, _) -> "fixed " + number;
        };
    }

    private static String ready(Check check) {
        return switch (check) {
            case Check.Started _ -> "started";
            case Check.Tcp _ -> "tcp";
            case Check.Http(String path, int status, var json) ->
                    "http "
                            + path
                            + " "
                            + status
                            + (json.isEmpty() ? "" : " " + new TreeMap<>(json));
            case Check.Log(var pattern) -> "log " + pattern;
            case Check.Exec _ -> "exec";
            case Check.Announce _ -> "announce";
        };
    }

    /** The plan for a terminal: one line a fact, sidecars in their order. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("app      %s %s (%s)".formatted(app.name(), app.version(), app.id()));
        lines.add("mode     " + mode);
        lines.add("data     " + dataFolder);
        lines.add("gateway  " + listener(gatewayPort));
        lines.add("page     " + page);
        embeddedBackend.ifPresent(b -> lines.add("backend  " + b + " (embedded)"));
        ingest.ifPresent(i ->
                lines.add("ingest   " + listener(i.port()) + " " + String.join(" ", i.paths())));
        for (var r : sidecars) {
            lines.add("sidecar  " + r.id());
            lines.add(
                    "  command  "
                            + r.command().stream()
                                    .map(Plan::word)
                                    .collect(Collectors.joining(" ")));
            lines.add("  cwd      " + r.cwd());
            r.env().forEach((name, value) -> lines.add("  env      " + name + "=" + word(value)));
            lines.add("  port     " + r.port());
            lines.add("  ready    %s, within %s".formatted(r.ready(), r.readyTimeout()));
            lines.add("  restart  " + r.restart());
            lines.add("  stop     " + r.stop());
            r.needs().forEach((id, need) -> lines.add("  needs    " + id + " " + need));
        }
        routes.forEach(r -> lines.add("route    " + r.prefix() + " -> " + r.sidecar()));
        return lines.stream().map(Quoted::printable).toList();
    }

    private static String listener(int port) {
        return "127.0.0.1:" + (port == 0 ? "(any free port)" : port);
    }

    /** A word as a person could paste it; control characters stay visible. */
    private static String word(String text) {
        return text.matches("[A-Za-z0-9_./:=@%+,*${}-]+") ? text : '"' + text + '"';
    }

    /**
     * The plan as one JSON object in UTF-8, the same bytes for the same plan: {@code app{id, name,
     * version, icon}, folder, mode, data_dir, gateway{port}, page, backend, ingest{port, auth,
     * paths}, sidecars[{id, command, cwd, env, port, ready, ready_timeout, restart, stop, needs}],
     * routes{prefix: id}, window{width, height, min_width, min_height}, origins{pointer: {layer,
     * name, value}}}. What is not there is {@code null}; port 0 is any free one.
     */
    public byte[] toJson() {
        return JsonText.bytes(PlanJson.of(this));
    }
}
