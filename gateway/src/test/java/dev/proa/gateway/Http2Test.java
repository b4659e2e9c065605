package dev.proa.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.testkit.Await;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A remote backend over HTTP/2 (RFC 9113), against a server of another make. */
@SuppressWarnings("StringConcatToTextBlock") // on the wire a line ends with CR LF
class Http2Test {
    private static final long SIZE = 64L * 1024 * 1024;

    private static TestGateway to(Http2Peer peer) {
        var remote = peer.remote();
        return TestGateway.plan().route("/", () -> remote).open();
    }

    @Test
    void asksInTheFormOfHttp2AndAnswersInThatOfHttp1() {
        try (var peer =
                        new Http2Peer((stream, _, _) -> {
                            stream.answer(false, "200", "content-type", "text/plain", "x-a", "b");
                            stream.data(true, "hello");
                        });
                var gateway = to(peer);
                var client = gateway.connect()) {
            var answer =
                    client.ask(
                            gateway.request(
                                    "GET",
                                    "/a%20b?q=1",
                                    "Cookie: a=b; proa_1=x; c=d",
                                    "Connection: X-Private",
                                    "X-Private: 1",
                                    "X-Request-Id: two"));
            var head = peer.head();

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("hello");
            assertThat(answer.field("x-a")).contains("b");
            assertThat(answer.fields()).noneMatch(field -> field.startsWith("x-http2"));
            assertThat(head.method()).asString().isEqualTo("GET");
            assertThat(head.path()).asString().isEqualTo("/a%20b?q=1");
            assertThat(head.scheme()).asString().isEqualTo("https");
            assertThat(head.authority()).asString().isEqualTo("localhost:" + peer.port());
            assertThat(head.get("x-request-id")).asString().isEqualTo("two");
            assertThat(head.getAll("cookie")).hasToString("[a=b, c=d]");
            assertThat(head.contains("x-private")).isFalse();
            assertThat(head.contains("x-proa-token")).isFalse();
            assertThat(head.contains("host")).isFalse();
        }
    }

    @Test
    void sharesOneConnectionPerLoopAmongManyRequests() {
        var clients = new ArrayList<RawClient>();
        try (var peer = new Http2Peer((stream, _, _) -> stream.answer(true, "204"));
                var gateway = to(peer)) {
            for (var i = 0; i < 20; i++) {
                clients.add(gateway.connect().send(gateway.request("GET", "/" + i)));
            }
            for (var client : clients) {
                assertThat(client.answer().status()).isEqualTo(204);
            }

            assertThat(peer.connections.get()).isLessThanOrEqualTo(2);
        } finally {
            clients.forEach(RawClient::close);
        }
    }

    @Test
    void keepsTrailersBothWaysAndInterimAnswers() {
        try (var peer =
                        new Http2Peer((stream, _, whole) -> {
                            if (whole) {
                                stream.answer(false, "103", "link", "</a>");
                                stream.answer(false, "200");
                                stream.data(false, "ok");
                                stream.trailers("x-sum", "7");
                            }
                        });
                var gateway = to(peer);
                var client = gateway.connect()) {
            client.send(
                    gateway.request("POST", "/", "Transfer-Encoding: chunked")
                            + "3\r\nabc\r\n0\r\nX-Check: 9\r\n\r\n");
            var hints = client.answer();
            var answer = client.answer();

            assertThat(hints.status()).isEqualTo(103);
            assertThat(hints.field("link")).contains("</a>");
            assertThat(answer.text()).isEqualTo("ok");
            assertThat(answer.trailers()).containsExactly("x-sum: 7");
            assertThat(peer.head().method()).asString().isEqualTo("POST");
            assertThat(peer.head().get("x-check")).asString().isEqualTo("9");
        }
    }

    @Test
    void answersHeadWithTheLengthAndNoBody() {
        try (var peer =
                        new Http2Peer((stream, _, _) ->
                                stream.answer(true, "200", "content-length", "1000"));
                var gateway = to(peer);
                var client = gateway.connect()) {
            var answer = client.ask(gateway.request("HEAD", "/"));

            assertThat(answer.field("content-length")).contains("1000");
            assertThat(client.ask(gateway.request("HEAD", "/")).status()).isEqualTo(200);
        }
    }

    @Test
    void streams64MbDown() {
        try (var peer =
                        new Http2Peer((stream, _, _) -> {
                            stream.answer(false, "200");
                            stream.pour(SIZE);
                        });
                var gateway = to(peer);
                var client = gateway.connect()) {
            client.send(gateway.request("GET", "/"));
            while (!client.line().isEmpty()) {
                assertThat(peer.connections.get()).isEqualTo(1);
            }
            var total = 0L;
            for (var chunk = client.chunk(); chunk.length > 0; chunk = client.chunk()) {
                total += chunk.length;
            }

            assertThat(total).isEqualTo(SIZE);
        }
    }

    @Test
    void streams64MbUp() {
        try (var peer =
                        new Http2Peer(
                                new Http2Peer.Script() {
                                    @Override
                                    public void head(
                                            Http2Peer.Stream stream,
                                            Http2Headers head,
                                            boolean whole) {
                                        assertThat(whole).isFalse();
                                    }

                                    @Override
                                    public void body(
                                            Http2Peer.Stream stream, ByteBuf bytes, boolean end) {
                                        if (end) {
                                            stream.answer(true, "204");
                                        }
                                    }
                                });
                var gateway = to(peer);
                var client = gateway.connect()) {
            client.send(gateway.request("POST", "/", "Content-Length: " + SIZE));
            var block = new byte[64 * 1024];
            for (var sent = 0L; sent < SIZE; sent += block.length) {
                client.send(block);
            }

            assertThat(client.answer().status()).isEqualTo(204);
            assertThat(peer.received.get()).isEqualTo(SIZE);
        }
    }

    @Test
    void readsNoMoreFromTheServerThanASlowClientTakes() throws InterruptedException {
        var poured = new LinkedBlockingQueue<Http2Peer.Stream>();
        try (var peer =
                        new Http2Peer((stream, _, _) -> {
                            stream.answer(false, "200");
                            stream.pour(SIZE);
                            poured.add(stream);
                        });
                var gateway = to(peer);
                var client = gateway.connect()) {
            client.send(gateway.request("GET", "/"));
            client.line();
            var stream = poured.take();
            Await.until("the stream is held back", () -> !stream.channel().isWritable());
            var later = System.nanoTime() + Duration.ofMillis(500).toNanos();
            Await.until("half a second", () -> System.nanoTime() > later);

            assertThat(stream.left()).isGreaterThan(SIZE / 2);
        }
    }

    @Test
    void cutsTheClientOffWhenTheServerResetsAStream() {
        try (var peer =
                        new Http2Peer((stream, _, _) -> {
                            stream.answer(false, "200");
                            stream.data(false, "hello");
                            stream.reset();
                        });
                var gateway = to(peer);
                var client = gateway.connect();
                var other = gateway.connect()) {
            client.send(gateway.request("GET", "/"));
            assertThat(new String(client.rest(), StandardCharsets.ISO_8859_1))
                    .doesNotEndWith("0\r\n\r\n");
            assertThat(other.send(gateway.request("GET", "/")).line()).isNotEmpty();
        }
    }

    @Test
    void answers502WhenAStreamIsResetBeforeItsHead() {
        try (var peer = new Http2Peer((stream, _, _) -> stream.reset());
                var gateway = to(peer)) {
            assertThat(gateway.ask(gateway.request("POST", "/")).status()).isEqualTo(502);
        }
    }

    @Test
    void resetsTheStreamWithin500MillisecondsOfTheClientsEnd()
            throws InterruptedException, IOException {
        try (var peer =
                        new Http2Peer((stream, _, _) -> {
                            stream.answer(false, "200", "content-type", "text/event-stream");
                            stream.data(false, "data: 1\n\n");
                        });
                var gateway = to(peer);
                var client = gateway.connect()) {
            client.send(gateway.request("GET", "/events"));
            while (!client.line().isEmpty()) {
                assertThat(peer.connections.get()).isEqualTo(1);
            }
            assertThat(client.chunk()).asString().isEqualTo("data: 1\n\n");
            var left = System.nanoTime();
            client.leave();

            assertThat(peer.resets.poll(10, TimeUnit.SECONDS)).isEqualTo(8L); // CANCEL
            assertThat(Duration.ofNanos(System.nanoTime() - left))
                    .isLessThan(Duration.ofMillis(500));
        }
    }

    @Test
    void goesToANewConnectionAfterAFarewell() {
        try (var peer =
                        new Http2Peer((stream, _, _) -> {
                            stream.farewell();
                            stream.answer(true, "204");
                        });
                var gateway = to(peer);
                var client = gateway.connect()) {
            assertThat(client.ask(gateway.request("GET", "/")).status()).isEqualTo(204);
            assertThat(client.ask(gateway.request("GET", "/")).status()).isEqualTo(204);
            assertThat(peer.connections.get()).isEqualTo(2);
        }
    }
}
