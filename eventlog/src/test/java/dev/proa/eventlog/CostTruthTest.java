package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The published fixture, through the real importer and the real receiver, in several orders. */
class CostTruthTest {
    private static final Path TRUTH = Path.of("..", "docs", "cost-truth");
    private static final List<String> SUMS =
            List.of(
                    "cost_usd",
                    "tokens_in",
                    "tokens_out",
                    "cache_read_tokens",
                    "cache_write_tokens",
                    "unpriced_tokens");

    @TempDir Path folder;

    private interface Step {
        void take(TestLog log) throws Exception;
    }

    private static List<Path> files(String sub, String ending) throws Exception {
        try (var found = Files.walk(TRUTH.resolve(sub))) {
            return found.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        }
    }

    private static List<Step> histories() throws Exception {
        var steps = new ArrayList<Step>();
        for (var file : files("claude", ".jsonl")) {
            steps.add(log -> TestImport.of(log, HistorySource.CLAUDE, file));
        }
        for (var file : files("codex", ".jsonl")) {
            steps.add(log -> TestImport.of(log, HistorySource.CODEX, file));
        }
        return steps;
    }

    private static List<Step> logs() throws Exception {
        var steps = new ArrayList<Step>();
        for (var file : files("otlp", "logs.json")) {
            steps.add(log -> take(log, OtlpSignal.LOGS, file));
        }
        return steps;
    }

    /** Meters only mean something in the order in which they were read off. */
    private static Step meters() throws Exception {
        var files = files("otlp", ".json");
        return log -> {
            for (var file : files) {
                if (file.toString().contains("metrics")) {
                    take(log, OtlpSignal.METRICS, file);
                }
            }
        };
    }

    private static void take(TestLog log, OtlpSignal signal, Path file) throws Exception {
        assertThat(log.otlp.take(Otlp.json(signal, Files.readString(file))).status())
                .as(file.toString())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4, 5})
    void givesTheExactTotals(long order) throws Exception {
        var steps = new ArrayList<>(histories());
        steps.addAll(logs());
        steps.add(meters());
        if (order > 0) {
            Collections.shuffle(steps, new Random(order));
        }
        Files.copy(TRUTH.resolve("prices.json"), folder.resolve("prices.json"));
        try (var log = new TestLog(folder)) {
            for (var step : steps) {
                step.take(log);
            }

            compare(log, "order " + order, order == 0);
            SheetsAgree.in(log);
        }
    }

    private static void compare(TestLog log, String where, boolean alsoSessions) throws Exception {
        var expected = Json.read(Files.readString(TRUTH.resolve("expected.json")));
        var costs = new CostQueries(log.log);
        for (var by : List.of("day", "model", "project", "agent", "session")) {
            if (by.equals("session") && !alsoSessions) {
                continue; // of two sessions that tell of the same, the first to come has it
            }
            var report = TestLog.json(costs.costs(TestLog.parameters("by", by)));
            var rows = new TreeMap<String, Map<String, String>>();
            for (var row : report.path("rows")) {
                if (row.path("events").intValue() > 0) {
                    rows.put(row.path("key").asString(""), sums(row));
                }
            }
            var wanted = new TreeMap<String, Map<String, String>>();
            expected.path(by)
                    .properties()
                    .forEach(entry -> wanted.put(entry.getKey(), sums(entry.getValue())));
            assertThat(rows).as(where + " by " + by).isEqualTo(wanted);
            assertThat(sums(report.path("total"))).isEqualTo(sums(expected.path("total")));
            assertThat(report.path("unknown_models").valueStream())
                    .extracting(model -> model.path("model").stringValue())
                    .containsExactly(expected.path("unknown_models").path(0).stringValue());
        }
    }

    /** What ccusage 20.0.24 says of the same transcripts, and where it is wrong. */
    @Test
    void agreesWithCcusageButForTheBandOfALongPrompt() throws Exception {
        var day = "2026-03-02 claude-sonnet-4-20250514";
        Files.copy(TRUTH.resolve("prices.json"), folder.resolve("prices.json"));
        try (var log = new TestLog(folder)) {
            for (var file : files("claude", ".jsonl")) {
                TestImport.of(log, HistorySource.CLAUDE, file);
            }
            var theirs = theirs();
            var ours = new TreeMap<String, String>();
            for (var of : List.of("2026-03-01", "2026-03-02")) {
                var asked = TestLog.parameters("by", "model", "from", of, "to", of);
                for (var row : TestLog.json(new CostQueries(log.log).costs(asked)).path("rows")) {
                    if (row.path("events").intValue() > 0) {
                        var used =
                                row.path("tokens_in")
                                        + " "
                                        + row.path("tokens_out")
                                        + " "
                                        + row.path("cache_read_tokens")
                                        + " "
                                        + row.path("cache_write_tokens")
                                        + " "
                                        + dollars(row, "cost_usd");
                        ours.put(of + " " + row.path("key").stringValue(), used);
                    }
                }
            }
            assertThat(ours.remove(day)).isEqualTo("1000 1000 199000 1 0.147907500");
            assertThat(theirs.remove(day)).isEqualTo("1000 1000 199000 1 0.077703750");
            assertThat(ours).isEqualTo(theirs);
        }
    }

    private static Map<String, String> theirs() throws Exception {
        var rows = new TreeMap<String, String>();
        var report = Json.read(Files.readString(TRUTH.resolve("ccusage-20.0.24.json")));
        for (var day : report.path("daily")) {
            for (var row : day.path("modelBreakdowns")) {
                var cost =
                        row.path("missingPricing").asBoolean(false) ? "null" : dollars(row, "cost");
                rows.put(
                        day.path("date").stringValue() + " " + row.path("modelName").stringValue(),
                        row.path("inputTokens")
                                + " "
                                + row.path("outputTokens")
                                + " "
                                + row.path("cacheReadTokens")
                                + " "
                                + row.path("cacheCreationTokens")
                                + " "
                                + cost);
            }
        }
        return rows;
    }

    private static String dollars(JsonNode row, String name) {
        var cost = row.path(name);
        return cost.isNumber()
                ? cost.decimalValue().setScale(9, RoundingMode.HALF_EVEN).toPlainString()
                : "null";
    }

    private static Map<String, String> sums(JsonNode row) {
        var sums = new TreeMap<String, String>();
        SUMS.forEach(name -> sums.put(name, row.path(name).toString()));
        return sums;
    }
}
