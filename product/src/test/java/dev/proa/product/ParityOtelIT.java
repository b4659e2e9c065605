package dev.proa.product;

import static dev.proa.product.ParityMonitor.json;
import static dev.proa.product.ParityMonitor.unique;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The event contract's cases about telemetry, from outside. */
class ParityOtelIT {
    private static final String MODEL =
            "{\"key\":\"model\",\"value\":{\"stringValue\":\"claude-sonnet-4-20250514\"}}";

    private static ParityMonitor monitor;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        monitor = new ParityMonitor(folder, Map.of());
    }

    @AfterAll
    static void stop() {
        monitor.close();
    }

    private static String resource(String session) {
        return "\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":\"claude_code\"}},{\"key\":\"gen_ai.session.id\",\"value\":{\"stringValue\":\"%s\"}}]}"
                .formatted(session);
    }

    private static String metrics(String session, String metrics) {
        return "{\"resourceMetrics\":[{%s,\"scopeMetrics\":[{\"metrics\":[%s]}]}]}"
                .formatted(resource(session), metrics);
    }

    private static String tokens(String points, int temporality) {
        return "{\"name\":\"claude_code.token.usage\",\"sum\":{\"dataPoints\":[%s],\"isMonotonic\":true,\"aggregationTemporality\":%d}}"
                .formatted(points, temporality);
    }

    private static String point(int value, String type) {
        return "{\"asInt\":\"%d\",\"attributes\":[{\"key\":\"type\",\"value\":{\"stringValue\":\"%s\"}},%s]}"
                .formatted(value, type, MODEL);
    }

    private static JsonNode events(String session) throws IOException {
        return monitor.read("/api/sessions/" + session + "?event_limit=50").path("events");
    }

    @ParameterizedTest
    @ValueSource(strings = {"logs", "metrics"})
    void protobufIs415ThereAndTheHintNamesWhereItGoes(String signal) throws IOException {
        var ingest = monitor.proa().instance().ingestUrl().orElseThrow();
        var answer =
                Proa.send(
                        HttpRequest.newBuilder(URI.create(ingest + "/api/otel/v1/" + signal))
                                .header("Content-Type", "application/x-protobuf")
                                .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[] {10, 0})));

        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(answer.body()).contains("/v1/" + signal);
        assertThat(json(answer).path("error").asString())
                .isEqualTo("Protobuf not supported yet. Use JSON format.");
    }

    @Test
    void emptyLogsAreTaken() throws IOException {
        var answer = monitor.post("/api/otel/v1/logs", "{}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"logs", "metrics", "traces"})
    void whatIsNoJsonIs400AndWhatIsTooLong413(String signal) throws IOException {
        var path = "/api/otel/v1/" + signal;
        var broken = monitor.post(path, "{");

        assertThat(broken.statusCode()).isEqualTo(400);
        assertThat(json(broken).path("error").asString()).isEqualTo("Invalid OTEL JSON payload");
        var most = 5 * 1024 * 1024;
        assertThat(monitor.post(path, "{}" + " ".repeat(most - 2)).statusCode()).isEqualTo(200);
        assertThat(monitor.post(path, "{}" + " ".repeat(most - 1)).statusCode()).isEqualTo(413);
    }

    @Test
    void aMappedLogRecordIsAnEventOfItsSession() throws IOException {
        var session = unique("s");
        var record =
                "{\"timeUnixNano\":\"1700000000000000000\",\"body\":{\"stringValue\":\"{}\"},\"attributes\":["
                        + "{\"key\":\"event.name\",\"value\":{\"stringValue\":\"claude_code.tool_result\"}},"
                        + "{\"key\":\"gen_ai.tool.name\",\"value\":{\"stringValue\":\"Bash\"}},"
                        + "{\"key\":\"gen_ai.usage.input_tokens\",\"value\":{\"intValue\":123}}]}";
        var answer =
                monitor.post(
                        "/api/otel/v1/logs",
                        "{\"resourceLogs\":[{%s,\"scopeLogs\":[{\"logRecords\":[%s]}]}]}"
                                .formatted(resource(session), record));

        assertThat(answer.statusCode()).isEqualTo(200);
        var event = events(session).path(0);
        assertThat(event.path("event_type").asString()).isEqualTo("tool_use");
        assertThat(event.path("tool_name").asString()).isEqualTo("Bash");
        assertThat(event.path("source").asString()).isEqualTo("otel");
        assertThat(event.path("tokens_in").asInt()).isEqualTo(123);
    }

    @Test
    void metricsBecomeResponses() throws IOException {
        var session = unique("s");
        var cost =
                "{\"name\":\"claude_code.cost.usage\",\"sum\":{\"dataPoints\":[{\"asDouble\":0.05,\"attributes\":[%s]}],\"isMonotonic\":true,\"aggregationTemporality\":1}}"
                        .formatted(MODEL);
        var answer =
                monitor.post(
                        "/api/otel/v1/metrics",
                        metrics(
                                session,
                                tokens(point(1000, "input") + "," + point(250, "output"), 1)
                                        + ","
                                        + cost));

        assertThat(answer.statusCode()).isEqualTo(200);
        var events = events(session).valueStream().toList();
        assertThat(events).hasSizeGreaterThanOrEqualTo(2);
        assertThat(events).allMatch(e -> e.path("source").asString().equals("otel"));
        assertThat(events).anyMatch(e -> e.path("event_type").asString().equals("llm_response"));
        assertThat(events).anyMatch(e -> e.path("tokens_in").asInt() == 1000);
        assertThat(events).anyMatch(e -> e.path("tokens_out").asInt() == 250);
        assertThat(events).anyMatch(e -> e.path("cost_usd").asDouble(0) > 0);
    }

    @Test
    void cumulativeMetricsCountWhatWasAdded() throws IOException {
        var session = unique("s");
        for (int value : new int[] {1000, 1500, 1500}) {
            var answer =
                    monitor.post(
                            "/api/otel/v1/metrics",
                            metrics(session, tokens(point(value, "input"), 2)));
            assertThat(answer.statusCode()).isEqualTo(200);
        }

        assertThat(events(session).valueStream().map(e -> e.path("tokens_in").asInt()))
                .containsExactlyInAnyOrder(1000, 500);
    }

    @Test
    void tracesAreTaken() throws IOException {
        var answer = monitor.post("/api/otel/v1/traces", "{\"resourceSpans\":[]}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{}");
    }
}
