package dev.proa.gateway;

import dev.proa.journal.Journal;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * What the runtime lends to an embedded backend.
 *
 * @param dataFolder the app's own folder, which exists and belongs to this instance alone
 * @param clock never jumps; wall time of its instants is good enough for records
 * @param journal takes note of problems
 * @param events publishes to every page
 */
public record BackendContext(
        Path dataFolder, InstantSource clock, Journal journal, EventSink events) {}
