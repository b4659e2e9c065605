package dev.proa.agentmonitor;

import dev.proa.eventlog.LimitQueries;
import dev.proa.gateway.BackendRoute;
import java.util.List;

/** What agents may use, and what providers say of it. */
final class LimitRoutes {
    private LimitRoutes() {}

    static List<BackendRoute> of(LimitQueries limits) {
        return List.of(
                AgentMonitor.reading("/api/stats/usage-monitor", _ -> limits.usageMonitor()),
                AgentMonitor.reading("/api/limits", _ -> limits.limits()),
                AgentMonitor.reading("/api/provider-quotas", _ -> limits.quotas()),
                AgentMonitor.taking(
                        "/api/provider-quotas/claude/statusline",
                        request -> limits.statusline(request.body())),
                AgentMonitor.taking(
                        "/api/provider-quotas/{provider}",
                        request ->
                                limits.quota(
                                        request.segments().getOrDefault("provider", ""),
                                        request.body())));
    }
}
