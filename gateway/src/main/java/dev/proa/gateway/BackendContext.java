package dev.proa.gateway;

import dev.proa.core.SettingsLayer;
import dev.proa.journal.Journal;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * What the runtime lends to an embedded backend.
 *
 * @param dataFolder the app's own folder, which exists and belongs to this instance alone
 * @param clock never jumps; wall time of its instants is good enough for records
 * @param journal takes note of problems
 * @param events publishes to every page
 * @param stateFolder the app's folder for what is not in the data folder, such as what hooks wrote
 *     while nothing ran; only if this instance is the one that hooks find, because two must not
 *     take in the same
 * @param settings what the installation's profile and the manifest set for this backend, highest
 *     precedence first; it checks them itself, and refuses to start with all problems it finds
 */
public record BackendContext(
        Path dataFolder,
        InstantSource clock,
        Journal journal,
        EventSink events,
        Optional<Path> stateFolder,
        List<SettingsLayer> settings) {
    public BackendContext {
        settings = List.copyOf(settings);
    }
}
