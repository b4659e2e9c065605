package dev.proa.agentmonitor;

import dev.proa.eventlog.EventLog;
import dev.proa.eventlog.HistoryPlaces;
import dev.proa.eventlog.Housekeeping;
import dev.proa.eventlog.Imports;
import dev.proa.eventlog.Settings;
import dev.proa.gateway.BackendRoute;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What fills the log from files, and what keeps it small and sound. */
record Store(Imports imports, Housekeeping housekeeping) implements AutoCloseable {
    /** Minutes between imports by themselves, 0 for none; stronger than the settings. */
    private static final String MINUTES = "AGENTMONITOR_AUTO_IMPORT_MINUTES";

    static Store of(
            EventLog log, Settings settings, Map<String, String> environment, Broadcast broadcast) {
        return new Store(
                new Imports(
                        log,
                        HistoryPlaces.of(environment),
                        () -> interval(settings, environment.getOrDefault(MINUTES, "")),
                        broadcast::imported),
                new Housekeeping(log, () -> settings.values().retention()));
    }

    private static Duration interval(Settings settings, String minutes) {
        if (minutes.matches("\\d{1,6}")) {
            return Duration.ofMinutes(Long.parseLong(minutes));
        }
        var wanted = settings.values().imports();
        return wanted.auto() ? Duration.ofMinutes(wanted.everyMinutes()) : Duration.ZERO;
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
