package dev.proa.agentmonitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.gateway.BackendRequest;
import dev.proa.gateway.BackendResponse;
import dev.proa.testkit.HandTurnedClock;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StreamsTest {
    private final Streams streams = new Streams(new HandTurnedClock());

    private FakeBody client(Map<String, List<String>> query) {
        var request =
                new BackendRequest("GET", "/api/stream", Map.of(), query, Map.of(), new byte[0]);
        var body = new FakeBody();
        ((BackendResponse.Streaming) streams.answer(request)).writer().opened(body);
        return body;
    }

    private static Streams.Told told(String agent, String type, String json) {
        return new Streams.Told(agent, type, json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void saysFirstThatItIsConnected() {
        assertThat(client(Map.of()).received())
                .isEqualTo(
                        "data: {\"type\":\"connected\",\"timestamp\":\"2026-01-01T00:00:00.000Z\"}\n\n");
    }

    @Test
    void tellsAClientOnlyTheEventsThatItWants() {
        var both = client(Map.of("agent_type", List.of("codex"), "event_type", List.of("error")));

        streams.events(
                List.of(
                        told("codex", "error", "{\"id\":1}"),
                        told("codex", "tool_use", "{\"id\":2}"),
                        told("claude_code", "error", "{\"id\":3}"),
                        told("codex", "error", "{\"id\":4}")));

        assertThat(both.received())
                .endsWith(
                        """
                        data: {"type":"event","payload":{"id":1}}

                        data: {"type":"event","payload":{"id":4}}

                        """)
                .doesNotContain("\"id\":2", "\"id\":3");
    }

    @Test
    void hidesNoSystemMessageBehindAFilter() {
        var filtered = client(Map.of("agent_type", List.of("codex")));

        streams.system("stats", "{\"total_events\":1}".getBytes(StandardCharsets.UTF_8));
        streams.system("session_update", "{}".getBytes(StandardCharsets.UTF_8));

        assertThat(filtered.received())
                .contains("data: {\"type\":\"stats\",\"payload\":{\"total_events\":1}}\n\n")
                .endsWith("data: {\"type\":\"session_update\",\"payload\":{}}\n\n");
    }

    @Test
    void beatsAsAComment() {
        var client = client(Map.of());

        streams.heartbeat();

        assertThat(client.received()).endsWith("\n\n: heartbeat\n\n");
    }

    @Test
    void dropsAClientAtItsThirdCongestedWriteInARow() {
        var client = client(Map.of());
        client.slow(true);
        streams.heartbeat();
        streams.heartbeat();
        var afterTwo = client.closed();
        client.slow(false);
        streams.heartbeat();
        client.slow(true);
        streams.heartbeat();
        streams.heartbeat();
        var afterTwoMore = client.closed();
        streams.heartbeat();

        assertThat(afterTwo).isFalse();
        assertThat(afterTwoMore).isFalse();
        assertThat(client.closed()).isTrue();
        assertThat(streams.count()).isZero();
    }

    @Test
    void forgetsAClientThatHasGone() {
        client(Map.of()).close();

        assertThat(streams.count()).isZero();
    }
}
