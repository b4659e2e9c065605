package dev.proa.supervisor;

import dev.proa.profile.SidecarSpec;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The logs of everything that runs under one supervisor, by name; each file has one owner. */
final class SidecarLogs implements AutoCloseable {
    private final SupervisorSetup setup;
    private final Function<String, Optional<SidecarSpec>> specs;
    private final Map<String, SidecarLog> logs = new ConcurrentHashMap<>();

    /**
     * @param specs the entry of that name, if it is a sidecar
     */
    SidecarLogs(SupervisorSetup setup, Function<String, Optional<SidecarSpec>> specs) {
        this.setup = setup;
        this.specs = specs;
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
                                setup.wallTime()));
    }

    private SidecarSpec.Logs rules(String name) {
        return specs.apply(name).map(SidecarSpec::logs).orElse(SidecarSpec.Logs.DEFAULT);
    }

    /** Closes the log of one whose last process is gone; it may be opened again. */
    void close(String name) {
        var log = logs.remove(name);
        if (log != null) {
            log.close();
        }
    }

    @Override
    public void close() {
        logs.values().forEach(SidecarLog::close);
    }
}
