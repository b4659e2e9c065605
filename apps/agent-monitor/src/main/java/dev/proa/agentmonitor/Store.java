package dev.proa.agentmonitor;

import dev.proa.eventlog.EventLog;
import dev.proa.eventlog.HistoryPlaces;
import dev.proa.eventlog.Housekeeping;
import dev.proa.eventlog.Imports;
import dev.proa.eventlog.Settings;
import dev.proa.gateway.BackendRoute;
import java.util.List;
import java.util.Map;

/** What fills the log from files, and what keeps it small and sound. */
record Store(Imports imports, Housekeeping housekeeping) implements AutoCloseable {
    static Store of(
            EventLog log,
            Settings settings,
            MonitorOptions options,
            Map<String, String> environment,
            Broadcast broadcast) {
        return new Store(
                new Imports(
                        log,
                        HistoryPlaces.of(environment),
                        () -> options.importEvery(settings.values().imports()),
                        broadcast::imported),
                new Housekeeping(log, () -> settings.values().retention()));
    }

    List<BackendRoute> routes() {
        return List.of(
                AgentMonitor.reading("/api/imports", _ -> imports.list()),
                AgentMonitor.taking("/api/imports", request -> imports.start(request.body())),
                AgentMonitor.taking(
                        "/api/imports/{id}/cancel",
                        request -> imports.cancel(request.segments().getOrDefault("id", ""))),
                AgentMonitor.taking("/api/prune", request -> housekeeping.prune(request.body())),
                AgentMonitor.reading("/api/storage", _ -> housekeeping.storage()),
                AgentMonitor.taking("/api/storage/check", _ -> housekeeping.checked()),
                AgentMonitor.taking("/api/backup", request -> housekeeping.backup(request.body())));
    }

    @Override
    public void close() {
        imports.close();
        housekeeping.close();
    }
}
