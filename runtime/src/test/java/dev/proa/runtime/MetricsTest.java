package dev.proa.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.testkit.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a collector of metrics gets from a real run. */
class MetricsTest {
    private static final String OPEN = "application/openmetrics-text";
    private static final Pattern LINE =
            Pattern.compile(
                    "([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{(?:[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\n]|\\\\[\\\\\"n])*\",?)*\\})? (\\S+)");

    @Test
    void aRunTellsItsSidecarsItsTrafficAndItselfInBothFormats(@TempDir Path folder)
            throws IOException {
        try (var run =
                TestRun.of(
                        folder,
                        """
                        sidecars:
                          broken: {command: [sh, -c, exit 3], restart: {max: 1}}
                          steady: {command: [sleep, "1000"]}
                        """)) {
            Await.until("safe mode", () -> run.get("/_proa/status").body().contains("SAFE_MODE"));
            RawHttp.of("GET", "/_proa/status").ask(run.port());

            var plain = run.get("/_proa/metrics");
            var open = run.request("GET", "/_proa/metrics").with("Accept: " + OPEN).ask(run.port());
            var values = values(plain.body());

            assertThat(plain.type()).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
            assertThat(open.type())
                    .isEqualTo("application/openmetrics-text; version=1.0.0; charset=utf-8");
            assertThat(open.body()).endsWith("# EOF\n");
            assertThat(plain.body()).doesNotContain("# EOF");
            assertThat(values)
                    .containsEntry(
                            "proa_sidecar_exits_total{code=\"3\",sidecar=\"broken\",signal=\"0\"}",
                            2.0)
                    .containsEntry("proa_sidecar_restarts_total{sidecar=\"broken\"}", 1.0)
                    .containsEntry("proa_sidecar_restart_budget_used{sidecar=\"broken\"}", 1.0)
                    .containsEntry(
                            "proa_sidecar_state{sidecar=\"broken\",proa_sidecar_state=\"SAFE_MODE\"}",
                            1.0)
                    .containsEntry(
                            "proa_sidecar_state{sidecar=\"steady\",proa_sidecar_state=\"READY\"}",
                            1.0)
                    .containsEntry("proa_state{proa_state=\"SAFE_MODE\"}", 1.0)
                    .containsEntry("proa_ready", 0.0)
                    .containsEntry("proa_gateway_refused_requests_total{reason=\"token\"}", 1.0)
                    .containsEntry(
                            "proa_gateway_requests_total{route=\"none\",status=\"4xx\"}", 1.0)
                    .containsEntry("proa_gateway_requests_in_flight", 1.0);
            assertThat(values.get("proa_gateway_request_duration_seconds_count{route=\"_proa\"}"))
                    .isPositive();
            assertThat(values.get("jvm_memory_used_bytes{area=\"heap\"}")).isGreaterThan(1e6);
            assertThat(values.get("proa_uptime_seconds")).isPositive();
            wellFormed(open.body());
        }
    }

    /** Every line of the older format, by name and labels. */
    private static Map<String, Double> values(String text) {
        var values = new HashMap<String, Double>();
        for (var line : text.lines().filter(each -> !each.startsWith("#")).toList()) {
            var found = LINE.matcher(line);
            assertThat(found.matches()).as(line).isTrue();
            var labels = found.group(2) == null ? "" : found.group(2);
            values.put(
                    found.group(1) + labels,
                    Double.parseDouble(found.group(3).replace("Inf", "Infinity")));
        }
        return values;
    }

    /** The rules of OpenMetrics 1.0 that a family can break. */
    private static void wellFormed(String text) {
        var types = new HashMap<String, String>();
        Set<String> helped = new HashSet<>();
        for (var line : text.lines().toList()) {
            var words = line.split(" ", 4);
            if (line.startsWith("# TYPE ")) {
                assertThat(types.put(words[2], words[3])).as("twice: " + line).isNull();
                assertThat(words[2]).doesNotEndWith("_total");
            } else if (line.startsWith("# HELP ")) {
                helped.add(words[2]);
            } else if (line.startsWith("# UNIT ")) {
                assertThat(words[2]).endsWith("_" + words[3]);
            } else if (!line.equals("# EOF")) {
                var found = LINE.matcher(line);
                assertThat(found.matches()).as(line).isTrue();
                var family = family(found.group(1), types);
                assertThat(types).as(line).containsKey(family);
                if (types.getOrDefault(family, "").equals("counter")) {
                    assertThat(found.group(1)).isEqualTo(family + "_total");
                }
            }
        }
        assertThat(helped).isEqualTo(types.keySet());
        assertThat(types.values()).contains("counter", "gauge", "histogram", "stateset", "info");
    }

    private static String family(String name, Map<String, String> types) {
        return types.containsKey(name)
                ? name
                : name.replaceFirst("_(total|bucket|count|sum|info|created)$", "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.3,*/*;q=0.2 | true",
                "text/plain, application/openmetrics-text;q=0.1 | false",
                "application/openmetrics-text | true",
                "application/openmetrics-text;q=0 | false",
                "*/* | false",
                "text/html | false"
            })
    void theFormatIsTheOneThatIsPreferred(String accept, boolean open) {
        assertThat(MetricsRoute.prefersOpen(accept)).isEqualTo(open);
    }
}
