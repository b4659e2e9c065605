package dev.proa.supervisor;

import dev.proa.core.InstanceId;
import dev.proa.journal.Journal;
import dev.proa.profile.SidecarSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Everything a supervisor is given.
 *
 * @param sidecars those of the mode, each after those it needs
 * @param dataFolder absolute and existing; output goes to {@code logs/} in it
 * @param profileFile the profile in force, told to sidecars as {@code PROA_PROFILE}
 * @param environment what sidecars inherit, before the scrub list
 * @param guard the native guard program
 * @param time of deadlines and of everything the run records
 * @param wallTime of lines in logs, which people compare with their watch
 * @param stopWithin how long an orderly stop of everything may take before what is left is killed;
 *     without it, as long as the longest chain of graces
 * @param listener hears of every change of a status, on the thread of the sidecar that changed; it
 *     must not block
 */
public record SupervisorSetup(
        List<SidecarSpec> sidecars,
        Path dataFolder,
        InstanceId instance,
        String mode,
        Optional<Path> profileFile,
        Map<String, String> environment,
        Path guard,
        Journal journal,
        InstantSource time,
        InstantSource wallTime,
        Optional<Duration> stopWithin,
        Consumer<SidecarStatus> listener) {
    public SupervisorSetup {
        sidecars = List.copyOf(sidecars);
        environment = Map.copyOf(environment);
        checkOrder(sidecars);
    }

    /**
     * @throws IllegalArgumentException if one stands before what it needs, or twice
     */
    static void checkOrder(List<SidecarSpec> sidecars) {
        var seen = new HashSet<String>();
        for (var sidecar : sidecars) {
            if (!seen.containsAll(sidecar.needs().keySet()) || !seen.add(sidecar.id())) {
                throw new IllegalArgumentException(
                        "sidecar " + sidecar.id() + " stands before what it needs, or twice");
            }
        }
    }
}
