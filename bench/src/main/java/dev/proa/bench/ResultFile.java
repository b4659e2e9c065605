package dev.proa.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A result as JSON, with everything that one must know to believe it. */
final class ResultFile {
    private static final double KEPT = 1000;

    private ResultFile() {}

    static ObjectNode json(String name, Result result) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("benchmark", name);
        json.put("how", result.how());
        if (!result.columns().isEmpty()) {
            var columns = json.putArray("columns");
            result.columns().forEach(columns::add);
        }
        var measures = json.putArray("measures");
        result.measures().forEach(measure -> put(measures.addObject(), measure));
        if (!result.spreads().isEmpty()) {
            var spreads = json.putObject("spreads");
            result.spreads().entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(spread -> {
                        var counts = spreads.putObject(spread.getKey());
                        spread.getValue().forEach((value, n) -> counts.put(value.toString(), n));
                    });
        }
        return json;
    }

    private static void put(ObjectNode json, Measure measure) {
        json.put("label", measure.label());
        json.put("unit", measure.unit());
        measure.goal()
                .ifPresent(goal -> {
                    json.putObject("goal").put(goal.sense().key(), goal.limit());
                    json.put("met", goal.met(measure.median()));
                });
        json.put("median", rounded(measure.median()));
        json.put("min", rounded(measure.least()));
        json.put("max", rounded(measure.most()));
        var values = json.putArray("values");
        measure.values().forEach(value -> values.add(rounded(value)));
    }

    private static double rounded(double value) {
        return Math.round(value * KEPT) / KEPT;
    }

    /** Adds where and when it was measured. */
    static void circumstances(ObjectNode json, Path checkout, Instant at, String loadBefore)
            throws IOException, InterruptedException {
        json.put("date", at.toString());
        json.put("commit", Machine.git(checkout, "rev-parse", "HEAD"));
        var changes =
                Machine.git(
                        checkout,
                        "status",
                        "--porcelain",
                        "--untracked-files=no",
                        "--",
                        ".",
                        ":!bench/results",
                        ":!docs/benchmarks.md");
        json.put("with_uncommitted_changes", !changes.isEmpty());
        var facts = Machine.facts();
        json.putObject("machine")
                .put("cores", facts.cores())
                .put("processor", facts.processor())
                .put("memory_mib", facts.memoryMib())
                .put("kernel", facts.kernel())
                .put("jdk", facts.jdk())
                .put("load_before", loadBefore)
                .put("load_after", Machine.load());
    }

    static void write(Path file, ObjectNode json) throws IOException {
        var text =
                JsonMapper.builder()
                        .build()
                        .writerWithDefaultPrettyPrinter()
                        .writeValueAsString(json);
        Files.writeString(file, text + "\n");
    }
}
