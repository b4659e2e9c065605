package dev.proa.agentmonitor;

import static dev.proa.agentmonitor.TestMonitor.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.gateway.BackendResponse;
import dev.proa.gateway.BackendRoute;
import dev.proa.testkit.Await;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OtlpRoutesTest {
    private static final String PROMPT =
            """
            {"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1700000000000000000","attributes":[
             {"key":"event.name","value":{"stringValue":"user_prompt"}},
             {"key":"session.id","value":{"stringValue":"s"}}]}]}]}]}\
            """;
    private static final String SPAN =
            """
            {"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"00f067aa0ba902b7",
             "name":"turn","startTimeUnixNano":"1700000000000000000","endTimeUnixNano":"1700000000002000000",
             "attributes":[{"key":"session.id","value":{"stringValue":"s"}}]}]}]}]}\
            """;

    @TempDir Path folder;
    private TestMonitor monitor;

    @BeforeEach
    void start() {
        monitor = new TestMonitor(folder);
    }

    @AfterEach
    void stop() {
        monitor.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/logs", "/api/otel/v1/logs"})
    void aLogRecordIsAnEventOfItsSessionAndPublished(String path) throws Exception {
        var reply = monitor.post(path, PROMPT, "content-type", "application/json");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.headers()).containsEntry("content-type", "application/json");
        assertThat(json(reply)).isEmpty();
        var session = json(monitor.read("/api/sessions/s"));
        assertThat(session.path("events").path(0).path("event_type").stringValue())
                .isEqualTo("user_prompt");
        Await.until("it is published", () -> !monitor.published.isEmpty());
        assertThat(monitor.published.getFirst().getFirst().type()).isEqualTo("event");
    }

    @Test
    void streamsHearOfNoIdleCheckWhenATraceChangesASession() throws Exception {
        var stream = new FakeBody();
        var answer =
                (BackendResponse.Streaming)
                        monitor.ask("GET", "/api/stream", Map.of(), new byte[0]);
        answer.writer().opened(stream);

        monitor.post("/v1/traces", SPAN, "content-type", "application/json");
        monitor.post("/v1/logs", PROMPT, "content-type", "application/json");

        Await.until("the event is told", () -> stream.received().contains("user_prompt"));
        assertThat(stream.received()).doesNotContain("session_update");
        stream.close();
    }

    @Test
    void protobufIsTakenAtV1AndRefusedByTheContract() throws Exception {
        var v1 = monitor.post("/v1/metrics", "", "content-type", "application/x-protobuf");
        var contract =
                monitor.post("/api/otel/v1/metrics", "", "content-type", "application/x-protobuf");

        assertThat(v1.status()).isEqualTo(200);
        assertThat(v1.headers()).containsEntry("content-type", "application/x-protobuf");
        assertThat(((BackendResponse.Whole) v1).body()).isEmpty();
        assertThat(contract.status()).isEqualTo(415);
        assertThat(json(contract).path("hint").stringValue()).contains("/v1/metrics");
    }

    @Test
    void spansAreReadWithTheirSession() throws Exception {
        monitor.post("/v1/traces", SPAN, "content-type", "application/json");

        var spans = json(monitor.read("/api/sessions/s/spans"));

        assertThat(spans.path("spans").path(0).path("duration_ms").intValue()).isEqualTo(2);
        assertThat(json(monitor.read("/api/sessions/s/spans?limit=1&offset=1")).path("spans"))
                .isEmpty();
    }

    @Test
    void theStatusTellsWhatCame() throws Exception {
        monitor.post("/v1/logs", PROMPT, "content-type", "application/json");
        monitor.post("/v1/logs", "{", "content-type", "application/json");

        var status = json(monitor.read("/api/otel/status"));

        assertThat(status.path("logs").path("received").intValue()).isEqualTo(1);
        assertThat(status.path("logs").path("refused").intValue()).isEqualTo(1);
        assertThat(status.path("last_error").path("status").intValue()).isEqualTo(400);
        assertThat(status.path("names").path("session").path(0).path("names").path(0).stringValue())
                .isEqualTo("gen_ai.session.id");
    }

    @Test
    void whatIsNotTakenIsToldByTheStatus() throws Exception {
        var broken = monitor.post("/v1/logs", "{", "content-type", "application/json");
        var packed =
                monitor.post(
                        "/v1/logs",
                        "{}",
                        "content-type",
                        "application/json",
                        "content-encoding",
                        "br");

        assertThat(broken.status()).isEqualTo(400);
        assertThat(packed.status()).isEqualTo(415);
        assertThat(json(packed).path("message").stringValue()).contains("br");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/logs", "/api/otel/v1/logs"})
    void whoeverComesWhileTheLogIsClosedIsToldWhenToComeAgain(String path) throws Exception {
        monitor.monitor.close();

        var reply = monitor.post(path, PROMPT, "content-type", "application/json");

        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.headers()).containsEntry("retry-after", "5");
    }

    @Test
    void bodiesMayBeLongerThanThoseOfEvents() {
        assertThat(monitor.routes())
                .filteredOn(route -> route.path().contains("/v1/"))
                .hasSize(12) // three signals, two families of paths, without and with a slash
                .extracting(BackendRoute::maxBody)
                .containsOnly(8 * 1024 * 1024);
    }
}
