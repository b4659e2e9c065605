package dev.proa.profile;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The shape of a plan's JSON, which others rely on. */
final class PlanJson {
    private PlanJson() {}

    static Map<String, @Nullable Object> of(Plan plan) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        var app = plan.app();
        json.put(
                "app",
                object(
                        "id", app.id(),
                        "name", app.name(),
                        "version", app.version(),
                        "icon", app.icon().map(Path::toString).orElse(null)));
        json.put("folder", plan.folder().toString());
        json.put("mode", plan.mode());
        json.put("data_dir", plan.dataFolder().toString());
        json.put("gateway", object("port", plan.gatewayPort()));
        json.put("page", plan.page());
        json.put("backend", plan.embeddedBackend().orElse(null));
        json.put(
                "ingest",
                plan.ingest()
                        .map(i ->
                                object(
                                        "port", i.port(),
                                        "auth", i.auth().name().toLowerCase(Locale.ROOT),
                                        "paths", i.paths()))
                        .orElse(null));
        json.put("sidecars", plan.sidecars().stream().map(PlanJson::sidecar).toList());
        Map<String, @Nullable Object> routes = new LinkedHashMap<>();
        plan.routes().forEach(r -> routes.put(r.prefix(), PlanWords.destination(r.to())));
        json.put("routes", routes);
        var window = plan.window();
        json.put(
                "window",
                object(
                        "width", window.width(),
                        "height", window.height(),
                        "min_width", window.minWidth(),
                        "min_height", window.minHeight()));
        json.put("origins", origins(plan));
        return json;
    }

    private static Map<String, @Nullable Object> origins(Plan plan) {
        Map<String, @Nullable Object> origins = new LinkedHashMap<>();
        plan.origins()
                .forEach((pointer, o) ->
                        origins.put(
                                pointer,
                                object("layer", o.layer(), "name", o.name(), "value", o.value())));
        return origins;
    }

    private static Map<String, @Nullable Object> sidecar(Plan.Row row) {
        var json =
                object(
                        "id", row.id(),
                        "command", List.copyOf(row.command()),
                        "cwd", row.cwd().toString(),
                        "env", row.env(),
                        "port", row.port(),
                        "ready", row.ready(),
                        "ready_timeout", row.readyTimeout(),
                        "restart", row.restart(),
                        "stop", row.stop(),
                        "needs", row.needs());
        json.putAll(row.rest());
        return json;
    }

    private static Map<String, @Nullable Object> object(@Nullable Object... namesAndValues) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return map;
    }
}
