package dev.proa.eventlog;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.regex.Pattern;

/**
 * What was sent only to see whether it arrives. It goes the way of all events, from the reading of
 * its form to the queue of the writer, and is remembered here until the process ends; nothing of it
 * is stored. Safe to use from any thread.
 */
final class Probes {
    /** The session that {@code proa hooks doctor} sends its probes as. */
    static final String SESSION = "proa-hooks-doctor";

    private static final List<String> SOURCES = List.of("hook", "otel");
    private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");
    private static final int MOST = 100;

    private final SequencedMap<String, Long> arrived = new LinkedHashMap<>(); // guarded by this

    /** What a probe is called; empty for an event that is to be stored. */
    static Optional<String> id(NewEvent event) {
        return event.sessionId().equals(SESSION) && SOURCES.contains(event.source())
                ? ClaudeHooks.text(Json.read(event.metadata().json()), "probe")
                        .filter(ID.asMatchPredicate())
                : Optional.empty();
    }

    synchronized void arrived(List<String> ids, long now) {
        ids.forEach(id -> arrived.putIfAbsent(id, now));
        while (arrived.size() > MOST) {
            arrived.pollFirstEntry();
        }
    }

    /** When a probe arrived, in milliseconds since 1970; empty if it did not. */
    synchronized OptionalLong when(String id) {
        var at = arrived.get(id);
        return at == null ? OptionalLong.empty() : OptionalLong.of(at);
    }
}
