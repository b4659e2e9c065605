package dev.proa.agentmonitor;

import dev.proa.eventlog.CostQueries;
import dev.proa.eventlog.EventLog;
import dev.proa.eventlog.Settings;
import dev.proa.gateway.BackendRoute;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/** What was used and what it cost, over HTTP. */
final class CostRoutes {
    private static final int MOST_BYTES = 64 * 1024;

    private CostRoutes() {}

    static List<BackendRoute> of(EventLog log, Settings settings) {
        var costs = new CostQueries(log);
        return List.of(
                AgentMonitor.reading(
                        "/api/stats/cost", request -> costs.contract(request::parameter)),
                AgentMonitor.reading("/api/costs", request -> costs.costs(request::parameter)),
                AgentMonitor.reading(
                        "/api/costs/series", request -> costs.series(request::parameter)),
                AgentMonitor.reading(
                        "/api/costs/events", request -> costs.events(request::parameter)),
                AgentMonitor.reading("/api/prices", _ -> costs.prices()),
                new BackendRoute(
                        "PUT",
                        "/api/prices/{model}",
                        MOST_BYTES,
                        AgentMonitor.handler(request ->
                                costs.put(
                                        request.segments().getOrDefault("model", ""),
                                        request.body()))),
                new BackendRoute(
                        "POST",
                        "/api/costs/recalculate",
                        MOST_BYTES,
                        AgentMonitor.handler(request ->
                                costs.recalculate(
                                        request.parameter("unpriced")
                                                .filter("true"::equals)
                                                .isPresent()))),
                AgentMonitor.reading(
                        "/api/budgets",
                        request ->
                                costs.budgets(
                                        settings.values().budgets(),
                                        zone(request.parameter("zone")))));
    }

    /** Whose days are meant; this machine's, if nothing is said or it is no time zone. */
    private static ZoneId zone(Optional<String> name) {
        return name.filter(ZoneId.getAvailableZoneIds()::contains)
                .map(ZoneId::of)
                .orElseGet(ZoneId::systemDefault);
    }
}
