package dev.proa.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.testkit.Await;
import dev.proa.testkit.HandTurnedClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@SuppressWarnings("StringConcatToTextBlock") // on the wire a line ends with CR LF
class HostileClientTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    /** {@code HOST} and {@code TOKEN} stand for whole lines. */
    static List<Arguments> heads() {
        var get = "GET /api HTTP/1.1\r\n";
        return List.of(
                Arguments.of(400, get + "HOST\r\nTOKEN\r\nA: b\r\n c\r\n\r\n"),
                Arguments.of(400, get + " HOST\r\nTOKEN\r\n\r\n"),
                Arguments.of(400, get + "HOST\r\nTOKEN\r\nA: b\nC: d\r\n\r\n"),
                Arguments.of(400, get.replace("\r", "") + "HOST\r\nTOKEN\r\n\r\n"),
                Arguments.of(400, get + "HOST\r\nTOKEN\r\nA: b\rC: d\r\n\r\n"),
                Arguments.of(400, get + "HOST\r\nTOKEN\r\nA: b\0c\r\n\r\n"),
                Arguments.of(400, get + "HOST\r\nTOKEN\r\nA : b\r\n\r\n"),
                Arguments.of(400, get + "HOST\r\nTOKEN\r\nA\r\n\r\n"),
                Arguments.of(400, get + "HOST\r\nTOKEN\r\n: b\r\n\r\n"),
                Arguments.of(400, get + "HOST\r\nTOKEN\r\nA(: b\r\n\r\n"),
                Arguments.of(400, "GET  /api HTTP/1.1\r\nHOST\r\nTOKEN\r\n\r\n"),
                Arguments.of(400, "GET /api  HTTP/1.1\r\nHOST\r\nTOKEN\r\n\r\n"),
                Arguments.of(400, "GET /a b HTTP/1.1\r\nHOST\r\nTOKEN\r\n\r\n"),
                Arguments.of(400, "GET /\u00e4 HTTP/1.1\r\nHOST\r\nTOKEN\r\n\r\n"),
                Arguments.of(400, "GET /api http/1.1\r\nHOST\r\nTOKEN\r\n\r\n"),
                Arguments.of(505, "GET /api HTTP/2.0\r\nHOST\r\nTOKEN\r\n\r\n"),
                Arguments.of(505, "GET /api HTTP/1.2\r\nHOST\r\nTOKEN\r\n\r\n"),
                Arguments.of(400, "GET /api\r\nHOST\r\nTOKEN\r\n\r\n"),
                Arguments.of(
                        400,
                        "GET /api HTTP/1.0\r\nHOST\r\nTOKEN\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                Arguments.of(431, get + "HOST\r\nTOKEN\r\nA: " + "b".repeat(65_536) + "\r\n\r\n"),
                Arguments.of(431, get + "HOST\r\nTOKEN\r\n" + "A: b\r\n".repeat(99) + "\r\n"),
                Arguments.of(
                        414, "GET /" + "a".repeat(16_384) + " HTTP/1.1\r\nHOST\r\nTOKEN\r\n\r\n"),
                Arguments.of(
                        400,
                        get
                                + "HOST\r\nTOKEN\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                Arguments.of(400, get + "HOST\r\nTOKEN\r\nContent-Length: +4\r\n\r\nabcd"),
                Arguments.of(400, get + "HOST\r\nTOKEN\r\nContent-Length: 4, 5\r\n\r\nabcd"),
                Arguments.of(
                        501, get + "HOST\r\nTOKEN\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
                Arguments.of(
                        400, get + "HOST\r\nTOKEN\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
                Arguments.of(
                        400,
                        get + "HOST\r\nTOKEN\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc"),
                Arguments.of(
                        501,
                        get + "HOST\r\nTOKEN\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
                Arguments.of(
                        501, get + "HOST\r\nTOKEN\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n"),
                Arguments.of(
                        400,
                        get
                                + "HOST\r\nTOKEN\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n"),
                Arguments.of(400, get + "HOST\r\nHOST\r\nTOKEN\r\n\r\n"),
                Arguments.of(400, get + "HOST\r\nTOKEN\r\nHost: evil\r\n\r\n"),
                Arguments.of(400, get + "TOKEN\r\n\r\n"),
                Arguments.of(400, "GET http://evil/api HTTP/1.1\r\nHOST\r\nTOKEN\r\n\r\n"),
                Arguments.of(400, "GET /api/../secret HTTP/1.1\r\nHOST\r\nTOKEN\r\n\r\n"),
                Arguments.of(505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                Arguments.of(400, "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003\r\n"),
                Arguments.of(200, get + "HOST\r\nTOKEN\r\n\r\n"),
                Arguments.of(200, "\r\n" + get + "HOST\r\nTOKEN\r\n\r\n"),
                Arguments.of(200, get + "HOST\r\nTOKEN\r\n" + "A: b\r\n".repeat(98) + "\r\n"));
    }

    @ParameterizedTest
    @MethodSource("heads")
    void readsOneGrammarOnly(int status, String request) {
        try (var upstream = ScriptedUpstream.answering(OK);
                var gateway = TestGateway.plan().route("/api", upstream.port()).open();
                var client = gateway.connect()) {
            var evil = "GET /api/evil HTTP/1.1\r\nHOST\r\nTOKEN\r\n\r\n";
            client.trySend(filled(request + (status == 200 ? "" : evil), gateway));

            var answer = client.answer();

            assertThat(answer.status()).isEqualTo(status);
            if (status != 200) {
                assertThat(answer.field("connection")).contains("close");
                assertThat(answer.fields()).noneMatch(line -> line.startsWith("access-control"));
                assertThat(client.rest()).isEmpty();
                assertThat(upstream.heads()).isZero();
            }
        }
    }

    private static String filled(String request, TestGateway gateway) {
        return request.replace("HOST", "Host: 127.0.0.1:" + gateway.port())
                .replace("TOKEN", "X-Proa-Token: " + gateway.token.reveal());
    }

    static List<String> chunks() {
        return List.of(
                "0x3\r\nabc\r\n0\r\n\r\n",
                "+3\r\nabc\r\n0\r\n\r\n",
                "-3\r\nabc\r\n0\r\n\r\n",
                " 3\r\nabc\r\n0\r\n\r\n",
                "3;a=\n\r\nabc\r\n0\r\n\r\n",
                "3;a=\rb\r\nabc\r\n0\r\n\r\n",
                "3\nabc\r\n0\r\n\r\n",
                "3\r\nabc0\r\n\r\n",
                "3\r\nabcd\r\n0\r\n\r\n",
                "1000000000000000\r\nabc\r\n0\r\n\r\n",
                "ffffffffffffffff1\r\nabc\r\n0\r\n\r\n",
                "\r\nabc\r\n0\r\n\r\n",
                "xyz\r\nabc\r\n0\r\n\r\n",
                "3 \r\nabc\r\n0\r\n\r\n",
                "3;a=\0\r\nabc\r\n0\r\n\r\n",
                "3;" + "a".repeat(2000) + "\r\nabc\r\n0\r\n\r\n",
                "100000003\r\nabc\r\n0\r\n\r\n",
                "3\r\nabc\n0\r\n\r\n",
                "3\r\nabc\r\n0\n\r\n",
                "3\r\nabc\r\n0\r\nA: b\r\n c\r\n\r\n",
                "3\r\nabc\r\n0\r\n A: b\r\n\r\n",
                "3\r\nabc\r\n0\r\nA: b\nC: d\r\n\r\n",
                "3\r\nabc\r\n0\r\nA: \0\r\n\r\n",
                "3\r\nabc\r\n0\r\nA : b\r\n\r\n",
                "3\r\nabc\r\n0\r\nGET / HTTP/1.1\r\n\r\n",
                "3\r\nabc\r\n0\r\n" + "A: b\r\n".repeat(101) + "\r\n");
    }

    @ParameterizedTest
    @MethodSource("chunks")
    void neverEndsABrokenBodyCleanlyUpstream(String body) {
        var got = new LinkedBlockingQueue<String>();
        try (var upstream =
                        ScriptedUpstream.playing(line -> {
                            line.head();
                            got.add(new String(line.rest(), StandardCharsets.ISO_8859_1));
                        });
                var gateway = TestGateway.plan().route("/api", upstream.port()).open();
                var client = gateway.connect()) {
            var answer =
                    client.ask(
                            gateway.request("POST", "/api", "Transfer-Encoding: chunked") + body);

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.field("connection")).contains("close");
            assertThat(got).noneMatch(text -> text.contains("0\r\n\r\n"));
            assertThat(upstream.heads()).isLessThan(2);
        }
    }

    @Test
    void answersAWrongHostWithAnEmpty421() {
        try (var gateway = TestGateway.plan().open()) {
            var answer =
                    gateway.ask(
                            gateway.request("GET", "/").replace("Host: 127.0.0.1", "Host: evil"));

            assertThat(answer.status()).isEqualTo(421);
            assertThat(answer.body()).isEmpty();
            assertThat(answer.field("content-length")).contains("0");
        }
    }

    @Test
    void closesAHeadThatTakesOver10Seconds() {
        var clock = new HandTurnedClock();
        try (var gateway = TestGateway.plan().clock(clock).open();
                var slow = gateway.connect();
                var silent = gateway.connect()) {
            slow.send("GET / HTTP/1.1\r\nHo");
            assertThat(gateway.ask(gateway.request("GET", "/nothing")).status()).isEqualTo(404);

            Await.until(
                    "the slow head to be seen and refused",
                    () -> {
                        clock.turn(Duration.ofSeconds(11));
                        return slow.in().available() > 0;
                    });

            assertThat(slow.answer().status()).isEqualTo(408);
            assertThat(silent.rest()).isEmpty();
        }
    }

    @Test
    void closesABodyThatComesTooSlowly() {
        var clock = new HandTurnedClock();
        var route = new BackendRoute("POST", "/x", 1000, request -> BackendResponse.empty(204));
        try (var gateway = TestGateway.plan().clock(clock).open(route);
                var slow = gateway.connect()) {
            slow.send(gateway.request("POST", "/x", "Content-Length: 100") + "a");
            assertThat(gateway.ask(gateway.request("GET", "/nothing")).status()).isEqualTo(404);

            Await.until(
                    "the slow body to be refused",
                    () -> {
                        clock.turn(Duration.ofSeconds(31));
                        return slow.in().available() > 0;
                    });

            assertThat(slow.answer().status()).isEqualTo(408);
        }
    }
}
