package dev.proa.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a stop of the app waits for: the sidecars that were asked to exit, with what is left of
 * their grace. Not thread-safe.
 */
final class StopProgress {
    /** A sidecar that is still there; {@code left} is zero when it is being killed. */
    record Waiting(String sidecar, Duration left) {
        @Override
        public String toString() {
            return left.isPositive()
                    ? "stopping %s, %d s of grace left"
                            .formatted(sidecar, left.plusMillis(999).toSeconds())
                    : "killing " + sidecar;
        }
    }

    private final Map<String, Duration> graces;
    private final Map<String, Instant> asked = new LinkedHashMap<>();

    StopProgress(Map<String, Duration> graces) {
        this.graces = Map.copyOf(graces);
    }

    /** A sidecar went to another state. */
    void changed(String sidecar, String state, Instant now) {
        if (state.equals("STOPPING")) {
            asked.putIfAbsent(sidecar, now);
        } else {
            asked.remove(sidecar);
        }
    }

    /** Those that are being stopped now, in the order in which they were asked. */
    List<Waiting> waiting(Instant now) {
        var waiting = new ArrayList<Waiting>();
        asked.forEach((sidecar, since) -> {
            var left =
                    graces.getOrDefault(sidecar, Duration.ZERO).minus(Duration.between(since, now));
            waiting.add(new Waiting(sidecar, left.isNegative() ? Duration.ZERO : left));
        });
        return waiting;
    }
}
