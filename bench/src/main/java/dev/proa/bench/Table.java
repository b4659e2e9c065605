package dev.proa.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The page that shows the stored results. */
final class Table {
    private static final JsonMapper JSON = JsonMapper.shared();

    private Table() {}

    /**
     * Makes the page.
     *
     * @param names in the order in which they are shown; one without a stored result is left out
     */
    static String page(Path results, List<String> names) throws IOException {
        var out = new StringBuilder();
        out.append(
                """
                # Benchmarks

                Written by `bench/run.sh --table` from `bench/results/*.json`, which hold every single value; do not edit this page.
                They measure the built product from outside, as whole processes on loopback, unless they say otherwise. A figure is a median with the least and the
                greatest value beside it; a goal is held against the median. `bench/run.sh` repeats all of them, `./check --long` does too.
                """);
        for (var name : names) {
            var file = results.resolve(name + ".json");
            if (Files.exists(file)) {
                section(out, name, JSON.readTree(Files.readString(file)));
            }
        }
        var gate = results.resolve("faults/paired-gate.json");
        if (Files.exists(gate)) {
            out.append(GateTable.of(JSON.readTree(Files.readString(gate))));
        }
        return out.toString();
    }

    private static void section(StringBuilder out, String name, JsonNode json) {
        out.append("\n## ").append(name).append("\n\n");
        out.append(json.path("how").asString()).append("\n\n");
        if (json.has("columns")) {
            out.append(ComparisonTable.of(json));
        } else {
            rows(out, json);
        }
        var machine = json.path("machine");
        out.append(
                "\nRepeat: `bench/run.sh %s`. Measured %s at commit %s%s; %s cores (%s), %s MiB, %s, JDK %s; load before %s, after %s.\n"
                        .formatted(
                                name,
                                json.path("date").asString(),
                                json.path("commit")
                                        .asString("")
                                        .transform(hash ->
                                                hash.substring(0, Math.min(10, hash.length()))),
                                json.path("with_uncommitted_changes").asBoolean(false)
                                        ? " with uncommitted changes"
                                        : "",
                                machine.path("cores").asString(),
                                machine.path("processor").asString(),
                                machine.path("memory_mib").asString(),
                                machine.path("kernel").asString(),
                                machine.path("jdk").asString(),
                                machine.path("load_before").asString(),
                                machine.path("load_after").asString()));
    }

    private static void rows(StringBuilder out, JsonNode json) {
        out.append(
                "| measure | unit | goal | median | min – max | values |\n|---|---|---|---|---|---|\n");
        for (var measure : json.path("measures")) {
            out.append(
                    "| %s | %s | %s | %s | %s – %s | %d |\n"
                            .formatted(
                                    measure.path("label").asString(),
                                    measure.path("unit").asString(),
                                    goal(measure),
                                    number(measure.path("median")),
                                    number(measure.path("min")),
                                    number(measure.path("max")),
                                    measure.path("values").size()));
        }
    }

    static String goal(JsonNode measure) {
        for (var sense : Goal.Sense.values()) {
            var limit = measure.path("goal").path(sense.key());
            if (limit.isNumber()) {
                return "%s %s, %s"
                        .formatted(
                                sense.sign(),
                                number(limit),
                                measure.path("met").asBoolean() ? "met" : "**missed**");
            }
        }
        return "";
    }

    /** Three digits that count, and whole numbers above. */
    static String number(JsonNode value) {
        return number(value.asDouble());
    }

    static String number(double number) {
        var digits = Math.abs(number) >= 100 ? 0 : Math.abs(number) >= 10 ? 1 : 2;
        return String.format(Locale.ROOT, "%." + digits + "f", number);
    }
}
