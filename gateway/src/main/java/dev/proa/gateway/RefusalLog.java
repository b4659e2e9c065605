package dev.proa.gateway;

import dev.proa.journal.Journal;
import dev.proa.journal.RuntimeEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts refusals into the journal: the first of a kind at once, then one entry per cause in ten
 * seconds, so that nobody can fill the journal from outside.
 */
final class RefusalLog {
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final Journal journal;
    private final InstantSource clock;
    private final Map<Refusal.Cause, Long> counts = new EnumMap<>(Refusal.Cause.class); // this
    private final Map<Refusal.Cause, Instant> quietUntil = new EnumMap<>(Refusal.Cause.class);
    private final Map<Refusal.Cause, Long> totals = new EnumMap<>(Refusal.Cause.class); // this

    RefusalLog(Journal journal, InstantSource clock) {
        this.journal = journal;
        this.clock = clock;
    }

    void note(Refusal refusal) {
        if (refusal.cause() == Refusal.Cause.ROUTE) {
            return;
        }
        synchronized (this) {
            totals.merge(refusal.cause(), 1L, Long::sum);
            counts.merge(refusal.cause(), 1L, Long::sum);
        }
        flush(false);
    }

    /** Writes what is due; {@code all} at the end of the run. */
    void flush(boolean all) {
        var now = clock.instant();
        for (var cause : Refusal.Cause.values()) {
            var due = due(cause, now, all);
            if (due > 0) {
                var reason = cause.name().toLowerCase(Locale.ROOT);
                journal.record(new RuntimeEvent.RequestsRefused(reason, due));
            }
        }
    }

    private synchronized long due(Refusal.Cause cause, Instant now, boolean all) {
        var count = counts.getOrDefault(cause, 0L);
        var quiet = quietUntil.getOrDefault(cause, Instant.MIN);
        if (count == 0 || (!all && now.isBefore(quiet))) {
            return 0;
        }
        counts.remove(cause);
        quietUntil.put(cause, now.plus(PAUSE));
        return count;
    }

    /** How many there were since the start, by the words of the journal, rare ones included. */
    synchronized Map<String, Long> totals() {
        var all = new TreeMap<String, Long>();
        for (var cause : Refusal.Cause.values()) {
            if (cause != Refusal.Cause.ROUTE) {
                all.put(cause.name().toLowerCase(Locale.ROOT), totals.getOrDefault(cause, 0L));
            }
        }
        return all;
    }
}
