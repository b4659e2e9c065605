package dev.proa.profile;

import dev.proa.core.Where;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which sidecar comes after which: by its needs, and by the ports it refers to, because a port is
 * known only once its sidecar had its turn.
 */
final class Order {
    private final Map<String, Map<String, Where>> after = new LinkedHashMap<>();

    /** Takes a sidecar in, in the order of the manifest. */
    void add(String id) {
        after.computeIfAbsent(id, _ -> new LinkedHashMap<>());
    }

    /** Notes, with the place that says so, that {@code id} comes after {@code other}. */
    void follows(String id, String other, Where where) {
        after.computeIfAbsent(id, _ -> new LinkedHashMap<>()).putIfAbsent(other, where);
    }

    /** Reports each circle once, at the first step of it. */
    void reportCircles(Problems problems) {
        Set<String> told = new HashSet<>();
        for (var id : after.keySet()) {
            var circle = told.contains(id) ? Optional.<List<String>>empty() : circle(id);
            if (circle.isPresent()) {
                told.addAll(circle.get());
                var step = edges(id).get(circle.get().get(1));
                problems.add(
                        step == null ? Where.of("proa.yaml") : step,
                        "sidecars wait for each other in a circle: "
                                + String.join(" -> ", circle.get()),
                        "Remove one of these needs or port references");
            }
        }
    }

    /** The shortest way from {@code id} back to itself. */
    private Optional<List<String>> circle(String id) {
        List<List<String>> ways = new ArrayList<>(List.of(List.of(id)));
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < ways.size(); i++) {
            var way = ways.get(i);
            for (var next : edges(way.getLast()).keySet()) {
                var longer = new ArrayList<>(way);
                longer.add(next);
                if (next.equals(id)) {
                    return Optional.of(longer);
                }
                if (seen.add(next)) {
                    ways.add(longer);
                }
            }
        }
        return Optional.empty();
    }

    private Map<String, Where> edges(String id) {
        return after.getOrDefault(id, Map.of());
    }

    /**
     * All ids, each after those it follows, else as in the manifest; needs to be free of circles.
     */
    List<String> sorted() {
        Set<String> placed = new java.util.LinkedHashSet<>();
        while (placed.size() < after.size()) {
            var next =
                    after.keySet().stream()
                            .filter(id -> !placed.contains(id))
                            .filter(id -> placed.containsAll(edges(id).keySet()))
                            .findFirst()
                            .orElseThrow(() -> new IllegalStateException("a circle in " + after));
            placed.add(next);
        }
        return List.copyOf(placed);
    }
}
