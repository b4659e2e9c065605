package dev.proa.agentmonitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.eventlog.EventReplay;
import dev.proa.gateway.BackendRequest;
import dev.proa.gateway.BackendResponse;
import dev.proa.testkit.Await;
import dev.proa.testkit.HandTurnedClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamsTest {
    private static final Map<String, List<String>> NONE = Map.of();

    @TempDir Path folder;
    private final HandTurnedClock clock = new HandTurnedClock();
    private Streams streams = new Streams(clock, 50);
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

    private void restart() throws InterruptedException {
        close();
        streams = new Streams(clock, 50);
        open();
    }

    private static BackendRequest request(
            Map<String, List<String>> query, Map<String, List<String>> headers) {
        return new BackendRequest("GET", "/api/stream", Map.of(), query, headers, new byte[0]);
    }

    private FakeBody client(Map<String, List<String>> query) {
        return client(query, NONE, new FakeBody());
    }

    private FakeBody client(
            Map<String, List<String>> query, Map<String, List<String>> headers, FakeBody body) {
        var answer = (BackendResponse.Streaming) streams.answer(request(query, headers));
        answer.writer().opened(body);
        return body;
    }

    /** A client that has seen the event of this id. */
    private FakeBody back(String place) {
        return client(NONE, Map.of("last-event-id", List.of(place)), new FakeBody());
    }

    private void post(String agent, String type) throws InterruptedException {
        post(1, agent, type);
    }

    private void post(int count, String agent, String type) throws InterruptedException {
        var one =
                "{\"session_id\":\"s-%s\",\"agent_type\":\"%s\",\"event_type\":\"%s\"}"
                        .formatted(agent, agent, type);
        log.post(count, one);
    }

    /** The ids of the events that a client was sent, without the epoch. */
    private static List<Integer> ids(FakeBody body) {
        return all("\"type\":\"event\".*\nid: \\d+-(\\d+)\n\n", body).stream()
                .map(Integer::valueOf)
                .toList();
    }

    private static List<String> all(String pattern, FakeBody body) {
        var found = new ArrayList<String>();
        var matcher = Pattern.compile(pattern).matcher(body.received());
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    /** The id of the last message that has one. */
    private static String place(FakeBody body) {
        return all("id: (.*)\n", body).getLast();
    }

    private static byte[] json(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void saysFirstThatItIsConnectedAndGivesAPlaceToComeBackTo() throws Exception {
        post(3, "codex", "error");

        assertThat(client(NONE).received())
                .matches(
                        """
                        data: \\{"type":"connected","timestamp":"2026-01-01T00:00:00.000Z"}
                        id: \\d+-3

                        """);
    }

    @Test
    void tellsAClientOnlyTheEventsThatItWants() throws Exception {
        var some = client(Map.of("agent_type", List.of("codex"), "event_type", List.of("error")));
        var one = client(Map.of("session_id", List.of("s-claude_code")));

        post("codex", "error");
        post("codex", "tool_use");
        post("claude_code", "error");
        post("codex", "error");

        assertThat(ids(some)).containsExactly(1, 4);
        assertThat(ids(one)).containsExactly(3);
    }

    @Test
    void hidesNoSystemMessageBehindAFilter() {
        var filtered = client(Map.of("agent_type", List.of("codex")));

        streams.system("stats", json("{\"total_events\":1}"));
        streams.system("session_update", json("{}"));

        assertThat(filtered.received())
                .contains("data: {\"type\":\"stats\",\"payload\":{\"total_events\":1}}\n\n")
                .endsWith("data: {\"type\":\"session_update\",\"payload\":{}}\n\n");
    }

    @Test
    void sendsWhatAClientMissedAndThenWhatComes() throws Exception {
        var first = client(NONE);
        post(3, "codex", "error");
        var place = place(first);
        first.close();
        post(450, "codex", "error");

        var second = back(place);
        post("codex", "error");

        assertThat(ids(second)).isEqualTo(IntStream.rangeClosed(4, 454).boxed().toList());
        assertThat(second.received()).doesNotContain("gap");
    }

    @Test
    void sendsWhatWasMissedOverARestart() throws Exception {
        var first = client(NONE);
        post(2, "codex", "error");
        var place = place(first);
        post(2, "codex", "error");
        restart();
        post("codex", "error");

        var second = back(place);

        assertThat(ids(second)).containsExactly(3, 4, 5);
        assertThat(place(second).replaceFirst("-.*", "")).isEqualTo(place.replaceFirst("-.*", ""));
    }

    @Test
    void losesNothingAndRepeatsNothingWhileEventsComeDuringTheReplay() throws Exception {
        post(300, "codex", "error");
        var epoch = place(client(NONE)).replaceFirst("-.*", "");
        var body =
                new FakeBody() {
                    private boolean posted;

                    @Override
                    public synchronized boolean send(byte[] bytes) {
                        if (!posted && new String(bytes, StandardCharsets.UTF_8).contains("-200")) {
                            posted = true;
                            var _ = Thread.ofVirtual().start(StreamsTest.this::postMore);
                        }
                        return super.send(bytes);
                    }
                };

        client(NONE, Map.of("last-event-id", List.of(epoch + "-0")), body);
        Await.until("all have come", () -> ids(body).size() >= 340);

        assertThat(ids(body)).isEqualTo(IntStream.rangeClosed(1, 340).boxed().toList());
    }

    private void postMore() {
        try {
            var one = "{\"session_id\":\"s\",\"agent_type\":\"codex\",\"event_type\":\"tool_use\"}";
            for (var i = 0; i < 40; i++) {
                log.ingest.single(json(one));
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void takesThePlaceOfTheHeaderBeforeThatOfTheAddress() throws Exception {
        post(3, "codex", "error");
        var epoch = place(client(NONE)).replaceFirst("-.*", "");
        var since = Map.of("since", List.of(epoch + "-1"));

        var byAddress = client(since);
        var byNumber = client(Map.of("since", List.of("2")));
        var both = client(since, Map.of("last-event-id", List.of(epoch + "-2")), new FakeBody());

        assertThat(ids(byAddress)).containsExactly(2, 3);
        assertThat(ids(byNumber)).containsExactly(3);
        assertThat(ids(both)).containsExactly(3);
    }

    @ParameterizedTest
    @CsvSource({
        "7-2,      other_log",
        "nonsense, unknown_place",
        "E-9,      ahead",
    })
    void saysWhatItCannotSendAgain(String place, String cause) throws Exception {
        post(3, "codex", "error");
        var epoch = place(client(NONE)).replaceFirst("-.*", "");

        var client = back(place.replace("E", epoch));
        post("codex", "error");

        assertThat(client.received())
                .contains(
                        "\n\ndata: {\"type\":\"gap\",\"payload\":{\"cause\":\"%s\",\"from\":\"%s\",\"to\":\"%s-3\",\"missed\":null}}\nid: %s-3\n\n"
                                .formatted(cause, place.replace("E", epoch), epoch, epoch));
        assertThat(ids(client)).containsExactly(4);
    }

    @Test
    void showsNothingOfAHostilePlaceButItsLetters() {
        var client = back("\"},\"x\":\"\u00e9\\");

        assertThat(client.received()).contains("\"from\":\"?},?x?:???\"");
    }

    @Test
    void refusesASinceThatIsNoPlace() {
        var answer = streams.answer(request(Map.of("since", List.of("soon")), NONE));

        assertThat(answer.status()).isEqualTo(400);
    }

    @Test
    void beatsAsAComment() {
        var client = client(NONE);

        streams.heartbeat();

        assertThat(client.received()).endsWith("\n\n: heartbeat\n\n");
    }

    @Test
    void dropsAndCountsAClientAtItsThirdCongestedWriteInARow() {
        var client = client(NONE);
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
        assertThat(streams.dropped()).isEqualTo(1);
    }

    @Test
    void keepsAClientThatHasTakenEachLargePieceByTheNext() {
        var body =
                new FakeBody() {
                    @Override
                    public boolean send(byte[] bytes) {
                        return bytes.length == 0;
                    }
                };
        client(NONE, NONE, body);
        IntStream.range(0, 5).forEach(_ -> streams.heartbeat());
        assertThat(body.closed()).isFalse();
    }

    @Test
    void waitsForAClientThatReadsWhatItMissedSlowly() throws Exception {
        post(450, "codex", "error");
        var body = new FakeBody();
        body.slow(true);

        var reading =
                Thread.ofVirtual().start(() -> client(Map.of("since", List.of("0")), NONE, body));
        Await.until("a page was sent", () -> ids(body).size() == 200);
        body.slow(false);
        reading.join();

        assertThat(ids(body)).hasSize(450);
        assertThat(streams.dropped()).isZero();
    }

    @Test
    void letsInNoMoreThanItMay() {
        streams = new Streams(clock, 2);
        streams.begin(new EventReplay(log.log));
        var first = (BackendResponse.Streaming) streams.answer(request(NONE, NONE));
        var second = streams.answer(request(NONE, NONE));
        var third = streams.answer(request(NONE, NONE));
        clock.turn(Duration.ofSeconds(11));
        var later = streams.answer(request(NONE, NONE));
        var body = new FakeBody();
        first.writer().opened(body);

        assertThat(second.status()).isEqualTo(200);
        assertThat(third.status()).isEqualTo(503);
        assertThat(later.status()).isEqualTo(200);
        assertThat(streams.count()).isEqualTo(1);
        assertThat(body.closed()).isFalse();
    }

    @Test
    void forgetsAClientThatHasGone() {
        client(NONE).close();

        assertThat(streams.count()).isZero();
        assertThat(streams.dropped()).isZero();
    }
}
