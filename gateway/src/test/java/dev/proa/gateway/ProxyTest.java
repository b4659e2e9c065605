package dev.proa.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.LoopbackPort;
import dev.proa.core.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

@SuppressWarnings("StringConcatToTextBlock") // on the wire a line ends with CR LF
class ProxyTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    @Test
    void passesOnPathQueryAndForeignCookiesButNothingOfOurs() {
        var heads = new LinkedBlockingQueue<String>();
        try (var upstream =
                        ScriptedUpstream.playing(line -> {
                            heads.add(line.head());
                            line.send(OK);
                        });
                var gateway = TestGateway.plan().route("/api", upstream.port()).open()) {
            var answer =
                    gateway.ask(
                            gateway.request(
                                    "GET",
                                    "/api/a%20b?q=1",
                                    "Cookie: a=b; proa_1=x; c=d",
                                    "Authorization: Bearer " + gateway.token.reveal(),
                                    "Connection: X-Private, Host, keep-alive",
                                    "X-Private: 1",
                                    "X-Forwarded-For: 6.6.6.6",
                                    "X_Forwarded_Host: evil",
                                    "X_Proa_Token: evil",
                                    "Forwarded: for=6.6.6.6",
                                    "Proxy-Authorization: evil",
                                    "Proxy: evil",
                                    "TE: trailers",
                                    "Via: 1.1 theirs",
                                    "X-Request-Id: a.1",
                                    "Accept: */*"));

            assertThat(answer.text()).isEqualTo("ok");
            assertThat(heads.remove().lines())
                    .containsExactlyInAnyOrder(
                            "GET /api/a%20b?q=1 HTTP/1.1",
                            "Host: 127.0.0.1:" + gateway.port(),
                            "Accept: */*",
                            "cookie: a=b; c=d",
                            "X-Forwarded-For: 127.0.0.1",
                            "X-Forwarded-Host: 127.0.0.1:" + gateway.port(),
                            "X-Forwarded-Proto: http",
                            "Via: 1.1 theirs",
                            "via: 1.1 proa",
                            "X-Request-Id: a.1",
                            "");
        }
    }

    @Test
    void keepsAnotherBearerAndSendsTheUpstreamItsOwnToken() {
        var heads = new LinkedBlockingQueue<String>();
        var its = Optional.of(Secret.of("the-upstreams-own"));
        try (var upstream =
                        ScriptedUpstream.playing(line -> {
                            heads.add(line.head());
                            line.send(OK);
                        });
                var gateway =
                        TestGateway.plan()
                                .route(
                                        "/api",
                                        () ->
                                                new Upstream.Ready(
                                                        new LoopbackPort(upstream.port()), its))
                                .open()) {
            gateway.ask(gateway.request("GET", "/api", "Authorization: Bearer theirs"));

            assertThat(heads.remove())
                    .contains("Authorization: Bearer theirs\r\n")
                    .contains("X-Proa-Token: the-upstreams-own\r\n");
        }
    }

    @Test
    void stripsNominatedFieldsOurCookiesAndItsAddressFromAnswers() {
        var upstream = new ScriptedUpstream[1];
        upstream[0] =
                ScriptedUpstream.playing(line -> {
                    line.head();
                    line.send(
                            "HTTP/1.1 302 Found\r\nConnection: X-Inner\r\nX-Inner: 1\r\n"
                                    + "Keep-Alive: 5\r\nSet-Cookie: proa_1=evil\r\n"
                                    + "Set-Cookie: mine=1\r\nLocation: http://localhost:"
                                    + upstream[0].port()
                                    + "/there\r\nContent-Length: 0\r\n\r\n");
                });
        try (var open = upstream[0];
                var gateway = TestGateway.plan().route("/", open.port()).open()) {
            var answer = gateway.ask(gateway.request("GET", "/x", "X-Request-Id: b-2"));

            assertThat(answer.fields())
                    .filteredOn(line -> !line.startsWith("date: "))
                    .containsExactlyInAnyOrder(
                            "set-cookie: mine=1",
                            "location: /there",
                            "cross-origin-resource-policy: same-origin",
                            "x-request-id: b-2",
                            "content-length: 0");
        }
    }

    @Test
    void takesTheLongestPrefixOnASegmentBorderAndOwnSpaceFirst() {
        try (var one = ScriptedUpstream.answering(OK.replace("ok", "1."));
                var two = ScriptedUpstream.answering(OK.replace("ok", "2."));
                var gateway =
                        TestGateway.plan()
                                .route("/api", one.port())
                                .route("/api/deep", two.port())
                                .route("/", one.port())
                                .open()) {
            assertThat(gateway.ask(gateway.request("GET", "/api/deep/x")).text()).isEqualTo("2.");
            assertThat(gateway.ask(gateway.request("GET", "/api/deeper")).text()).isEqualTo("1.");
            assertThat(gateway.ask(gateway.request("GET", "/_proa/none")).status()).isEqualTo(404);
            assertThat(gateway.ask(gateway.request("GET", "/%5fproa/x")).status()).isEqualTo(404);
            assertThat(one.heads()).isEqualTo(1);
        }
    }

    @Test
    void asksToRetryWhileTheUpstreamIsNotReady() {
        try (var gateway = TestGateway.plan().notReady("/api", Duration.ofMillis(1500)).open()) {
            var answer = gateway.ask(gateway.request("GET", "/api/x"));

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.field("retry-after")).contains("2");
            assertThat(answer.text()).contains("It starts.");
        }
    }

    @Test
    void givesABrowserThatNavigatesTheDocumentOfAnUpstreamThatIsNotReady() {
        var document = Optional.of("<p>It starts".getBytes(StandardCharsets.UTF_8));
        var away = new Upstream.NotReady("It starts.", Duration.ofSeconds(1), document);
        try (var gateway = TestGateway.plan().route("/api", () -> away).open()) {
            var page = gateway.ask(gateway.request("GET", "/api", "Accept: text/html"));
            var script =
                    gateway.ask(
                            gateway.request(
                                    "GET", "/api", "Accept: text/html", "Sec-Fetch-Mode: cors"));
            var post = gateway.ask(gateway.request("POST", "/api", "Accept: text/html"));

            assertThat(page.status()).isEqualTo(503);
            assertThat(page.field("retry-after")).contains("1");
            assertThat(page.field("content-security-policy")).isPresent();
            assertThat(page.text()).isEqualTo("<p>It starts");
            assertThat(script.field("content-type")).contains("application/problem+json");
            assertThat(post.field("content-type")).contains("application/problem+json");
        }
    }

    @Test
    void answers503WhenNobodyListens() {
        int port;
        try (var gone = ScriptedUpstream.answering(OK)) {
            port = gone.port();
        }
        try (var gateway = TestGateway.plan().route("/api", port).open()) {
            assertThat(gateway.ask(gateway.request("GET", "/api")).status()).isEqualTo(503);
            assertThat(
                            gateway.ask(
                                            gateway.request("POST", "/api", "Content-Length: 3")
                                                    + "abc")
                                    .status())
                    .isEqualTo(503);
        }
    }

    @Test
    void keepsTrailersBothWays() {
        var got = new LinkedBlockingQueue<String>();
        try (var upstream =
                        ScriptedUpstream.playing(line -> {
                            line.head();
                            var body = new StringBuilder();
                            while (!body.toString().endsWith("\r\n\r\n")) {
                                body.append((char) line.in.read());
                            }
                            got.add(body.toString());
                            line.send(
                                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                            + "2\r\nok\r\n0\r\nX-Sum: 7\r\n"
                                            + "\r\n");
                        });
                var gateway = TestGateway.plan().route("/", upstream.port()).open()) {
            var answer =
                    gateway.ask(
                            gateway.request("POST", "/", "Transfer-Encoding: chunked")
                                    + "3\r\nabc\r\n0\r\nX-Check: 9\r\nX-Proa-Token: no\r\n\r\n");

            assertThat(answer.text()).isEqualTo("ok");
            assertThat(answer.trailers()).containsExactly("X-Sum: 7");
            assertThat(got.remove()).isEqualTo("3\r\nabc\r\n0\r\nX-Check: 9\r\n\r\n");
        }
    }

    @Test
    void leavesTheAnswerToExpectToTheUpstream() {
        try (var upstream =
                        ScriptedUpstream.playing(line -> {
                            line.head();
                            line.send("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
                            line.rest();
                        });
                var gateway = TestGateway.plan().route("/", upstream.port()).open();
                var client = gateway.connect()) {
            var answer =
                    client.ask(
                            gateway.request(
                                    "POST", "/", "Content-Length: 5", "Expect: 100-continue"));

            assertThat(answer.status()).isEqualTo(403);
            assertThat(client.rest()).isEmpty();
            assertThat(upstream.ended()).isEqualTo("done");
        }
    }

    @Test
    void relaysInterimAnswers() {
        try (var upstream =
                        ScriptedUpstream.playing(line -> {
                            line.head();
                            line.send(
                                    "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                                            + "HTTP/1.1 102 Processing\r\n\r\n");
                            line.send(OK);
                        });
                var gateway = TestGateway.plan().route("/", upstream.port()).open();
                var client = gateway.connect()) {
            var hints = client.ask(gateway.request("GET", "/"));

            assertThat(hints.status()).isEqualTo(103);
            assertThat(hints.field("link")).contains("</a>");
            assertThat(client.answer().text()).isEqualTo("ok");
        }
    }

    @Test
    void usesAConnectionAgainAndAsksOnceMoreIfItWasJustClosing() {
        try (var upstream =
                        ScriptedUpstream.playing(line -> {
                            line.head();
                            line.send(OK);
                            // The second request dies with its connection, unanswered.
                            line.head();
                        });
                var gateway = TestGateway.plan().route("/", upstream.port()).open();
                var client = gateway.connect()) {
            assertThat(client.ask(gateway.request("GET", "/")).text()).isEqualTo("ok");
            assertThat(client.ask(gateway.request("GET", "/")).text()).isEqualTo("ok");
            assertThat(upstream.connections()).isEqualTo(2);
            assertThat(upstream.heads()).isEqualTo(3);
        }
    }

    @Test
    void sendsAPostOnceAndOnAFreshConnection() {
        try (var upstream =
                        ScriptedUpstream.playing(line -> {
                            if (line.head().startsWith("GET")) {
                                line.send(OK);
                                line.head();
                            }
                        });
                var gateway = TestGateway.plan().route("/", upstream.port()).open();
                var client = gateway.connect()) {
            assertThat(client.ask(gateway.request("GET", "/")).text()).isEqualTo("ok");
            assertThat(client.ask(gateway.request("POST", "/")).status()).isEqualTo(502);
            assertThat(upstream.heads()).isEqualTo(2);
        }
    }

    @Test
    void flushesTheFirstEventAtOnce() {
        try (var upstream =
                        ScriptedUpstream.playing(line -> {
                            line.head();
                            line.send(
                                    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream"
                                            + "\r\n\r\ndata: 1\n\n");
                            line.rest();
                        });
                var gateway = TestGateway.plan().route("/", upstream.port()).open();
                var client = gateway.connect()) {
            client.send(gateway.request("GET", "/events"));
            while (!client.line().isEmpty()) {
                assertThat(upstream.connections()).isEqualTo(1);
            }

            assertThat(client.chunk()).asString().isEqualTo("data: 1\n\n");
        }
    }

    @Test
    void answersHttp10WithoutChunks() {
        try (var upstream =
                        ScriptedUpstream.answering(
                                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                        + "2\r\nok\r\n0\r\n\r\n");
                var gateway = TestGateway.plan().route("/", upstream.port()).open();
                var client = gateway.connect()) {
            client.send(gateway.request("GET", "/").replace("HTTP/1.1", "HTTP/1.0"));

            assertThat(new String(client.rest(), StandardCharsets.ISO_8859_1))
                    .doesNotContainIgnoringCase("transfer-encoding")
                    .endsWith("\r\n\r\nok");
        }
    }

    @Test
    void passesHeadOnWithItsLengthAndWithoutABody() {
        try (var upstream =
                        ScriptedUpstream.answering(
                                "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
                var gateway = TestGateway.plan().route("/", upstream.port()).open();
                var client = gateway.connect()) {
            var first = client.ask(gateway.request("HEAD", "/"));
            var second = client.ask(gateway.request("HEAD", "/"));

            assertThat(first.field("content-length")).contains("1000");
            assertThat(second.status()).isEqualTo(200);
            assertThat(upstream.connections()).isEqualTo(1);
        }
    }

    @Test
    void passesOnTextBeyondAscii() {
        try (var upstream =
                        ScriptedUpstream.answering(
                                "HTTP/1.1 200 \u00e4\r\nX-A: \u00e4 b\r\nContent-Length: 2\r\n\r\nok");
                var gateway = TestGateway.plan().route("/", upstream.port()).open()) {
            var answer = gateway.ask(gateway.request("GET", "/", "X-B: \u00e4"));

            assertThat(answer.text()).isEqualTo("ok");
            assertThat(answer.field("x-a")).contains("\u00e4 b");
        }
    }
}
