package dev.proa.product;

import static dev.proa.product.Samples.event;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the ingest listener answers to whatever writes, over sockets; each test looks at events of
 * its own session.
 */
class IngestAnswersIT {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int LIMIT = 1024 * 1024;

    private static Home home;
    private static Proa proa;
    private static int port;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        home = new Home(folder);
        proa = home.monitor("d");
        port = proa.ingestPort();
    }

    @AfterAll
    static void stop() throws InterruptedException {
        proa.close();
        assertThat(proa.exit()).as(proa::toString).isZero();
        assertThat(proa.err()).isEmpty();
        home.close();
    }

    private static long stored(String session) throws IOException {
        return proa.json("/api/events?limit=1&session_id=" + session).path("total").asLong();
    }

    private static String minimal(String session, String id) {
        return "{\"session_id\":\"%s\",\"agent_type\":\"codex\",\"event_type\":\"response\",\"event_id\":\"%s\"}"
                .formatted(session, session + id);
    }

    private static void isJsonError(Wire.Answer answer, int status) {
        assertThat(answer.status()).as(answer::toString).isEqualTo(status);
        assertThat(answer.field("content-type")).startsWith("application/").contains("json");
        var json = JSON.readTree(answer.body());
        assertThat(json.path("error").asString("") + json.path("detail").asString(""))
                .as(answer::toString)
                .isNotEmpty();
    }

    @Test
    void aBodyOfOneMebibyteIsTakenAndOneByteMoreIs413() throws IOException {
        var fill = "x".repeat(LIMIT - event("big", "").length());

        try (var wire = new Wire(port)) {
            assertThat(wire.post("/api/events", event("big", fill)).status()).isEqualTo(201);
            wire.send(
                    wire.head("POST", "/api/events")
                            + "Content-Length: "
                            + (LIMIT + 1)
                            + "\r\n\r\n");
            isJsonError(wire.read(), 413);
        }
        try (var wire = new Wire(port)) {
            wire.send(
                    wire.head("POST", "/api/events/batch", "Transfer-Encoding: chunked") + "\r\n");
            wire.send("%x\r\n".formatted(LIMIT) + "x".repeat(LIMIT) + "\r\n1\r\nx\r\n");
            isJsonError(wire.read(), 413);
        }
    }

    @Test
    void whatIsNoEventIs400AndSaysWhatIsWrongWithWhichField() throws IOException {
        try (var wire = new Wire(port)) {
            isJsonError(wire.post("/api/events", "{\"session_id\":"), 400);
            isJsonError(wire.post("/api/events", ""), 400);
            isJsonError(wire.post("/api/events", "[]"), 400);
            isJsonError(wire.post("/api/events", "\u0000\u0001"), 400);
            isJsonError(wire.post("/api/events/batch", "{}"), 400);
            isJsonError(wire.post("/api/events/batch", "{\"events\":{}}"), 400);

            var missing =
                    wire.post("/api/events", "{\"session_id\":\"s\",\"event_type\":\"nonsense\"}");

            isJsonError(missing, 400);
            var fields =
                    JSON.readTree(missing.body())
                            .path("details")
                            .valueStream()
                            .map(each -> each.path("field").asString())
                            .collect(Collectors.toList());
            assertThat(fields).containsExactlyInAnyOrder("agent_type", "event_type");
        }
    }

    @Test
    void theContentTypeDoesNotMatter() throws IOException {
        try (var wire = new Wire(port)) {
            for (var type :
                    new String[] {
                        "text/plain",
                        "application/x-www-form-urlencoded",
                        "application/x-protobuf",
                        "?"
                    }) {
                assertThat(
                                wire.post(
                                                "/api/events",
                                                minimal("types", type),
                                                "Content-Type: " + type)
                                        .status())
                        .as(type)
                        .isEqualTo(201);
            }
            assertThat(wire.post("/api/events", minimal("types", "none")).status()).isEqualTo(201);
        }
        assertThat(stored("types")).isEqualTo(5);
    }

    @Test
    void accidentalQuotingIsTakenOffUpToThreeTimes() throws IOException {
        var quoted = minimal("quoted", "q");
        try (var wire = new Wire(port)) {
            for (int level = 0; level <= 3; level++) {
                var answer = wire.post("/api/events", quoted);
                assertThat(answer.status())
                        .as("level %d: %s", level, answer)
                        .isEqualTo(level == 0 ? 201 : 200);
                quoted = JSON.writeValueAsString(quoted);
            }
            isJsonError(wire.post("/api/events", quoted), 400);
        }
    }

    @Test
    void otherPathsAre404AndOtherMethodsAre405() throws IOException {
        for (var path :
                new String[] {
                    "/", "/api", "/api/event", "/api/eventsx", "/api/sessions", "/_proa/status"
                }) {
            try (var wire = new Wire(port)) {
                isJsonError(wire.post(path, "{}"), 404);
            }
        }
        for (var method : new String[] {"GET", "PUT", "DELETE", "PATCH"}) {
            try (var wire = new Wire(port)) {
                wire.send(wire.request(method, "/api/events", ""));
                var answer = wire.read();
                isJsonError(answer, 405);
                assertThat(answer.field("allow")).isEqualTo("POST");
            }
        }
    }

    @Test
    void aBatchOfTenThousandIsStoredWithAllItsIds() throws IOException {
        var items =
                IntStream.range(0, 10_000)
                        .mapToObj(n -> minimal("many", "m" + n))
                        .collect(Collectors.joining(",", "{\"events\":[", "]}"));
        assertThat(items.length()).isLessThan(LIMIT);

        try (var wire = new Wire(port)) {
            var first = wire.post("/api/events/batch", items);
            var second = JSON.readTree(wire.post("/api/events/batch", items).body());

            assertThat(first.status()).isEqualTo(201);
            var json = JSON.readTree(first.body());
            assertThat(json.path("received").asInt()).isEqualTo(10_000);
            assertThat(json.path("ids").valueStream().map(id -> id.asLong()).distinct().count())
                    .isEqualTo(10_000);
            assertThat(second.path("received").asInt()).isZero();
            assertThat(second.path("duplicates").asInt()).isEqualTo(10_000);
        }
        assertThat(stored("many")).isEqualTo(10_000);
    }

    @Test
    void ofABatchTheInvalidAreNamedAndTheRestIsStored() throws IOException {
        try (var wire = new Wire(port)) {
            var answer =
                    wire.post(
                            "/api/events/batch",
                            "{\"events\":["
                                    + minimal("part", "p1")
                                    + ",{\"session_id\":7},17,"
                                    + minimal("part", "p2")
                                    + "]}");

            assertThat(answer.status()).isEqualTo(201);
            var json = JSON.readTree(answer.body());
            assertThat(json.path("received").asInt()).isEqualTo(2);
            assertThat(json.path("rejected").valueStream().map(each -> each.path("index").asInt()))
                    .containsExactly(1, 2);
        }
        assertThat(stored("part")).isEqualTo(2);
    }

    @Test
    void aBodyInChunksOfAnySizeIsOneEvent() throws IOException {
        try (var wire = new Wire(port)) {
            for (int size : new int[] {1, 7, 1_000}) {
                var body = minimal("chunked", "c" + size);
                wire.send(wire.head("POST", "/api/events", "Transfer-Encoding: chunked") + "\r\n");
                for (int from = 0; from < body.length(); from += size) {
                    var part = body.substring(from, Math.min(body.length(), from + size));
                    wire.send(
                            "%x;ext=1\r\n%s\r\n"
                                    .formatted(part.getBytes(StandardCharsets.UTF_8).length, part));
                }
                wire.send("0\r\n\r\n");

                assertThat(wire.read().status()).isEqualTo(201);
            }
        }
        assertThat(stored("chunked")).isEqualTo(3);
    }

    @Test
    void pipelinedRequestsAreAnsweredInTheirOrder() throws IOException {
        try (var wire = new Wire(port)) {
            var all = new ByteArrayOutputStream();
            for (int number = 0; number < 50; number++) {
                all.writeBytes(wire.request("POST", "/api/events", minimal("piped", "p" + number)));
                all.writeBytes(wire.request("POST", "/api/events", "{" + number));
            }
            wire.send(all.toByteArray());

            long last = 0;
            for (int number = 0; number < 50; number++) {
                var stored = wire.read();
                assertThat(stored.status()).isEqualTo(201);
                long id = JSON.readTree(stored.body()).path("ids").path(0).asLong();
                assertThat(id).isGreaterThan(last);
                last = id;
                assertThat(wire.read().status()).isEqualTo(400);
            }
        }
        assertThat(stored("piped")).isEqualTo(50);
    }
}
