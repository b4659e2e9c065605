package dev.proa.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One request at a time on a connection, and how a connection ends. */
@SuppressWarnings("StringConcatToTextBlock") // on the wire a line ends with CR LF
class PipelineTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    @Test
    void beginsTheNextRequestOnlyWhenTheLastIsAnswered() {
        var events = new LinkedBlockingQueue<String>();
        try (var upstream =
                        ScriptedUpstream.playing(line -> {
                            for (var head = line.head(); !head.isEmpty(); head = line.head()) {
                                events.add(head.substring(0, head.indexOf(" HTTP")));
                                events.add("answer");
                                line.send(OK);
                            }
                        });
                var gateway = TestGateway.plan().route("/", upstream.port()).open();
                var client = gateway.connect()) {
            client.send(
                    gateway.request("GET", "/1")
                            + gateway.request("POST", "/2", "Content-Length: 0")
                            + gateway.request("GET", "/3"));

            for (var i = 0; i < 3; i++) {
                assertThat(client.answer().text()).isEqualTo("ok");
            }
            assertThat(events)
                    .containsExactly("GET /1", "answer", "POST /2", "answer", "GET /3", "answer");
        }
    }

    @Test
    void answers2000RequestsThatWereSentAtOnce() throws Exception {
        try (var upstream = ScriptedUpstream.answering(OK);
                var gateway = TestGateway.plan().route("/", upstream.port()).open();
                var client = gateway.connect()) {
            var all = gateway.request("GET", "/").repeat(2000);
            var writer = Thread.ofVirtual().start(() -> client.send(all));

            for (var i = 0; i < 2000; i++) {
                assertThat(client.answer().text()).isEqualTo("ok");
            }
            writer.join();
            assertThat(upstream.heads()).isEqualTo(2000);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 50_000})
    void readsNothingMoreAfterTheLastRequestAndLosesNoAnswer(int more) throws Exception {
        try (var upstream = ScriptedUpstream.answering(OK);
                var gateway = TestGateway.plan().route("/", upstream.port()).open();
                var client = gateway.connect()) {
            var evil = gateway.request("GET", "/evil").repeat(more);
            var last = gateway.request("GET", "/", "Connection: close");
            var writer = Thread.ofVirtual().start(() -> client.trySend(last + evil));

            var answer = client.answer();

            assertThat(answer.text()).isEqualTo("ok");
            assertThat(answer.field("connection")).contains("close");
            writer.join();
            assertThat(client.rest()).isEmpty();
            assertThat(client.wasReset()).isFalse();
            assertThat(upstream.heads()).isEqualTo(1);
        }
    }

    /** An upstream that refuses a long body closes while it is still being sent to. */
    @Test
    void passesOnTheAnswerOfAnUpstreamThatTakesNoMoreOfTheBody() throws Exception {
        try (var upstream =
                        ScriptedUpstream.playing(line -> {
                            line.head();
                            line.send(
                                    "HTTP/1.1 413 Too Long\r\nConnection: close\r\n"
                                            + "Content-Length: 2\r\n\r\nno");
                        });
                var gateway = TestGateway.plan().route("/", upstream.port()).open()) {
            for (var round = 0; round < 20; round++) {
                try (var client = gateway.connect()) {
                    var length = 4 * 1024 * 1024;
                    var head = gateway.request("POST", "/", "Content-Length: " + length);
                    var body = "x".repeat(length);
                    var writer = Thread.ofVirtual().start(() -> client.trySend(head + body));

                    var answer = client.answer();

                    assertThat(answer.status()).isEqualTo(413);
                    assertThat(answer.text()).isEqualTo("no");
                    client.leave();
                    writer.join();
                }
            }
        }
    }

    @Test
    void sendsALengthInItsPlainForm() {
        var heads = new LinkedBlockingQueue<String>();
        try (var upstream =
                        ScriptedUpstream.playing(line -> {
                            heads.add(line.head());
                            line.in.skipNBytes(10);
                            line.send(OK);
                        });
                var gateway = TestGateway.plan().route("/", upstream.port()).open()) {
            var request = gateway.request("POST", "/", "Content-Length: 0010") + "0123456789";

            assertThat(gateway.ask(request).status()).isEqualTo(200);
            assertThat(heads.remove())
                    .containsIgnoringCase("\r\ncontent-length: 10\r\n")
                    .doesNotContain("0010");
        }
    }

    @Test
    void datesEveryFinalAnswer() {
        var dated = OK.replace("\r\n\r\n", "\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n");
        var now = "(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \\d\\d [A-Z][a-z]{2} \\d{4} [0-9:]{8} GMT";
        try (var upstream = ScriptedUpstream.answering(OK);
                var other = ScriptedUpstream.answering(dated);
                var gateway =
                        TestGateway.plan()
                                .route("/a", upstream.port())
                                .route("/b", other.port())
                                .open()) {
            assertThat(gateway.ask(gateway.request("GET", "/a")).field("date").orElse(""))
                    .matches(now);
            assertThat(gateway.ask(gateway.request("GET", "/c")).field("date").orElse(""))
                    .matches(now);
            assertThat(gateway.ask(gateway.request("GET", "/b")).field("date"))
                    .contains("Sun, 06 Nov 1994 08:49:37 GMT");
        }
    }

    @Test
    void saysWhatToUpgradeToWhereOnlyWebSocketIsSpoken() {
        try (var gateway = TestGateway.plan().open()) {
            var answer = gateway.ask(gateway.request("GET", "/_proa/channel"));

            assertThat(answer.status()).isEqualTo(426);
            assertThat(answer.fields()).contains("upgrade: websocket", "connection: Upgrade");
        }
    }

    /** A client that goes away before any byte of the answer, as with a long poll. */
    @Test
    void closesAnUpstreamThatHasNotAnsweredWhenTheClientGoes() {
        try (var upstream =
                        ScriptedUpstream.playing(line -> {
                            line.head();
                            line.rest();
                        });
                var gateway = TestGateway.plan().route("/", upstream.port()).open();
                var client = gateway.connect()) {
            client.send(gateway.request("GET", "/poll"));
            dev.proa.testkit.Await.until("the poll to arrive", () -> upstream.heads() == 1);
            var left = System.nanoTime();
            client.leave();

            assertThat(upstream.ended()).isEqualTo("done");
            assertThat(java.time.Duration.ofNanos(System.nanoTime() - left))
                    .isLessThan(java.time.Duration.ofMillis(500));
        }
    }

    @Test
    void endsAHalfSentRequestUpstreamWithoutPretendingThatItIsWhole() {
        var got = new LinkedBlockingQueue<String>();
        try (var upstream =
                        ScriptedUpstream.playing(line -> {
                            line.head();
                            got.add(new String(line.rest(), StandardCharsets.ISO_8859_1));
                        });
                var gateway = TestGateway.plan().route("/", upstream.port()).open();
                var client = gateway.connect()) {
            client.send(gateway.request("POST", "/", "Transfer-Encoding: chunked") + "5\r\nab");
            dev.proa.testkit.Await.until("the head to arrive", () -> upstream.heads() == 1);
            client.leave();

            assertThat(upstream.ended()).isEqualTo("done");
            assertThat(got.remove()).doesNotContain("0\r\n\r\n");
        }
    }
}
