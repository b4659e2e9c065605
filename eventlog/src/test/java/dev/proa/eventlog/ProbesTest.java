package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbesTest {
    private static final String ID = "0123456789abcdef0123456789abcdef";

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

    private static String hook(String id) {
        return "{\"session_id\":\"proa-hooks-doctor\",\"hook_event_name\":\"ProaProbe\",\"probe\":\"%s\"}"
                .formatted(id);
    }

    private void assertNothingStored() throws InterruptedException {
        assertThat(log.events().path("total").intValue()).isZero();
        assertThat(log.sessions().path("total").intValue()).isZero();
        assertThat(log.stats().path("total_events").intValue()).isZero();
        assertThat(log.commits()).isEmpty();
    }

    @Test
    void aProbeOfAHookArrivesAndLeavesNothing() throws Exception {
        assertThat(HookAgents.probe(log.log, ID).status()).isEqualTo(404);

        assertThat(log.hook(hook(ID)).status()).isEqualTo(204);

        var reply = HookAgents.probe(log.log, ID);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(TestLog.text(reply))
                .isEqualTo(
                        "{\"id\":\"%s\",\"arrived_at\":\"2026-01-01T00:00:00.000Z\"}"
                                .formatted(ID));
        assertThat(TestLog.json(HookAgents.reply(log.log, Optional.empty())).toString())
                .contains("\"events_24h\":0");
        assertNothingStored();
    }

    @Test
    void aProbeOfAnExporterArrivesAndLeavesNothing() throws Exception {
        var body =
                """
                {"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"codex-cli"}}]},
                 "scopeLogs":[{"logRecords":[{"attributes":[
                  {"key":"event.name","value":{"stringValue":"codex.user_prompt"}},
                  {"key":"conversation.id","value":{"stringValue":"proa-hooks-doctor"}},
                  {"key":"probe","value":{"stringValue":"%s"}}]}]}]}]}
                """
                        .formatted(ID);

        var reply =
                log.otlp.take(
                        new OtlpRequest(
                                OtlpSignal.LOGS,
                                Optional.of("application/json"),
                                Optional.empty(),
                                body.getBytes(StandardCharsets.UTF_8)));

        assertThat(reply.status()).isEqualTo(200);
        assertThat(HookAgents.probe(log.log, ID).status()).isEqualTo(200);
        assertNothingStored();
    }

    @Test
    void whatIsNoProbeIsStored() throws Exception {
        log.hook(hook("not an id"));
        log.hook(hook(ID).replace("proa-hooks-doctor", "another"));
        log.post(
                "{\"session_id\":\"proa-hooks-doctor\",\"agent_type\":\"a\",\"event_type\":\"response\",\"metadata\":{\"probe\":\"%s\"}}"
                        .formatted(ID));

        assertThat(log.events().path("total").intValue()).isEqualTo(3);
        assertThat(HookAgents.probe(log.log, ID).status()).isEqualTo(404);
    }

    @Test
    void remembersTheNewestHundred() throws Exception {
        for (int i = 0; i <= 100; i++) {
            log.hook(hook("%032x".formatted(i)));
        }

        assertThat(HookAgents.probe(log.log, "%032x".formatted(0)).status()).isEqualTo(404);
        assertThat(HookAgents.probe(log.log, "%032x".formatted(1)).status()).isEqualTo(200);
        assertThat(HookAgents.probe(log.log, "%032x".formatted(100)).status()).isEqualTo(200);
    }

    @Test
    void aClosedLogHasNoProbe() throws Exception {
        log.close();

        assertThat(log.hook(hook(ID)).status()).isEqualTo(503);
        assertThat(HookAgents.probe(log.log, ID).status()).isEqualTo(404);
    }
}
