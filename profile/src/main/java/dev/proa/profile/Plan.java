package dev.proa.profile;

import dev.proa.core.Problem;
import dev.proa.profile.Profile.App;
import dev.proa.profile.Profile.IngestSpec;
import dev.proa.profile.Profile.Installation;
import dev.proa.profile.Profile.Origin;
import dev.proa.profile.Profile.Ui;
import dev.proa.profile.Profile.WindowSpec;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What a run would start, in words that may be printed: values of secrets are {@code ***}, late
 * names are visible as {@code ${name}}.
 *
 * @param gatewayPort 0 for any free one
 * @param page a folder, {@code sidecar ID}, {@code server URL} or {@code none}
 * @param sidecars in the order in which they are started
 * @param origins where each value came from, as in the profile
 */
public record Plan(
        App app,
        Path folder,
        String mode,
        List<ModeSpec> modes,
        Path dataFolder,
        int gatewayPort,
        GatewaySpec gateway,
        String page,
        Optional<String> embeddedBackend,
        Optional<IngestSpec> ingest,
        List<Row> sidecars,
        Optional<RemoteSpec> remote,
        List<RouteSpec> routes,
        WindowSpec window,
        Installation installation,
        List<Problem> warnings,
        SortedMap<String, Origin> origins) {
    public Plan {
        modes = List.copyOf(modes);
        warnings = List.copyOf(warnings);
        sidecars = List.copyOf(sidecars);
        routes = List.copyOf(routes);
        origins = Collections.unmodifiableSortedMap(new TreeMap<>(origins));
    }

    /**
     * One sidecar.
     *
     * @param env sorted by name
     * @param port as the manifest writes it: {@code none}, {@code announce}, {@code assigned
     *     (preferred N)}, {@code fixed N}
     * @param ready {@code started}, {@code tcp}, {@code http PATH STATUS}, {@code log REGEX}; of a
     *     task without a check {@code exits with 0}
     * @param readyTimeout as the manifest writes durations
     * @param restart {@code always, 6 in 90s}
     * @param stop {@code TERM, 5s}
     * @param needs by id: the condition
     * @param rest what else the manifest says of it, by key, as text: {@code kind}, {@code live},
     *     {@code dump}, {@code logs}, {@code isolation}, {@code umask}, {@code nice}, {@code
     *     limits}, {@code attach}, {@code watch}; only what is not the default
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
            Map<String, String> needs,
            Map<String, String> rest) {
        public Row {
            command = List.copyOf(command);
            env = Collections.unmodifiableSortedMap(new TreeMap<>(env));
            needs = Collections.unmodifiableMap(new LinkedHashMap<>(needs));
            rest = Collections.unmodifiableMap(new LinkedHashMap<>(rest));
        }
    }

    /** The plan of a run with this profile. */
    public static Plan of(Profile p) {
        return new Plan(
                p.app(),
                p.folder(),
                p.mode(),
                p.modes(),
                p.dataFolder(),
                p.gatewayPort(),
                p.gateway(),
                page(p.ui()),
                p.embeddedBackend(),
                p.ingest(),
                p.sidecars().stream().map(s -> row(s, p)).toList(),
                p.remote(),
                p.routes(),
                p.window(),
                p.installation(),
                p.warnings(),
                p.origins());
    }

    private static String page(Ui ui) {
        return switch (ui) {
            case Ui.Folder(Path dir, boolean spa, _, _) -> dir + (spa ? " (spa)" : "");
            case Ui.DevServer(var base) -> "server " + base;
            case Ui.FromSidecar(String id) -> "sidecar " + id;
            case Ui.None _ -> "none";
        };
    }

    private static Row row(SidecarSpec s, Profile p) {
        Function<Template, String> shown = each -> shown(each, p.origins(), known(s, p));
        SortedMap<String, String> env = new TreeMap<>();
        s.env().forEach((name, value) -> env.put(name, Shown.value(name, shown.apply(value))));
        Map<String, String> needs = new LinkedHashMap<>();
        s.needs().forEach((id, need) -> needs.put(id, PlanWords.need(need)));
        Function<List<Template>, String> list =
                words -> String.join(" ", Shown.command(words.stream().map(shown).toList()));
        return new Row(
                s.id(),
                Shown.command(s.command().stream().map(shown).toList()),
                s.cwd(),
                env,
                PlanWords.port(s.port()),
                PlanWords.ready(s, list),
                Durations.text(s.ready().timeout()),
                PlanWords.restart(s.restart()),
                PlanWords.stop(s.stop()),
                needs,
                PlanWords.rest(s, list));
    }

    /** What the loader noted knows which parts came from secrets; the template alone does not. */
    private static String shown(
            Template template, Map<String, Origin> origins, Template.Names known) {
        var origin = origins.get(template.where().pointer());
        if (origin == null) {
            return Shown.text(template.resolve(known));
        }
        var noted = origin.value().toString();
        var plain = !template.text().contains("$$"); // else a name may be meant as it is written
        return plain ? new Template(noted, template.where()).resolve(known) : noted;
    }

    /** The late names that are known before the start: the data folder and fixed ports. */
    private static Template.Names known(SidecarSpec own, Profile p) {
        return name -> {
            if (name.equals("data")) {
                return p.dataFolder().toString();
            }
            return p.sidecars().stream()
                    .filter(s ->
                            name.equals("sidecars." + s.id() + ".port")
                                    || (name.equals("port") && s.id().equals(own.id())))
                    .flatMap(s ->
                            s.port() instanceof SidecarSpec.Port.Fixed(var port, _)
                                    ? Stream.of(port.toString())
                                    : Stream.empty())
                    .findFirst()
                    .orElse("${" + name + "}");
        };
    }

    /** {@code remote} if the mode uses a backend elsewhere, else {@code local}. */
    String backendOrigin() {
        return remote.isPresent() ? "remote" : "local";
    }

    /**
     * The plan as a table for a terminal: what, its value, and where that comes from; sidecars in
     * their order.
     */
    public List<String> lines() {
        return new PlanTable(this).lines();
    }

    /**
     * The plan as one JSON object in UTF-8, the same bytes for the same plan: {@code app{id, name,
     * version, icon}, folder, mode, modes[{id, default}], data_dir, gateway{port, ipv6, access_log,
     * listen}, page, backend, backend_origin, remote, ingest{port, auth, paths}, sidecars[{id,
     * command, cwd, env, port, ready, ready_timeout, restart, stop, needs}], routes{prefix:
     * destination}, rules{prefix: {...}}, window{width, height, min_width, min_height},
     * features{feature_flags, llm_defaults}, warnings[{where, what, remedy}], origins{pointer:
     * {layer, name, value}}}. What is not there is {@code null}; port 0 is any free one.
     */
    public byte[] toJson() {
        return JsonText.bytes(PlanJson.of(this));
    }
}
