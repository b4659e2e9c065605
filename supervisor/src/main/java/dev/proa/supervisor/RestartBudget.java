package dev.proa.supervisor;

import dev.proa.profile.SidecarSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How often a sidecar may still be restarted by itself: {@code max} within any {@code within}, and
 * never more than 20 within an hour, which ends a slow flapping too.
 *
 * @param spent when restarts were decided on, oldest first, none older than the longer window
 */
record RestartBudget(int max, Duration within, List<Instant> spent) {
    static final int FLAPPING = 20;
    static final Duration FLAPPING_WITHIN = Duration.ofHours(1);

    RestartBudget {
        spent = List.copyOf(spent);
    }

    static RestartBudget of(SidecarSpec.Restart rule) {
        return new RestartBudget(rule.max(), rule.within(), List.of());
    }

    int used(Instant now) {
        return (int) count(now, within);
    }

    boolean exhausted(Instant now) {
        return count(now, within) >= max || count(now, FLAPPING_WITHIN) >= Math.max(FLAPPING, max);
    }

    RestartBudget spend(Instant now) {
        var longer = within.compareTo(FLAPPING_WITHIN) > 0 ? within : FLAPPING_WITHIN;
        var kept = new ArrayList<Instant>();
        for (var moment : spent) {
            if (moment.isAfter(now.minus(longer))) {
                kept.add(moment);
            }
        }
        kept.add(now);
        return new RestartBudget(max, within, kept);
    }

    RestartBudget refilled() {
        return new RestartBudget(max, within, List.of());
    }

    private long count(Instant now, Duration window) {
        return spent.stream().filter(moment -> moment.isAfter(now.minus(window))).count();
    }
}
