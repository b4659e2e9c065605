package dev.proa.agentmonitor;

import dev.proa.eventlog.ClaudeHooks;
import dev.proa.eventlog.EventLog;
import dev.proa.eventlog.HookAgents;
import dev.proa.gateway.BackendRequest;
import dev.proa.gateway.BackendRoute;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What hooks of coding agents send, and what is known of them. */
final class HookRoutes {
    private HookRoutes() {}

    /** With the spool of this instance, if it has one. */
    static List<BackendRoute> of(EventLog log, ClaudeHooks hooks, Optional<Path> spool) {
        return List.of(
                AgentMonitor.taking(
                        "/api/hooks/claude-code",
                        request ->
                                hooks.take(
                                        request.body(),
                                        request.header("idempotency-key"),
                                        happened(request))),
                AgentMonitor.reading("/api/hooks", _ -> HookAgents.reply(log, spool)),
                AgentMonitor.reading(
                        "/api/hooks/probes/{id}",
                        request ->
                                HookAgents.probe(log, request.segments().getOrDefault("id", ""))));
    }

    /** A time that is none is as good as no time: the payload matters more. */
    private static Optional<Instant> happened(BackendRequest request) {
        try {
            return request.header("proa-hook-time").map(Instant::parse);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
