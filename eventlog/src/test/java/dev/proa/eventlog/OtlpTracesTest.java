package dev.proa.eventlog;

import static dev.proa.eventlog.Otlp.attributes;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class OtlpTracesTest {
    private static final String TRACE = "5b8efff798038103d269b633813fc60c";
    private static final long START = 1_700_000_000_000_000_000L;

    @TempDir Path folder;
    private TestLog log;

    @BeforeEach
    void open() {
        log = new TestLog(folder);
    }

    @AfterEach
    void close() {
        log.close();
    }

    private static String traces(String... spans) {
        return "{\"resourceSpans\":[{\"resource\":{\"attributes\":[%s]},\"scopeSpans\":[{\"spans\":[%s]}]}]}"
                .formatted(attributes("service.name", "claude-code"), String.join(",", spans));
    }

    private static String span(int number, String more) {
        return "{\"traceId\":\"%s\",\"spanId\":\"00000000000000%02x\",\"name\":\"n%d\",\"startTimeUnixNano\":\"%d\",\"endTimeUnixNano\":\"%d\"%s}"
                .formatted(
                        TRACE,
                        number,
                        number,
                        START + number * 1_000_000L,
                        START + number * 1_000_000L + 1_234_567,
                        more);
    }

    private static String in(String session, String... attributes) {
        var own = attributes("session.id", session);
        return ",\"attributes\":["
                + own
                + (attributes.length == 0 ? "" : "," + attributes(attributes))
                + "]";
    }

    private OtlpReply post(String json) throws InterruptedException {
        var reply = log.otlp.take(Otlp.json(OtlpSignal.TRACES, json));
        assertThat(reply.status()).isEqualTo(200);
        return reply;
    }

    private JsonNode spans(String session) throws InterruptedException {
        return TestLog.json(log.otlp.spans(session, Parameters.none())).path("spans");
    }

    @Test
    void aSpanIsKeptWithItsSession() throws Exception {
        post(
                traces(
                        span(
                                1,
                                ",\"parentSpanId\":\"0000000000000009\",\"kind\":3,"
                                        + "\"status\":{\"code\":2,\"message\":\"no\"}"
                                        + in("s", "tool_name", "Bash"))));

        assertThat(spans("s").toString())
                .isEqualTo(
                        "[{\"trace_id\":\""
                                + TRACE
                                + "\",\"span_id\":\"0000000000000001\",\"parent_span_id\":\"0000000000000009\","
                                + "\"name\":\"n1\",\"kind\":\"client\",\"started_at\":\"2023-11-14T22:13:20.001Z\","
                                + "\"duration_ms\":1.235,\"status\":\"error\",\"message\":\"no\","
                                + "\"attributes\":{\"session.id\":\"s\",\"tool_name\":\"Bash\"}}]");
        var session = log.session("s");
        assertThat(session.path("status").stringValue()).isEqualTo("active");
        assertThat(session.path("agent_type").stringValue()).isEqualTo("claude_code");
        assertThat(session.path("event_count").intValue()).isZero();
    }

    @Test
    void aRepeatedExportChangesNothing() throws Exception {
        post(traces(span(1, in("s")), span(2, in("s"))));
        post(traces(span(1, in("s")), span(2, in("s")), span(3, in("s"))));
        var body = Otlp.protobuf(OtlpSignal.TRACES, traces(span(3, in("s"))));
        log.otlp.take(Otlp.request(OtlpSignal.TRACES, Otlp.PROTOBUF, body));

        assertThat(spans("s")).hasSize(3);
        var counts = TestLog.json(log.otlp.status()).path("traces");
        assertThat(counts.path("received").intValue()).isEqualTo(6);
        assertThat(counts.path("stored").intValue()).isEqualTo(3);
        assertThat(counts.path("duplicates").intValue()).isEqualTo(3);
    }

    @Test
    void spansOfATraceShareTheSessionThatOneOfThemNames() throws Exception {
        post(traces(span(1, "")));
        assertThat(spans("s")).isEmpty();
        assertThat(log.sessions().path("sessions")).isEmpty();

        post(traces(span(2, ""), span(3, in("s"))));
        post(traces(span(4, "")));

        assertThat(spans("s").valueStream().map(s -> s.path("name").stringValue()))
                .containsExactly("n1", "n2", "n3", "n4");
    }

    @Test
    void aSpanThatNoSessionIsFoundForIsForgottenAfterADay() throws Exception {
        post(traces(span(1, "")));
        log.clock.turn(Duration.ofHours(25));
        post(traces(span(2, in("s")).replace(TRACE, "aa" + TRACE.substring(2))));
        log.log.ageSessions();

        assertThat(log.log.<Long>read(c -> Schema.number(c, "SELECT count(*) FROM spans")))
                .isEqualTo(1);
    }

    @Test
    void spansDoNotWakeASessionThatHasEvents() throws Exception {
        log.post("{\"session_id\":\"s\",\"agent_type\":\"codex\",\"event_type\":\"session_end\"}");

        post(traces(span(1, in("s"))));

        assertThat(log.session("s").path("status").stringValue()).isEqualTo("ended");
        assertThat(log.session("s").path("agent_type").stringValue()).isEqualTo("codex");
    }

    @Test
    void spansGoWithTheEventsOfTheirSession() throws Exception {
        log.post("{\"session_id\":\"s\",\"agent_type\":\"codex\",\"event_type\":\"tool_use\"}");
        log.post("{\"session_id\":\"t\",\"agent_type\":\"codex\",\"event_type\":\"tool_use\"}");
        post(traces(span(1, in("s")), span(2, in("t")), span(3, in("bare"))));
        log.clock.turn(Duration.ofDays(5));
        log.post("{\"session_id\":\"t\",\"agent_type\":\"codex\",\"event_type\":\"tool_use\"}");
        post(traces(span(4, in("t"))));
        var days =
                new SettingValues.Retention(
                        OptionalInt.of(3), OptionalLong.empty(), new TreeMap<>());

        try (var keeping = new Housekeeping(log.log, () -> days)) {
            keeping.prune("{}".getBytes(StandardCharsets.UTF_8));
        }

        assertThat(spans("s")).isEmpty();
        assertThat(spans("t").valueStream().map(s -> s.path("name").stringValue()))
                .containsExactly("n4");
        assertThat(spans("bare")).hasSize(1);
        assertThat(log.session("bare").isMissingNode()).isFalse();
    }

    @Test
    void idsOfZerosOrOfAnotherLengthAreRejected() throws Exception {
        var reply =
                post(
                        traces(
                                span(1, in("s")).replace(TRACE, "0".repeat(32)),
                                span(0, in("s")),
                                span(2, in("s")).replace(TRACE, "ab"),
                                span(3, in("s"))));

        var partial = Otlp.json(reply).path("partialSuccess");
        assertThat(partial.path("rejectedSpans").asString()).isEqualTo("3");
        assertThat(partial.path("errorMessage").stringValue())
                .contains("no valid trace and span id");
        assertThat(spans("s")).hasSize(1);
    }

    @Test
    void attributesAreBounded() throws Exception {
        var many = new String[400];
        for (var i = 0; i < many.length; i += 2) {
            many[i] = "k" + i;
            many[i + 1] = "v";
        }
        post(
                traces(
                        span(1, in("s", many)),
                        span(2, in("s", "long", "x".repeat(3000))),
                        span(
                                3,
                                in(
                                        "s",
                                        "a",
                                        "x".repeat(2400),
                                        "b",
                                        "y".repeat(2400),
                                        "c",
                                        "z".repeat(2400),
                                        "d",
                                        "x".repeat(2400),
                                        "e",
                                        "y".repeat(2400)))));

        var spans = spans("s");
        assertThat(spans.path(0).path("attributes")).hasSize(128);
        assertThat(spans.path(1).path("attributes").path("long").stringValue()).hasSize(2500);
        assertThat(spans.path(2).path("attributes").path("_truncated").booleanValue()).isTrue();
    }

    @Test
    void anExceptionIsTheMessageOfAStatusWithoutOne() throws Exception {
        post(
                traces(
                        span(
                                1,
                                ",\"status\":{\"code\":\"STATUS_CODE_ERROR\"},\"events\":[{\"name\":\"exception\",\"attributes\":["
                                        + attributes("exception.message", "boom")
                                        + "]}]"
                                        + in("s"))));

        assertThat(spans("s").path(0).path("message").stringValue()).isEqualTo("boom");
    }

    @Test
    void pagesOfSpans() throws Exception {
        post(traces(span(1, in("s")), span(2, in("s")), span(3, in("s"))));

        var page =
                TestLog.json(log.otlp.spans("s", TestLog.parameters("limit", "1", "offset", "1")));

        assertThat(page.path("total").intValue()).isEqualTo(3);
        assertThat(page.path("spans")).hasSize(1);
        assertThat(page.path("spans").path(0).path("name").stringValue()).isEqualTo("n2");
    }
}
