package dev.proa.bench;

import java.util.List;
import java.util.Map;

/**
 * What a benchmark has found.
 *
 * @param how what was done, in whole sentences
 * @param spreads distributions by name, each value with its count
 * @param columns what is compared, if anything: the table has a column for each, and the label of a
 *     measure ends with ": " and one of them
 */
record Result(
        String how,
        List<Measure> measures,
        Map<String, Map<Double, Integer>> spreads,
        List<String> columns) {
    Result {
        measures = List.copyOf(measures);
        columns = List.copyOf(columns);
        spreads = Map.copyOf(spreads);
    }

    static Result of(String how, List<Measure> measures) {
        return new Result(how, measures, Map.of(), List.of());
    }
}
