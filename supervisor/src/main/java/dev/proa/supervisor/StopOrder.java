package dev.proa.supervisor;

import dev.proa.profile.SidecarSpec;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * In which order everything is stopped, and how long that may take.
 *
 * @param specs each after those it needs
 */
record StopOrder(List<SidecarSpec> specs) {
    /** To prove of the last one that nothing of it is left. */
    static final Duration PROOF = Duration.ofSeconds(15);

    private static final Duration SLACK = Duration.ofSeconds(1);

    /** Those not yet asked on which nobody that may still run depends. */
    List<String> next(Set<String> asked, Predicate<String> down) {
        var needed = new HashSet<String>();
        for (var spec : specs) {
            if (!asked.contains(spec.id()) || !down.test(spec.id())) {
                needed.addAll(spec.needs().keySet());
            }
        }
        return specs.stream()
                .map(SidecarSpec::id)
                .filter(id -> !asked.contains(id) && !needed.contains(id))
                .toList();
    }

    /** The longest chain of graces there is, and time for the proof. */
    Duration patience() {
        var before = new HashMap<String, Duration>(); // what those that need it may take
        var longest = Duration.ZERO;
        for (var spec : specs.reversed()) {
            var until =
                    before.getOrDefault(spec.id(), Duration.ZERO)
                            .plus(spec.stop().grace())
                            .plus(SLACK);
            spec.needs().keySet().forEach(need -> before.merge(need, until, StopOrder::longer));
            longest = longer(longest, until);
        }
        return longest.plus(PROOF);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
