package dev.proa.bench;

import java.util.List;
import java.util.Map;

/**
 * What a benchmark has found.
 *
 * @param how what was done, in whole sentences
 * @param spreads distributions by name, each value with its count
 */
record Result(String how, List<Measure> measures, Map<String, Map<Double, Integer>> spreads) {
    Result {
        measures = List.copyOf(measures);
        spreads = Map.copyOf(spreads);
    }

    static Result of(String how, List<Measure> measures) {
        return new Result(how, measures, Map.of());
    }
}
