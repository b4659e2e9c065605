package dev.proa.agentmonitor;

import dev.proa.eventlog.EventLog;
import dev.proa.eventlog.EventQueries;
import dev.proa.eventlog.SearchQueries;
import dev.proa.eventlog.SessionQueries;
import dev.proa.gateway.BackendRequest;
import dev.proa.gateway.BackendRoute;
import java.util.List;

/** What readers ask about sessions, events and tools. */
final class QueryRoutes {
    private QueryRoutes() {}

    static List<BackendRoute> of(EventLog log, EventQueries queries) {
        var sessions = new SessionQueries(log);
        var search = new SearchQueries(log);
        return List.of(
                AgentMonitor.reading("/api/events", request -> queries.events(request::parameter)),
                AgentMonitor.reading(
                        "/api/sessions", request -> queries.sessions(request::parameter)),
                AgentMonitor.reading(
                        "/api/sessions/{id}",
                        request -> queries.session(id(request), request::parameter)),
                AgentMonitor.reading(
                        "/api/sessions/{id}/transcript",
                        request -> sessions.transcript(id(request), request::parameter)),
                AgentMonitor.reading(
                        "/api/sessions/{id}/files", request -> sessions.files(id(request))),
                AgentMonitor.reading("/api/stats", request -> queries.stats(request::parameter)),
                AgentMonitor.reading(
                        "/api/stats/tools", request -> queries.tools(request::parameter)),
                AgentMonitor.reading("/api/search", request -> search.search(request::parameter)),
                AgentMonitor.reading("/api/filter-options", _ -> queries.filterOptions()));
    }

    private static String id(BackendRequest request) {
        return request.segments().getOrDefault("id", "");
    }
}
