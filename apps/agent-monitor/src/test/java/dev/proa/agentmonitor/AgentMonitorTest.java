package dev.proa.agentmonitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.gateway.BackendRequest;
import dev.proa.gateway.BackendResponse;
import dev.proa.gateway.BackendRoute;
import dev.proa.gateway.ChannelEvent;
import dev.proa.gateway.EmbeddedBackend;
import dev.proa.testkit.Await;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentMonitorTest {
    private static final String EVENT =
            "{\"session_id\":\"s1\",\"agent_type\":\"claude_code\",\"event_type\":\"tool_use\"}";

    private static final BackendRequest QUESTION =
            new BackendRequest("GET", "/api/search", Map.of(), Map.of(), Map.of(), new byte[0]);

    @TempDir Path folder;
    private TestMonitor monitor;

    @BeforeEach
    void start() {
        monitor = new TestMonitor(folder);
    }

    @AfterEach
    void close() {
        monitor.close();
    }

    @Test
    void isFoundUnderTheNameThatTheManifestGives() {
        assertThat(ServiceLoader.load(EmbeddedBackend.class))
                .extracting(EmbeddedBackend::name)
                .contains("agent-monitor");
    }

    @Test
    void aDamagedLogIsNotTheFaultOfWhoAsks() {
        var damage = new Problem(Where.of("events.db"), "it cannot be read", "Start Proa again");
        var handler =
                AgentMonitor.handler(_ -> {
                    throw new ProaException(ExitCode.BAD_DATA, damage);
                });

        assertThatThrownBy(() -> handler.handle(QUESTION))
                .isInstanceOfSatisfying(
                        ProaException.class,
                        e -> {
                            assertThat(e.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
                            assertThat(e.problems()).containsExactly(damage);
                        });
    }

    @Test
    void takesEventsOfUpToOneMebibyte() {
        assertThat(monitor.routes())
                .filteredOn(route -> route.method().equals("POST"))
                .filteredOn(route -> route.path().matches("/api/(events|hooks).*"))
                .hasSizeGreaterThanOrEqualTo(3)
                .extracting(BackendRoute::maxBody)
                .containsOnly(1_048_576);
    }

    @Test
    void storesAnEventAndShowsItEverywhere() throws Exception {
        var stored = monitor.post("/api/events", EVENT);

        assertThat(stored.status()).isEqualTo(201);
        assertThat(stored.headers()).containsEntry("content-type", "application/json");
        assertThat(
                        TestMonitor.json(monitor.read("/api/events?session_id=s1"))
                                .path("total")
                                .intValue())
                .isEqualTo(1);
        assertThat(
                        TestMonitor.json(monitor.read("/api/sessions?status=active"))
                                .path("total")
                                .intValue())
                .isEqualTo(1);
        assertThat(
                        TestMonitor.json(monitor.read("/api/sessions/s1"))
                                .path("session")
                                .path("id")
                                .stringValue())
                .isEqualTo("s1");
        assertThat(TestMonitor.json(monitor.read("/api/stats")).path("total_events").intValue())
                .isEqualTo(1);
        assertThat(
                        TestMonitor.json(monitor.read("/api/filter-options"))
                                .path("agent_types")
                                .path(0)
                                .stringValue())
                .isEqualTo("claude_code");
        assertThat(monitor.read("/api/sessions/s2").status()).isEqualTo(404);
        assertThat(monitor.read("/api/events?since=soon").status()).isEqualTo(400);
    }

    @Test
    void takesCompressedEventsThatAreNotTooLong() throws Exception {
        var batch = "{\"events\":[" + EVENT + "]}";

        assertThat(posted("/api/events", EVENT, "gzip").status()).isEqualTo(201);
        assertThat(posted("/api/events/batch", batch, " GZip").status()).isEqualTo(201);
        assertThat(
                        posted(
                                        "/api/hooks/claude-code",
                                        "{\"session_id\":\"s1\",\"hook_event_name\":\"Stop\"}",
                                        "x-gzip")
                                .status())
                .isEqualTo(204);
        assertThat(posted("/api/events", EVENT + " ".repeat(1_048_576), "gzip").status())
                .isEqualTo(413);
        assertThat(posted("/api/events", EVENT, "br").status()).isEqualTo(415);
        assertThat(posted("/api/events", EVENT, "deflate").status()).isEqualTo(400);
        assertThat(monitor.post("/api/events", EVENT, "content-encoding", "identity").status())
                .isEqualTo(201);
        assertThat(TestMonitor.json(monitor.read("/api/events")).path("total").intValue())
                .isEqualTo(4);
    }

    private BackendResponse.Whole posted(String path, String body, String encoding)
            throws Exception {
        var packed = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(packed)) {
            out.write(body.getBytes(StandardCharsets.UTF_8));
        }
        return (BackendResponse.Whole)
                monitor.post(path, packed.toByteArray(), "content-encoding", encoding);
    }

    @Test
    void storesABatchAndAHook() throws Exception {
        var batch = monitor.post("/api/events/batch", "{\"events\":[" + EVENT + ",{}]}");
        var hook =
                monitor.post(
                        "/api/hooks/claude-code",
                        "{\"session_id\":\"s2\",\"hook_event_name\":\"Stop\",\"cwd\":\"/a/shop\"}",
                        "idempotency-key",
                        "spooled-7");

        assertThat(batch.status()).isEqualTo(201);
        assertThat(TestMonitor.json(batch).path("rejected").size()).isEqualTo(1);
        assertThat(hook.status()).isEqualTo(204);
        assertThat(hook.headers()).isEmpty();
        var event =
                TestMonitor.json(monitor.read("/api/events?session_id=s2")).path("events").path(0);
        assertThat(event.path("event_id").stringValue()).isEqualTo("spooled-7");
        assertThat(event.path("project").stringValue()).isEqualTo("shop");
    }

    @Test
    void publishesEachCommitAsOneBatchOfEventsAndThenSessions() throws Exception {
        monitor.post(
                "/api/events/batch",
                "{\"events\":[" + EVENT + "," + EVENT.replace("s1", "s2") + "," + EVENT + "]}");

        Await.until("a batch is published", () -> !monitor.published.isEmpty());
        var batch = monitor.published.getFirst();

        assertThat(batch)
                .extracting(ChannelEvent::type)
                .containsExactly("event", "event", "event", "session", "session");
        assertThat(batch)
                .extracting(event -> event.id().orElse("-"))
                .containsExactly("1", "2", "3", "-", "-");
        assertThat(batch)
                .extracting(event -> event.scope().orElseThrow())
                .containsExactly("s1", "s2", "s1", "s1", "s2");
        assertThat(TestMonitor.json(batch.get(1).data()))
                .isEqualTo(
                        TestMonitor.json(monitor.read("/api/events?session_id=s2"))
                                .path("events")
                                .path(0));
        assertThat(TestMonitor.json(batch.getLast().data()))
                .isEqualTo(TestMonitor.json(monitor.read("/api/sessions/s2")).path("session"));
    }

    @Test
    void publishesTheTotalsAtMostOnceASecond() throws Exception {
        var began = System.nanoTime();
        for (var i = 0; i < 50; i++) {
            monitor.post("/api/events", EVENT);
        }
        Await.until("the total is published", () -> lastTotal() == 50);
        monitor.post("/api/events", EVENT);
        Await.until("the last total is published", () -> lastTotal() == 51);
        var seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds();

        assertThat(monitor.published.stream().filter(batch -> isStats(batch.getFirst())))
                .hasSizeLessThanOrEqualTo((int) seconds + 2);
    }

    private static boolean isStats(ChannelEvent event) {
        return event.type().equals("stats");
    }

    private int lastTotal() {
        return monitor.published.stream()
                .flatMap(batch -> batch.stream())
                .filter(AgentMonitorTest::isStats)
                .reduce((_, last) -> last)
                .map(event -> TestMonitor.json(event.data()).path("total_events").intValue())
                .orElse(0);
    }

    @Test
    void countsStreamsInItsHealthWhileTheyAreOpen() throws Exception {
        var none = TestMonitor.json(monitor.read("/api/health"));
        var body = open("/api/stream");
        var one = TestMonitor.json(monitor.read("/api/health"));
        body.close();
        var noneAgain = TestMonitor.json(monitor.read("/api/health"));

        assertThat(none.path("status").stringValue()).isEqualTo("ok");
        assertThat(none.path("uptime").isIntegralNumber()).isTrue();
        assertThat(none.path("db_size_bytes").longValue()).isPositive();
        assertThat(none.path("sse_clients").intValue()).isZero();
        assertThat(one.path("sse_clients").intValue()).isEqualTo(1);
        assertThat(noneAgain.path("sse_clients").intValue()).isZero();
    }

    private FakeBody open(String target) throws Exception {
        var answer = (BackendResponse.Streaming) monitor.ask("GET", target, Map.of(), new byte[0]);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers())
                .containsEntry("content-type", "text/event-stream")
                .containsEntry("x-accel-buffering", "no");
        var body = new FakeBody();
        answer.writer().opened(body);
        return body;
    }

    @Test
    void tellsStreamsThatTheyAreConnectedAndThenEachEvent() throws Exception {
        var all = open("/api/stream");
        var some = open("/api/stream?agent_type=codex&event_type=");

        monitor.post("/api/events", EVENT);
        monitor.post("/api/events", EVENT.replace("claude_code", "codex"));
        Await.until("both are told", () -> all.received().contains("\"id\":2"));

        assertThat(all.received())
                .startsWith("data: {\"type\":\"connected\",\"timestamp\":\"")
                .contains("\n\ndata: {\"type\":\"event\",\"payload\":{\"id\":1,")
                .containsPattern("}}\\nid: \\d+-2\\n\\n$");
        Await.until("the filtered one is told", () -> some.received().contains("\"id\":2"));
        assertThat(some.received()).doesNotContain("\"id\":1,");
    }

    @Test
    void refusesTheFiftyFirstStream() throws Exception {
        for (var i = 0; i < 50; i++) {
            open("/api/stream");
        }

        var refused = monitor.read("/api/stream");

        assertThat(refused.status()).isEqualTo(503);
        assertThat(new String(refused.body(), StandardCharsets.UTF_8))
                .isEqualTo("{\"error\":\"SSE client limit reached\",\"max_clients\":50}");
    }

    @Test
    void endsItsStreamsAndSaysWhenToComeAgainWhenItIsClosed() throws Exception {
        var body = open("/api/stream");

        monitor.close();
        var late = monitor.post("/api/events", EVENT);

        assertThat(body.closed()).isTrue();
        assertThat(late.status()).isEqualTo(503);
        assertThat(late.headers()).containsKey("retry-after");
        assertThat(TestMonitor.json(late).path("error").stringValue()).contains("not stored");
    }

    @Test
    void doesNotStartTwiceOnOneFolder() {
        assertThatThrownBy(() -> new TestMonitor(folder).close())
                .isInstanceOf(ProaException.class)
                .hasMessageContaining("in use by pid");
    }

    @Test
    void closesThoughItNeverStarted() {
        new AgentMonitor().close();
    }

    @Test
    void answersAPathThatEndsWithASlashAsWithoutIt() throws Exception {
        var event = "{\"session_id\":\"s\",\"agent_type\":\"a\",\"event_type\":\"error\"}";

        assertThat(monitor.post("/api/events/", event).status()).isEqualTo(201);
        assertThat(monitor.post("/api/events/batch/", "{\"events\":[]}").status()).isEqualTo(201);
        assertThat(monitor.read("/api/sessions/s/").status()).isEqualTo(200);
        assertThat(monitor.read("/api/sessions/?limit=1").status()).isEqualTo(200);
    }
}
