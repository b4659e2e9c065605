package dev.proa.bench;

import java.util.List;
import java.util.Optional;

/**
 * One thing that was measured several times.
 *
 * @param unit of the values and of the goal
 * @param values in the order in which they were measured, at least one
 */
record Measure(String label, String unit, Optional<Goal> goal, List<Double> values) {
    Measure {
        values = List.copyOf(values);
        if (values.isEmpty()) {
            throw new IllegalArgumentException("nothing was measured of " + label);
        }
    }

    static Measure of(String label, String unit, List<Double> values) {
        return new Measure(label, unit, Optional.empty(), values);
    }

    static Measure of(String label, String unit, Goal goal, List<Double> values) {
        return new Measure(label, unit, Optional.of(goal), values);
    }

    Measure with(Goal wanted) {
        return new Measure(label, unit, Optional.of(wanted), values);
    }

    double median() {
        var sorted = values.stream().sorted().toList();
        var middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    double least() {
        return values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    }

    double most() {
        return values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    }
}
