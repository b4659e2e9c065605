package dev.proa.agentmonitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.eventlog.Commit;
import dev.proa.eventlog.HistoryPlaces;
import dev.proa.eventlog.Imports;
import dev.proa.eventlog.LazyJson;
import dev.proa.eventlog.WantedEvents;
import dev.proa.gateway.BackendRequest;
import dev.proa.gateway.BackendResponse;
import dev.proa.testkit.Await;
import dev.proa.testkit.HandTurnedClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LargeCommitTest {
    @TempDir Path folder;
    private final HandTurnedClock clock = new HandTurnedClock();
    private final Streams streams = new Streams(clock, 50);
    private StreamLog log;

    @BeforeEach
    void open() throws InterruptedException {
        log = new StreamLog(folder, clock, streams);
    }

    @AfterEach
    void close() {
        streams.close();
        log.close();
    }

    /** Takes what a socket does, and is cut off like one when 8 MiB wait. */
    private static final class Socket extends FakeBody {
        private static final int ROOM = 128 * 1024;
        private final boolean reads;
        private long waiting;
        private boolean cutOff;

        Socket(boolean reads) {
            this.reads = reads;
        }

        @Override
        public synchronized boolean send(byte[] bytes) {
            if (reads && bytes.length == 0) {
                waiting = 0; // the client has read it by the time that somebody asks
            }
            waiting += bytes.length;
            if (waiting > 8L * 1024 * 1024) {
                cutOff = true;
            } else {
                super.send(bytes);
            }
            return waiting < ROOM;
        }

        synchronized boolean cutOff() {
            return cutOff;
        }
    }

    private <B extends FakeBody> B client(
            B body, Map<String, List<String>> query, String... place) {
        Map<String, List<String>> headers =
                place.length == 0 ? Map.of() : Map.of("last-event-id", List.of(place));
        var request =
                new BackendRequest("GET", "/api/stream", Map.of(), query, headers, new byte[0]);
        ((BackendResponse.Streaming) streams.answer(request)).writer().opened(body);
        return body;
    }

    private void post(int count, String agent) throws InterruptedException {
        var one =
                "{\"session_id\":\"s\",\"agent_type\":\"%s\",\"event_type\":\"error\"}"
                        .formatted(agent);
        log.post(count, one);
    }

    /** Its later events have it too. */
    private void giveTheSessionALongProject() throws InterruptedException {
        var first =
                "{\"session_id\":\"s\",\"agent_type\":\"codex\",\"event_type\":\"error\",\"project\":\"%s\"}"
                        .formatted("p".repeat(400));
        log.post(1, first);
    }

    private void importHistory(int prompts) throws Exception {
        var lines =
                IntStream.range(0, prompts)
                        .mapToObj(n ->
                                "{\"type\":\"user\",\"uuid\":\"u%d\",\"sessionId\":\"old\",\"timestamp\":\"%s\",\"message\":{\"content\":\"p\"}}"
                                        .formatted(
                                                n,
                                                clock.instant()
                                                        .minus(Duration.ofDays(30))
                                                        .plusSeconds(n)))
                        .toList();
        var project = Files.createDirectories(folder.resolve("claude/projects/p"));
        Files.write(project.resolve("old.jsonl"), lines);
        var places = HistoryPlaces.of(Map.of("CLAUDE_CONFIG_DIR", folder + "/claude"));
        var before = log.told();
        try (var imports = new Imports(log.log, places, () -> Duration.ZERO, _ -> {})) {
            var wish = "{\"source\":\"claude\"}".getBytes(StandardCharsets.UTF_8);
            assertThat(imports.start(wish).status()).isEqualTo(202);
            Await.until("it is imported", () -> log.told() >= before + prompts);
        }
    }

    private static List<Long> ids(FakeBody body) {
        return Pattern.compile("\"type\":\"event\",\"payload\":\\{\"id\":(\\d+)")
                .matcher(body.received())
                .results()
                .map(found -> Long.parseLong(found.group(1)))
                .toList();
    }

    private static String place(FakeBody body) {
        return Pattern.compile("(?m)^id: (.*)$")
                .matcher(body.received())
                .results()
                .map(found -> found.group(1))
                .reduce("", (_, last) -> last);
    }

    private static List<Long> upTo(long last) {
        return IntStream.rangeClosed(1, (int) last).mapToObj(id -> (long) id).toList();
    }

    @Test
    void sendsACommitOfMoreThanASocketsQueueToAClientThatReads() throws Exception {
        giveTheSessionALongProject();
        var client = client(new Socket(true), Map.of("since", List.of("0")));

        post(16_000, "codex");
        post(1, "codex");
        Await.until("all have come", () -> ids(client).size() >= 16_002);

        assertThat(client.received().length()).isGreaterThan(8 * 1024 * 1024);
        assertThat(ids(client)).isEqualTo(upTo(16_002));
        assertThat(client.cutOff()).isFalse();
        assertThat(client.closed()).isFalse();
        assertThat(streams.dropped()).isZero();
    }

    @Test
    void countsAClientThatDoesNotReadALargeCommit() throws Exception {
        giveTheSessionALongProject();
        var client = client(new Socket(false), Map.of());

        post(16_000, "codex");
        Await.until("it has more than it takes", () -> client.received().length() > Socket.ROOM);
        IntStream.range(0, 3).forEach(_ -> streams.heartbeat());

        assertThat(client.closed()).isTrue();
        assertThat(client.cutOff()).isFalse();
        assertThat(streams.dropped()).isEqualTo(1);
    }

    /** Is told something whenever it has not yet taken a piece, and then takes it. */
    private final class Steady extends FakeBody {
        private boolean full;
        private boolean looked;

        @Override
        public synchronized boolean send(byte[] bytes) {
            if (bytes.length == 0) {
                full = full && !looked;
                looked = true;
                return !full;
            }
            super.send(bytes);
            if (bytes.length > 1_000) {
                full = true;
                looked = false;
                streams.heartbeat();
            }
            return !full;
        }
    }

    @Test
    void keepsAClientThatTakesPieceAfterPieceHoweverOftenItIsToldElse() throws Exception {
        giveTheSessionALongProject();
        var client = client(new Steady(), Map.of());

        post(16_000, "codex");
        Await.until("all have come", () -> client.closed() || ids(client).size() >= 16_000);

        assertThat(client.closed()).isFalse();
        assertThat(streams.dropped()).isZero();
        assertThat(ids(client)).hasSize(16_000);
    }

    private static Commit.StoredEvent event(long id) {
        var json = "{\"id\":%d,\"project\":\"%s\"}".formatted(id, "p".repeat(400));
        return new Commit.StoredEvent(
                id,
                "s",
                "codex",
                "error",
                new LazyJson(() -> json.getBytes(StandardCharsets.UTF_8)));
    }

    /** Otherwise as many copies would wait as there are clients. */
    @Test
    void readsALargeCommitFromTheLogAgain() throws Exception {
        var body = new FakeBody();
        var asked = new ArrayList<Long>();
        StreamClient.Missed missed =
                id -> {
                    asked.add(id);
                    return asked.size() == 2 ? List.of(event(5_000)) : List.of();
                };
        var client = new StreamClient(body, WantedEvents.ALL, missed, 7, 0);
        var events = LongStream.rangeClosed(1, 5_000).mapToObj(LargeCommitTest::event).toList();

        client.catchUp();
        var told = client.tell(new Commit(events, List.of(), false, 5_000));
        client.catchUp();

        assertThat(told).isEqualTo(StreamClient.Told.BEHIND);
        assertThat(asked).containsExactly(0L, 0L, 5_000L);
        assertThat(ids(body)).containsExactly(5_000L);
    }

    @Test
    void readsNothingMoreForAClientThatHasGone() throws Exception {
        var body = new FakeBody();
        var asked = new AtomicLong();
        StreamClient.Missed missed =
                id -> {
                    body.close();
                    return asked.incrementAndGet() < 5 ? List.of(event(id + 1)) : List.of();
                };
        try (var client = new StreamClient(body, WantedEvents.ALL, missed, 7, 0)) {
            body.onClosed(client::gone);

            assertThat(client.catchUp()).isTrue();
        }

        assertThat(asked).hasValue(1);
    }

    @Test
    void movesThePlaceOfAClientOverImportedHistory() throws Exception {
        var client = client(new FakeBody(), Map.of());
        var fresh = place(client);

        importHistory(20);

        assertThat(fresh).endsWith("-0");
        assertThat(place(client)).endsWith("-20");
        assertThat(client.received()).endsWith("\n\nid: " + place(client) + "\n\n");
        assertThat(ids(client)).isEmpty();
    }

    @Test
    void tellsAFilteredClientItsPlaceWithTheHeartbeat() throws Exception {
        var client = client(new FakeBody(), Map.of("agent_type", List.of("claude_code")));
        post(5, "codex");
        var before = place(client);

        streams.heartbeat();
        streams.heartbeat();

        assertThat(before).endsWith("-0");
        assertThat(client.received())
                .endsWith(": heartbeat\nid: " + place(client) + "\n\n: heartbeat\n\n");
        assertThat(place(client)).endsWith("-5");
    }

    @Test
    void tellsOfNoGapWhereOnlyHistoryCame() throws Exception {
        post(2, "codex");
        var place = place(client(new FakeBody(), Map.of()));
        importHistory(10_050);
        post(3, "codex");

        var back = client(new FakeBody(), Map.of(), place);

        assertThat(back.received()).doesNotContain("\"gap\"");
        assertThat(ids(back)).containsExactly(10_053L, 10_054L, 10_055L);
    }

    @Test
    void countsAGapByWhatWouldHaveBeenSent() throws Exception {
        var place = place(client(new FakeBody(), Map.of()));
        importHistory(50);
        post(10_000, "claude_code");
        post(10_004, "codex");

        var all = client(new FakeBody(), Map.of(), place);
        var some = client(new FakeBody(), Map.of("agent_type", List.of("codex")), place);

        assertThat(all.received()).contains("\"cause\":\"too_many\"").contains("\"missed\":10004}");
        assertThat(some.received()).contains("\"cause\":\"too_many\"").contains("\"missed\":4}");
        assertThat(ids(some)).hasSize(10_000).startsWith(10_055L);
    }
}
