package dev.proa.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.LoopbackPort;
import dev.proa.journal.RuntimeEvent;
import dev.proa.testkit.Await;
import dev.proa.testkit.HandTurnedClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What a route's rules do to requests and answers. */
@SuppressWarnings("StringConcatToTextBlock") // on the wire a line ends with CR LF
class ProxyRulesTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static Supplier<Upstream> ready(ScriptedUpstream upstream) {
        return () -> new Upstream.Ready(new LoopbackPort(upstream.port()), Optional.empty());
    }

    private static RouteRules rewriting(String strip, String prepend) {
        return with(
                Optional.of(new PathRewrite(strip, prepend)), HeaderRules.NONE, HeaderRules.NONE);
    }

    private static RouteRules with(
            Optional<PathRewrite> rewrite, HeaderRules request, HeaderRules response) {
        return new RouteRules(
                rewrite,
                request,
                response,
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static RouteRules limited(
            OptionalLong maxBody, Optional<Duration> timeout, Optional<Duration> hold) {
        return new RouteRules(
                Optional.empty(),
                HeaderRules.NONE,
                HeaderRules.NONE,
                maxBody,
                timeout,
                hold,
                Optional.empty());
    }

    @Test
    void rewritesThePathForthAndReferencesAndCookiesBack() {
        var heads = new LinkedBlockingQueue<String>();
        try (var upstream =
                        ScriptedUpstream.playing(line -> {
                            heads.add(line.head());
                            line.send(
                                    "HTTP/1.1 201 Created\r\nLocation: http://127.0.0.1:"
                                            + line.socket.getLocalPort()
                                            + "/v2/made?x=1\r\nContent-Location: /v2/made\r\n"
                                            + "Set-Cookie: a=b; Path=/v2; HttpOnly\r\n"
                                            + "Link: <http://else.example/v2>\r\n"
                                            + "Content-Length: 0\r\n\r\n");
                        });
                var gateway =
                        TestGateway.plan()
                                .route("/api", ready(upstream), rewriting("/api", "/v2"))
                                .open()) {
            var answer =
                    gateway.ask(gateway.request("PUT", "/api/a%2Fb?q=%20", "Content-Length: 0"));

            assertThat(heads.remove()).startsWith("PUT /v2/a%2Fb?q=%20 HTTP/1.1\r\n");
            assertThat(answer.field("location")).contains("/api/made?x=1");
            assertThat(answer.field("content-location")).contains("/api/made");
            assertThat(answer.field("set-cookie")).contains("a=b; Path=/api; HttpOnly");
            assertThat(answer.field("link")).contains("<http://else.example/v2>");
        }
    }

    @Test
    void leavesForeignLocationsAndNeverSendsAPathThatNamesAHost() {
        try (var upstream =
                        ScriptedUpstream.answering(
                                "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/x\r\n"
                                        + "Content-Length: 0\r\n\r\n");
                var gateway =
                        TestGateway.plan()
                                .route("/api", ready(upstream), rewriting("/api", ""))
                                .open()) {
            var answer = gateway.ask(gateway.request("GET", "/api/x"));
            var other = gateway.ask(gateway.request("GET", "/api//evil.example/"));

            assertThat(answer.status()).isEqualTo(302);
            assertThat(answer.field("location")).contains("http://169.254.169.254/x");
            assertThat(other.status()).isEqualTo(400);
            assertThat(upstream.heads()).isEqualTo(1);
        }
    }

    @Test
    void setsAndRemovesFieldsBothWays() {
        var heads = new LinkedBlockingQueue<String>();
        var request =
                new HeaderRules(
                        new TreeMap<>(Map.of("X-Dev-User", "dev@local")), List.of("X-Gone"));
        var response = new HeaderRules(new TreeMap<>(Map.of("X-Set", "1")), List.of("Server"));
        try (var upstream =
                        ScriptedUpstream.playing(line -> {
                            heads.add(line.head());
                            line.send(
                                    "HTTP/1.1 200 OK\r\nServer: x\r\nX-Set: 0\r\n"
                                            + "Content-Length: 0\r\n\r\n");
                        });
                var gateway =
                        TestGateway.plan()
                                .route(
                                        "/",
                                        ready(upstream),
                                        with(Optional.empty(), request, response))
                                .open()) {
            var answer =
                    gateway.ask(gateway.request("GET", "/", "X-Gone: 1", "x-dev-user: somebody"));

            assertThat(heads.remove())
                    .contains("X-Dev-User: dev@local\r\n")
                    .doesNotContain("omebody");
            assertThat(answer.field("server")).isEmpty();
            assertThat(answer.field("x-set")).contains("1");
        }
    }

    @Test
    void answers413BeforeReadingABodyThatSaysItIsTooLong() {
        try (var upstream = ScriptedUpstream.answering(OK);
                var gateway =
                        TestGateway.plan()
                                .route(
                                        "/",
                                        ready(upstream),
                                        limited(
                                                OptionalLong.of(10),
                                                Optional.empty(),
                                                Optional.empty()))
                                .open();
                var client = gateway.connect()) {
            var answer = client.ask(gateway.request("POST", "/", "Content-Length: 11"));

            assertThat(answer.status()).isEqualTo(413);
            assertThat(upstream.connections()).isZero();
        }
    }

    @Test
    void answers413WhenChunksAreMoreAndCutsTheUpstreamOff() {
        try (var upstream =
                        ScriptedUpstream.playing(line -> {
                            line.head();
                            assertThat(
                                            new String(
                                                    line.rest(),
                                                    java.nio.charset.StandardCharsets.US_ASCII))
                                    .doesNotEndWith("0\r\n\r\n");
                        });
                var gateway =
                        TestGateway.plan()
                                .route(
                                        "/",
                                        ready(upstream),
                                        limited(
                                                OptionalLong.of(10),
                                                Optional.empty(),
                                                Optional.empty()))
                                .open();
                var client = gateway.connect()) {
            client.send(gateway.request("POST", "/", "Transfer-Encoding: chunked"));
            client.send("8\r\n12345678\r\n");
            Await.until("the first chunk has arrived", () -> upstream.heads() == 1);
            var answer = client.ask("8\r\n12345678\r\n0\r\n\r\n");

            assertThat(answer.status()).isEqualTo(413);
            assertThat(upstream.ended()).isEqualTo("done");
        }
    }

    @Test
    void answers504WhenTheHeadDoesNotComeInTime() {
        var clock = new HandTurnedClock();
        try (var upstream =
                        ScriptedUpstream.playing(line -> {
                            line.head();
                            line.rest();
                        });
                var gateway =
                        TestGateway.plan()
                                .clock(clock)
                                .route(
                                        "/",
                                        ready(upstream),
                                        limited(
                                                OptionalLong.empty(),
                                                Optional.of(Duration.ofSeconds(3)),
                                                Optional.empty()))
                                .open();
                var client = gateway.connect()) {
            client.send(gateway.request("GET", "/", "X-Request-Id: slow-1"));
            Await.until("it is asked", () -> upstream.heads() == 1);
            Await.until(
                    "an answer",
                    () -> {
                        clock.turn(Duration.ofSeconds(1));
                        return client.in().available() > 0;
                    });
            var answer = client.answer();

            assertThat(answer.status()).isEqualTo(504);
            assertThat(answer.field("content-type")).contains("application/problem+json");
            assertThat(upstream.ended()).isEqualTo("done");
            assertThat(gateway.journal)
                    .anyMatch(event ->
                            event instanceof RuntimeEvent.UpstreamFailed failed
                                    && failed.status() == 504
                                    && failed.request().equals("slow-1"));
        }
    }

    @Test
    void leavesASilentStreamAloneForAnHour() {
        var clock = new HandTurnedClock();
        var go = new LinkedBlockingQueue<String>();
        try (var upstream =
                        ScriptedUpstream.playing(line -> {
                            line.head();
                            line.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
                            line.send("data: " + take(go) + "\n\n");
                            line.rest();
                        });
                var gateway =
                        TestGateway.plan()
                                .clock(clock)
                                .route(
                                        "/",
                                        ready(upstream),
                                        limited(
                                                OptionalLong.empty(),
                                                Optional.of(Duration.ofSeconds(3)),
                                                Optional.empty()))
                                .open();
                var client = gateway.connect()) {
            client.send(gateway.request("GET", "/"));
            while (!client.line().isEmpty()) {
                assertThat(upstream.heads()).isEqualTo(1);
            }
            clock.turn(Duration.ofHours(1));
            var sweeps = System.nanoTime() + Duration.ofMillis(600).toNanos();
            Await.until("two sweeps", () -> System.nanoTime() > sweeps);
            go.add("still here");

            assertThat(client.chunk()).asString().isEqualTo("data: still here\n\n");
        }
    }

    private static String take(LinkedBlockingQueue<String> words) {
        try {
            return words.take();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static RouteRules queryToken(String name) {
        return new RouteRules(
                Optional.empty(),
                HeaderRules.NONE,
                HeaderRules.NONE,
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(name));
    }

    @Test
    void takesATokenInTheQueryOnlyOnARouteThatSaysSoAndTakesItOut() {
        var heads = new LinkedBlockingQueue<String>();
        try (var upstream =
                        ScriptedUpstream.playing(line -> {
                            heads.add(line.head());
                            line.send(OK);
                        });
                var gateway =
                        TestGateway.plan()
                                .route("/old", ready(upstream), queryToken("k"))
                                .route("/new", ready(upstream), RouteRules.NONE)
                                .open()) {
            var host =
                    " HTTP/1.1\r\nHost: 127.0.0.1:"
                            + gateway.port()
                            + "\r\nConnection: close\r\n\r\n";
            var token = gateway.token.reveal();
            var good = gateway.ask("GET /old/x?a=1&k=" + token + "&b=%20" + host);
            var again = gateway.ask("GET /old/x?k=" + token + host);
            var wrong = gateway.ask("GET /old/x?k=wrong" + host);
            var twice = gateway.ask("GET /old/x?k=" + token + "&k=" + token + host);
            var elsewhere = gateway.ask("GET /new/x?k=" + token + host);

            assertThat(good.status()).isEqualTo(200);
            assertThat(again.status()).isEqualTo(200);
            assertThat(wrong.status()).isEqualTo(401);
            assertThat(twice.status()).isEqualTo(401);
            assertThat(elsewhere.status()).isEqualTo(401);
            assertThat(heads.remove()).startsWith("GET /old/x?a=1&b=%20 HTTP/1.1\r\n");
            assertThat(heads.remove()).startsWith("GET /old/x HTTP/1.1\r\n");
            assertThat(gateway.journal)
                    .filteredOn(RuntimeEvent.QueryTokenUsed.class::isInstance)
                    .containsExactly(new RuntimeEvent.QueryTokenUsed("/old"));
        }
    }
}
