package dev.proa.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.Secret;
import dev.proa.journal.RuntimeEvent;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A remote backend over HTTP/1.1, most of it through TLS, at the level of bytes. */
@SuppressWarnings("StringConcatToTextBlock") // on the wire a line ends with CR LF
class RemoteTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static ScriptedUpstream secure(ScriptedUpstream.Script script) {
        return ScriptedUpstream.secure("right", script);
    }

    private static Upstream.Remote at(String base) {
        var server = RemoteServer.at(URI.create(base), Optional.of(TestTls.authority()));
        return new Upstream.Remote(server, Optional.of(Secret.of("the-remotes-own")));
    }

    private static TestGateway to(ScriptedUpstream upstream) {
        var remote = at("https://localhost:" + upstream.port());
        return TestGateway.plan().route("/", () -> remote).open();
    }

    @Test
    void asksAsTheServersOwnClientAndBringsItsReferencesBack() {
        var heads = new LinkedBlockingQueue<String>();
        try (var upstream =
                secure(line -> {
                    heads.add(line.head());
                    line.send(
                            "HTTP/1.1 302 Found\r\nLocation: https://localhost:"
                                    + line.socket.getLocalPort()
                                    + "/base/there?x\r\n"
                                    + "Set-Cookie: a=b; Domain=localhost; Path=/base; Secure;"
                                    + " SameSite=None\r\n"
                                    + "Set-Cookie: __Host-c=d; Secure; Path=/\r\n"
                                    + "Strict-Transport-Security: max-age=9\r\n"
                                    + "Alt-Svc: h3=\":443\"\r\nContent-Length: 0\r\n\r\n");
                })) {
            var remote = at("https://localhost:" + upstream.port() + "/base/");
            try (var gateway = TestGateway.plan().route("/", () -> remote).open()) {
                var own = "http://127.0.0.1:" + gateway.port();
                var answer =
                        gateway.ask(
                                gateway.request(
                                        "GET",
                                        "/a%20b?q",
                                        "Origin: " + own,
                                        "Referer: " + own + "/secret",
                                        "X-Request-Id: r-1"));

                assertThat(heads.remove().lines())
                        .containsExactlyInAnyOrder(
                                "GET /base/a%20b?q HTTP/1.1",
                                "host: localhost:" + upstream.port(),
                                "origin: https://localhost:" + upstream.port(),
                                "authorization: Bearer the-remotes-own",
                                "X-Request-Id: r-1",
                                "");
                assertThat(answer.status()).isEqualTo(302);
                assertThat(answer.fields())
                        .contains(
                                "location: /there?x",
                                "set-cookie: a=b; Path=/",
                                "set-cookie: __Host-c=d; Secure; Path=/")
                        .noneMatch(field -> field.startsWith("strict-transport"))
                        .noneMatch(field -> field.startsWith("alt-svc"));
            }
        }
    }

    @Test
    void usesAPlainConnectionAgainAndNeverAProxy() {
        System.setProperty("http.proxyHost", "127.0.0.1");
        System.setProperty("http.proxyPort", "1");
        System.setProperty("socksProxyHost", "127.0.0.1");
        System.setProperty("socksProxyPort", "1");
        try (var upstream = ScriptedUpstream.answering(OK)) {
            var remote = at("http://localhost:" + upstream.port());
            try (var gateway = TestGateway.plan().route("/", () -> remote).open();
                    var client = gateway.connect()) {
                assertThat(client.ask(gateway.request("GET", "/")).text()).isEqualTo("ok");
                assertThat(client.ask(gateway.request("GET", "/")).text()).isEqualTo("ok");
                assertThat(upstream.connections()).isEqualTo(1);
            }
        } finally {
            for (var name :
                    List.of(
                            "http.proxyHost",
                            "http.proxyPort",
                            "socksProxyHost",
                            "socksProxyPort")) {
                System.clearProperty(name);
            }
        }
    }

    static Stream<Arguments> unreachable() throws IOException {
        int nobody;
        try (var gone = new ServerSocket(0, 1, Loopback.address(0).getAddress())) {
            nobody = gone.getLocalPort();
        }
        return Stream.of(
                Arguments.of("nobody listens", "http://127.0.0.1:" + nobody, "does not accept"),
                Arguments.of("an unknown name", "http://no-such-name.invalid", "not known"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unreachable")
    void answers502WhereNothingIs(String name, String base, String says) {
        var remote = at(base);
        try (var gateway = TestGateway.plan().route("/", () -> remote).open()) {
            var answer = gateway.ask(gateway.request("GET", "/"));

            assertThat(answer.status()).as(name).isEqualTo(502);
            assertThat(answer.field("content-type")).contains("application/problem+json");
            assertThat(answer.text()).contains(says).doesNotContain("the-remotes-own");
            assertThat(gateway.journal).anyMatch(RuntimeEvent.UpstreamFailed.class::isInstance);
        }
    }

    @Test
    void answers502ToAServerThatCannotProveItsName() {
        try (var wrong = ScriptedUpstream.secure("wrong", line -> line.head());
                var right = secure(line -> line.head())) {
            var named = at("https://localhost:" + wrong.port());
            var untrusted =
                    new Upstream.Remote(
                            RemoteServer.at(
                                    URI.create("https://localhost:" + right.port()),
                                    Optional.empty()),
                            Optional.empty());
            var plain = at("https://localhost:" + right.port());
            try (var gateway =
                    TestGateway.plan()
                            .route("/named", () -> named)
                            .route("/untrusted", () -> untrusted)
                            .route("/", () -> plain)
                            .open()) {
                var one = gateway.ask(gateway.request("GET", "/named"));
                var two = gateway.ask(gateway.request("GET", "/untrusted"));

                assertThat(one.status()).isEqualTo(502);
                assertThat(one.text()).contains("TLS");
                assertThat(two.status()).isEqualTo(502);
                assertThat(wrong.heads() + right.heads()).isZero();
            }
        }
    }

    @Test
    void answers504ToAServerThatNeverSpeaksTls() {
        try (var mute = ScriptedUpstream.playing(line -> line.rest())) {
            var remote = at("https://127.0.0.1:" + mute.port());
            try (var gateway = TestGateway.plan().route("/", () -> remote).open()) {
                assertThat(gateway.ask(gateway.request("GET", "/")).status()).isEqualTo(504);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.proa.gateway.HostileUpstreamTest#heads")
    void answers502OverTlsInsteadOf(String name, String answer) {
        try (var upstream =
                        secure(line -> {
                            line.head();
                            line.send(answer);
                            if (!answer.isEmpty() && !answer.endsWith("Content-Le")) {
                                line.rest();
                            }
                        });
                var gateway = to(upstream);
                var client = gateway.connect()) {
            assertThat(client.ask(gateway.request("GET", "/")).status()).as(name).isEqualTo(502);
            assertThat(upstream.heads()).isEqualTo(1);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.proa.gateway.HostileUpstreamTest#bodies")
    void breaksOffOverTlsRatherThanEndCleanlyAfter(String name, String answer) {
        try (var upstream =
                        secure(line -> {
                            line.head();
                            line.send(answer);
                        });
                var gateway = to(upstream);
                var client = gateway.connect()) {
            client.send(gateway.request("GET", "/"));
            var got = new String(client.rest(), StandardCharsets.ISO_8859_1);

            assertThat(got).as(name).startsWith("HTTP/1.1 ").doesNotEndWith("0\r\n\r\n");
        }
    }

    @Test
    void tellsTheEndOfABodyWithoutLengthFromAConnectionThatWasCut() {
        try (var upstream =
                        secure(line -> {
                            var whole = line.head().startsWith("GET /whole");
                            line.send("HTTP/1.1 200 OK\r\n\r\nhello");
                            if (!whole) {
                                // Without a closure alert.
                                line.cut();
                            }
                        });
                var gateway = to(upstream);
                var client = gateway.connect();
                var other = gateway.connect()) {
            assertThat(client.ask(gateway.request("GET", "/whole")).text()).isEqualTo("hello");

            other.send(gateway.request("GET", "/cut"));
            assertThat(new String(other.rest(), StandardCharsets.ISO_8859_1))
                    .doesNotEndWith("0\r\n\r\n");
        }
    }

    @Test
    void keepsTrailersExpectAndInterimAnswersEndToEnd() {
        var got = new LinkedBlockingQueue<String>();
        try (var upstream =
                        secure(line -> {
                            got.add(line.head());
                            line.send("HTTP/1.1 103 Hints\r\nLink: </a>\r\n\r\n");
                            line.send("HTTP/1.1 100 Continue\r\n\r\n");
                            var body = new StringBuilder();
                            while (!body.toString().endsWith("\r\n\r\n")) {
                                body.append((char) line.in.read());
                            }
                            got.add(body.toString());
                            line.send(
                                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                            + "2\r\nok\r\n0\r\nX-Sum: 7\r\n\r\n");
                        });
                var gateway = to(upstream);
                var client = gateway.connect()) {
            var hints =
                    client.ask(
                            gateway.request(
                                    "POST",
                                    "/",
                                    "Expect: 100-continue",
                                    "Transfer-Encoding: chunked"));
            assertThat(hints.status()).isEqualTo(103);
            assertThat(client.answer().status()).isEqualTo(100);
            var answer = client.ask("3\r\nabc\r\n0\r\nX-Check: 9\r\n\r\n");

            assertThat(answer.text()).isEqualTo("ok");
            assertThat(answer.trailers()).containsExactly("X-Sum: 7");
            assertThat(got.remove()).containsIgnoringCase("expect: 100-continue\r\n");
            assertThat(got.remove()).isEqualTo("3\r\nabc\r\n0\r\nX-Check: 9\r\n\r\n");
        }
    }

    @Test
    void passesAWebSocketOnByteByByte() {
        var heads = new LinkedBlockingQueue<String>();
        try (var upstream =
                        secure(line -> {
                            heads.add(line.head());
                            line.send(
                                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                                            + "Connection: Upgrade\r\n\r\nearly");
                            line.out.write(line.in.readNBytes(5));
                        });
                var gateway = to(upstream);
                var client = gateway.connect()) {
            client.send(gateway.request("GET", "/ws", PageSocketClient.handshake(gateway)));

            assertThat(client.answer().status()).isEqualTo(101);
            assertThat(client.bytes(5)).asString().isEqualTo("early");
            client.send("bytes");
            assertThat(client.rest()).asString().isEqualTo("bytes");
            assertThat(heads.remove())
                    .contains("origin: https://localhost:" + upstream.port() + "\r\n");
        }
    }

    @Test
    void flushesTheFirstEventAndClosesWithin500MillisecondsOfTheClientsEnd() {
        try (var upstream =
                        secure(line -> {
                            line.head();
                            line.send(
                                    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream"
                                            + "\r\n\r\ndata: 1\n\n");
                            line.rest();
                        });
                var gateway = to(upstream);
                var client = gateway.connect()) {
            client.send(gateway.request("GET", "/events"));
            while (!client.line().isEmpty()) {
                assertThat(upstream.connections()).isEqualTo(1);
            }
            assertThat(client.chunk()).asString().isEqualTo("data: 1\n\n");
            var left = System.nanoTime();
            client.leave();

            assertThat(upstream.ended()).isEqualTo("done");
            assertThat(Duration.ofNanos(System.nanoTime() - left))
                    .isLessThan(Duration.ofMillis(500));
        }
    }

    @Test
    void breaksTheClientOffWithin500MillisecondsWhenTheServerBreaksOff() {
        try (var upstream =
                        secure(line -> {
                            line.head();
                            line.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
                        });
                var gateway = to(upstream);
                var client = gateway.connect()) {
            client.send(gateway.request("GET", "/"));
            var rest = new String(client.rest(), StandardCharsets.ISO_8859_1);

            assertThat(rest).endsWith("\r\n\r\nhello");
        }
    }
}
