package dev.proa.supervisor;

import dev.proa.core.WallTime;
import dev.proa.profile.SidecarSpec;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The logs of everything that runs under one supervisor, by name; each file has one owner. */
final class SidecarLogs implements AutoCloseable {
    private final SupervisorSetup setup;
    private final Map<String, SidecarLog> logs = new ConcurrentHashMap<>();

    SidecarLogs(SupervisorSetup setup) {
        this.setup = setup;
    }

    /** The log of a sidecar, or of another program that runs under the guard. */
    SidecarLog of(String name) {
        return logs.computeIfAbsent(
                name,
                _ ->
                        new SidecarLog(
                                LogFiles.of(setup.dataFolder(), name),
                                rules(name),
                                setup.journal(),
                                new WallTime()));
    }

    private SidecarSpec.Logs rules(String name) {
        return setup.sidecars().stream()
                .filter(spec -> spec.id().equals(name))
                .map(SidecarSpec::logs)
                .findFirst()
                .orElse(SidecarSpec.Logs.DEFAULT);
    }

    @Override
    public void close() {
        logs.values().forEach(SidecarLog::close);
    }
}
