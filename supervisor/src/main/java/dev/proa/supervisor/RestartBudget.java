package dev.proa.supervisor;

import dev.proa.profile.SidecarSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How many restarts may still come by themselves: so many within each of some sliding windows.
 *
 * @param spent when restarts were decided on, oldest first, none older than the longest window
 */
record RestartBudget(List<Window> windows, List<Instant> spent) {
    /** At most {@code max} within any {@code within}. */
    record Window(int max, Duration within) {}

    static final int FLAPPING = 20;
    static final Duration FLAPPING_WITHIN = Duration.ofHours(1);
    static final Window APP = new Window(12, Duration.ofSeconds(90));

    RestartBudget {
        windows = List.copyOf(windows);
        spent = List.copyOf(spent);
    }

    /** What the manifest says, and never more than 20 an hour, which ends a slow flapping too. */
    static RestartBudget of(SidecarSpec.Restart rule) {
        var flapping = new Window(Math.max(FLAPPING, rule.max()), FLAPPING_WITHIN);
        return new RestartBudget(
                List.of(new Window(rule.max(), rule.within()), flapping), List.of());
    }

    /** That of all sidecars together. */
    static RestartBudget ofApp() {
        return new RestartBudget(List.of(APP), List.of());
    }

    /** How many are spent of what the manifest says. */
    int used(Instant now) {
        return count(windows.getFirst(), now);
    }

    /** The window that allows no further restart; none when there may be one. */
    Optional<Window> exhausted(Instant now) {
        return windows.stream().filter(window -> count(window, now) >= window.max()).findFirst();
    }

    RestartBudget spend(Instant now) {
        var oldest = now.minus(longest());
        var kept = spent.stream().filter(moment -> moment.isAfter(oldest));
        return new RestartBudget(
                windows,
                java.util.stream.Stream.concat(kept, java.util.stream.Stream.of(now)).toList());
    }

    RestartBudget refilled() {
        return new RestartBudget(windows, List.of());
    }

    /** When the next one comes back that {@link #used} counts. */
    Optional<Instant> nextBack(Instant now) {
        var within = windows.getFirst().within();
        return spent.stream().map(moment -> moment.plus(within)).filter(now::isBefore).findFirst();
    }

    private Duration longest() {
        return windows.stream().map(Window::within).max(Duration::compareTo).orElse(Duration.ZERO);
    }

    private int count(Window window, Instant now) {
        var oldest = now.minus(window.within());
        return (int) spent.stream().filter(moment -> moment.isAfter(oldest)).count();
    }
}
