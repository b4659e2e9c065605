package dev.proa.gateway;

import dev.proa.journal.Journal;
import dev.proa.journal.RuntimeEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/**
 * Journals failures of upstreams: the first of a kind at once, then one entry in ten seconds for
 * the same upstream and status, with a count. Safe to use from any thread.
 */
final class FailureLog {
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private record Kind(String upstream, int status) {}

    private record Quiet(Instant until, long since) {}

    private final Journal journal;
    private final InstantSource clock;
    private final Map<Kind, Quiet> quiet = new HashMap<>(); // guarded by this

    FailureLog(Journal journal, InstantSource clock) {
        this.journal = journal;
        this.clock = clock;
    }

    /** {@code request} is the id of the request that met it. */
    void note(Place place, int status, String reason, String request) {
        var kind = new Kind(place.name(), status);
        long count;
        synchronized (this) {
            var now = clock.instant();
            var known = quiet.getOrDefault(kind, new Quiet(Instant.MIN, 0));
            count = known.since() + 1;
            if (now.isBefore(known.until())) {
                quiet.put(kind, new Quiet(known.until(), count));
                return;
            }
            quiet.put(kind, new Quiet(now.plus(PAUSE), 0));
        }
        journal.record(
                new RuntimeEvent.UpstreamFailed(place.name(), status, reason, request, count));
    }
}
