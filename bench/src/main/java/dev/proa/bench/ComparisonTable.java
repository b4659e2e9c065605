package dev.proa.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * The rows of a result that compares: a column for each of those compared, the first one's goal.
 */
final class ComparisonTable {
    private ComparisonTable() {}

    static String of(JsonNode json) {
        var columns = new ArrayList<String>();
        json.path("columns").forEach(column -> columns.add(column.asString()));
        var out =
                new StringBuilder(
                        "A cell is the median (min – max, values); behind it, how many times that of ");
        out.append(columns.getFirst()).append(".\n\n| measure | unit | goal |");
        columns.forEach(column -> out.append(' ').append(column).append(" |"));
        out.append("\n|---|---|---|").append("---|".repeat(columns.size())).append('\n');
        rows(json, columns).forEach((label, cells) -> row(out, label, cells, columns));
        return out.toString();
    }

    /** The measures by label and column; one without a column stands in the first. */
    private static Map<String, Map<String, JsonNode>> rows(JsonNode json, List<String> columns) {
        var rows = new LinkedHashMap<String, Map<String, JsonNode>>();
        for (var measure : json.path("measures")) {
            var label = measure.path("label").asString();
            var column = columns.stream().filter(name -> label.endsWith(": " + name)).findFirst();
            var row = column.map(name -> label.substring(0, label.length() - name.length() - 2));
            rows.computeIfAbsent(row.orElse(label), _ -> new LinkedHashMap<>())
                    .put(column.orElse(columns.getFirst()), measure);
        }
        return rows;
    }

    private static void row(
            StringBuilder out, String label, Map<String, JsonNode> cells, List<String> columns) {
        var first = Optional.ofNullable(cells.get(columns.getFirst()));
        var any = cells.values().iterator().next();
        out.append(
                "| %s | %s | %s |"
                        .formatted(
                                label,
                                any.path("unit").asString(),
                                first.map(Table::goal).orElse("")));
        for (var column : columns) {
            var other = column.equals(columns.getFirst()) ? Optional.<JsonNode>empty() : first;
            var cell = Optional.ofNullable(cells.get(column)).map(measure -> cell(measure, other));
            out.append(' ').append(cell.orElse("–")).append(" |");
        }
        out.append('\n');
    }

    private static String cell(JsonNode measure, Optional<JsonNode> first) {
        var median = measure.path("median").asDouble();
        var base = first.map(one -> one.path("median").asDouble()).orElse(0.0);
        var times = base > 0 && median > 0 ? ", ×" + Table.number(median / base) : "";
        return "%s (%s – %s, %d)%s"
                .formatted(
                        Table.number(median),
                        Table.number(measure.path("min")),
                        Table.number(measure.path("max")),
                        measure.path("values").size(),
                        times);
    }
}
