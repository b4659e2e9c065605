package dev.proa.product;

import static dev.proa.product.ParityMonitor.unique;
import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.testkit.Await;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The event contract's cases about the stream, and what no case of it covered: filters, the cap,
 * the heartbeat, slow readers, limits, reading events, truncation and the life of sessions.
 */
class ParityStreamIT {
    private static final int MOST_STREAMS = 6;

    private static ParityMonitor monitor;

    /** Sessions idle after 2 s, and streams hear of it. */
    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        monitor =
                new ParityMonitor(
                        folder,
                        Map.of(
                                "AGENTMONITOR_SESSION_TIMEOUT", "0.033334",
                                "AGENTMONITOR_SSE_HEARTBEAT_MS", "1000",
                                "AGENTMONITOR_STATS_INTERVAL", "250",
                                "AGENTMONITOR_MAX_SSE_CLIENTS", Integer.toString(MOST_STREAMS)));
    }

    @AfterAll
    static void stop() {
        monitor.close();
    }

    private static int clients() throws IOException {
        return monitor.read("/api/health").path("sse_clients").asInt();
    }

    @Test
    void theStreamSaysThatItIsConnectedAndThenWhatIsSent() throws IOException {
        try (var stream = monitor.stream("")) {
            assertThat(stream.answer().statusCode()).isEqualTo(200);
            assertThat(stream.answer().headers().firstValue("content-type").orElseThrow())
                    .contains("text/event-stream");
            assertThat(stream.answer().headers().firstValue("x-accel-buffering")).contains("no");
            stream.line("data: ");
            assertThat(stream.lines().getFirst())
                    .matches("data: \\{\"type\":\"connected\",\"timestamp\":\"[^\"]+Z\"}");
            var session = unique("s");
            monitor.event(session, "claude_code", "tool_use", "");
            stream.heard(session);
            assertThat(stream.lines().stream().filter(l -> l.contains(session)).findFirst())
                    .hasValueSatisfying(line ->
                            assertThat(line).startsWith("data: {\"type\":\"event\",\"payload\":{"));
        }
    }

    @Test
    void healthCountsStreamsWhileTheyAreOpen() throws IOException {
        Await.until("no other stream is open", () -> clients() == 0);
        try (var stream = monitor.stream("")) {
            stream.line("data: ");
            Await.until("it counts", () -> clients() == 1);
        }
        Await.until("it counts no more", () -> clients() == 0);
    }

    @Test
    void filtersHideOtherEventsAndNoTotals() throws IOException {
        try (var stream = monitor.stream("?agent_type=codex&event_type=error")) {
            stream.line("data: ");
            var hidden = unique("s");
            var shown = unique("s");
            monitor.event(hidden, "claude_code", "error", "");
            monitor.event(hidden, "codex", "tool_use", "");
            monitor.event(shown, "codex", "error", "");
            stream.heard(shown);
            stream.heard("\"type\":\"stats\"");

            assertThat(stream.lines()).noneMatch(line -> line.contains(hidden));
            assertThat(stream.line("data: {\"type\":\"stats\"")).contains("\"usage_monitor\":[");
        }
    }

    @Test
    void oneStreamTooManyIs503AndHasRoomLater() throws IOException {
        Await.until("no other stream is open", () -> clients() == 0);
        var open = new ArrayList<EventStream>();
        try {
            for (int i = 0; i < MOST_STREAMS; i++) {
                open.add(monitor.stream(""));
            }
            var refused = monitor.get("/api/stream");

            assertThat(open).allMatch(stream -> stream.answer().statusCode() == 200);
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(ParityMonitor.json(refused).path("error").asString())
                    .isEqualTo("SSE client limit reached");
            assertThat(ParityMonitor.json(refused).path("max_clients").asInt())
                    .isEqualTo(MOST_STREAMS);
        } finally {
            open.forEach(EventStream::close);
        }
        Await.until("they have gone", () -> clients() == 0);
        try (var stream = monitor.stream("")) {
            assertThat(stream.answer().statusCode()).isEqualTo(200);
        }
    }

    @Test
    void theStreamBeatsAndTellsTheTotals() throws IOException {
        try (var stream = monitor.stream("")) {
            stream.line(": heartbeat");
            stream.line("data: {\"type\":\"stats\"");
        }
    }

    @Test
    void whoComesBackGetsWhatItMissed() throws IOException {
        var session = unique("s");
        String place;
        try (var stream = monitor.stream("?session_id=" + session)) {
            monitor.event(session, "codex", "tool_use", ",\"tool_name\":\"first\"");
            stream.heard("first");
            stream.line("id: ");
            Await.until("the id has come", () -> stream.lines().getLast().isEmpty());
            place = stream.place();
        }
        monitor.event(session, "codex", "tool_use", ",\"tool_name\":\"second\"");

        try (var stream = monitor.stream("?session_id=" + session, "Last-Event-ID", place);
                var lost = monitor.stream("?session_id=" + session, "Last-Event-ID", "1-1")) {
            stream.heard("second");
            assertThat(stream.lines())
                    .filteredOn(line -> line.startsWith("data: {\"type\":\"event\""))
                    .noneMatch(line -> line.contains("\"first\""));
            assertThat(lost.line("data: {\"type\":\"gap\"")).contains("\"cause\":\"other_log\"");
        }
    }

    @Test
    void aReaderThatDoesNotReadIsDroppedAndCounted() throws IOException {
        long before = monitor.read("/api/health").path("sse_dropped").asLong();
        try (var wire = new Wire(monitor.proa().instance().port())) {
            var token = monitor.proa().instance().token().reveal();
            wire.send(wire.head("GET", "/api/stream", "X-Proa-Token: " + token) + "\r\n");
            Await.until("it is connected", () -> clients() > 0);
            var large = ",\"metadata\":{\"text\":\"" + "x".repeat(9_000) + "\"}";
            var batch = new StringBuilder("{\"events\":[");
            for (int i = 0; i < 100; i++) {
                batch.append(i == 0 ? "" : ",")
                        .append(ParityMonitor.text("slow", "codex", "response", large));
            }
            var body = batch.append("]}").toString();
            Await.until(
                    "it is dropped",
                    () -> {
                        monitor.post("/api/events/batch", body);
                        return monitor.read("/api/health").path("sse_dropped").asLong() > before;
                    });
        }
    }

    @Test
    void eventsAreReadByEveryFilter() throws IOException {
        var session = unique("s");
        var since = Instant.now().toString();
        monitor.event(
                session,
                "codex",
                "tool_use",
                ",\"tool_name\":\"T\",\"model\":\"m\",\"branch\":\"b\",\"source\":\"hook\"");
        monitor.event(session, "codex", "error", "");
        var filters =
                List.of(
                        "agent_type=codex&event_type=tool_use",
                        "tool_name=T",
                        "branch=b&source=hook",
                        "model=m&since=" + since);
        for (var filter : filters) {
            var page = monitor.read("/api/events?session_id=" + session + "&" + filter);
            assertThat(page.path("total").asInt()).as(filter).isEqualTo(1);
            assertThat(page.path("events").path(0).path("tool_name").asString()).isEqualTo("T");
        }
        var newest = monitor.read("/api/events?limit=1&offset=1&session_id=" + session);
        assertThat(newest.path("total").asInt()).isEqualTo(2);
        assertThat(newest.path("events").path(0).path("event_type").asString())
                .isEqualTo("tool_use");
    }

    @Test
    void longMetadataIsCutToASummaryInBytes() throws IOException {
        var session = unique("s");
        var text = "é".repeat(5_200);
        monitor.event(
                session,
                "codex",
                "tool_use",
                ",\"metadata\":{\"command\":\"make\",\"other\":\"%s\"}".formatted(text));

        var event = monitor.read("/api/sessions/" + session).path("events").path(0);

        assertThat(text.length()).isLessThan(10_240);
        assertThat(event.path("payload_truncated").asInt()).isEqualTo(1);
        assertThat(event.path("metadata").path("_truncated").asBoolean()).isTrue();
        assertThat(event.path("metadata").path("_original_bytes").asInt())
                .isEqualTo(
                        "{\"command\":\"make\",\"other\":\"\"}".length()
                                + text.getBytes(StandardCharsets.UTF_8).length);
        assertThat(event.path("metadata").path("command").asString()).isEqualTo("make");
        monitor.event(
                session,
                "codex",
                "tool_use",
                ",\"metadata\":{\"command\":\"%s\"}".formatted("x".repeat(10_300)));
        var marks = monitor.read("/api/sessions/" + session).path("events").path(0);
        assertThat(marks.path("metadata").toString())
                .isEqualTo("{\"_truncated\":true,\"_original_bytes\":10314}");
    }

    private static JsonNode session(String id) throws IOException {
        return monitor.read("/api/sessions/" + id).path("session");
    }

    @Test
    void sessionsGoIdleAndEndBySilenceAndStreamsHearOfIt() throws IOException {
        var id = unique("s");
        try (var stream = monitor.stream("")) {
            stream.line("data: ");
            monitor.event(id, "codex", "tool_use", "");
            var began = session(id).path("status").asString();
            Await.until("idle", () -> session(id).path("status").asString().equals("idle"));
            var idled = session(id).path("ended_at");
            Await.until(
                    "ended",
                    Duration.ofSeconds(10),
                    () -> session(id).path("status").asString().equals("ended"));

            assertThat(began).isEqualTo("active");
            assertThat(idled.isNull()).isTrue();
            assertThat(session(id).path("ended_at").isString()).isTrue();
            stream.heard("{\"type\":\"session_update\",\"payload\":{\"type\":\"idle_check\"");
        }
        monitor.event(id, "codex", "tool_use", "");
        assertThat(session(id).path("status").asString()).isEqualTo("active");
        assertThat(session(id).path("ended_at").isNull()).isTrue();
    }

    @Test
    void theEndOfATurnIsNotTheEndOfASessionOfClaudeCode() throws IOException {
        var claude = unique("s");
        var codex = unique("s");
        monitor.event(claude, "claude_code", "session_end", "");
        monitor.event(codex, "codex", "session_end", "");

        assertThat(session(claude).path("status").asString()).isEqualTo("idle");
        assertThat(session(codex).path("status").asString()).isEqualTo("ended");
    }

    @Test
    void historyEndsItsSessionAndARecentImportDoesNot() throws IOException {
        var old = unique("s");
        var recent = unique("s");
        var imported = ",\"source\":\"import\",\"client_timestamp\":\"%s\"";
        var now = Instant.now();
        monitor.event(old, "codex", "tool_use", imported.formatted(now.minusSeconds(3_600)));
        monitor.event(recent, "codex", "session_end", imported.formatted(now));

        assertThat(session(old).path("status").asString()).isEqualTo("ended");
        assertThat(session(recent).path("status").asString()).isEqualTo("active");
    }

    @Test
    void bodiesOverTheLimitAre413() throws IOException {
        var large = "{\"events\":[\"" + "x".repeat(1024 * 1024) + "\"]}";
        HttpResponse<String> answer = monitor.post("/api/events/batch", large);

        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(monitor.post("/api/events", "{\"a\"").statusCode()).isEqualTo(400);
    }
}
