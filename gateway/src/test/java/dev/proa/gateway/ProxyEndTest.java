package dev.proa.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.testkit.Await;
import dev.proa.testkit.HandTurnedClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How exchanges with upstreams end when somebody does not play along. */
@SuppressWarnings("StringConcatToTextBlock") // on the wire a line ends with CR LF
class ProxyEndTest {
    @Test
    void closesASilentUpstreamWithin500MillisecondsOfTheClientsEnd() {
        try (var upstream =
                        ScriptedUpstream.playing(line -> {
                            line.head();
                            line.send("HTTP/1.1 200 OK\r\n\r\n");
                            line.rest();
                        });
                var gateway = TestGateway.plan().route("/", upstream.port()).open();
                var client = gateway.connect()) {
            client.send(gateway.request("GET", "/events"));
            client.line();
            var left = System.nanoTime();
            client.leave();

            assertThat(upstream.ended()).isEqualTo("done");
            assertThat(Duration.ofNanos(System.nanoTime() - left))
                    .isLessThan(Duration.ofMillis(500));
        }
    }

    @Test
    void breaksOffTheClientWhenTheUpstreamBreaksOff() {
        try (var upstream =
                        ScriptedUpstream.playing(line -> {
                            line.head();
                            line.send(
                                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                            + "5\r\nhello\r\n");
                        });
                var gateway = TestGateway.plan().route("/", upstream.port()).open();
                var client = gateway.connect()) {
            client.send(gateway.request("GET", "/"));

            assertThat(new String(client.rest(), StandardCharsets.ISO_8859_1))
                    .endsWith("5\r\nhello\r\n");
        }
    }

    @Test
    void tellsTheEndOfABodyWithoutLengthFromAReset() {
        try (var upstream =
                        ScriptedUpstream.playing(line -> {
                            var reset = line.head().startsWith("GET /reset");
                            line.send("HTTP/1.1 200 OK\r\n\r\nhello");
                            if (reset) {
                                line.socket.setSoLinger(true, 0);
                            }
                        });
                var gateway = TestGateway.plan().route("/", upstream.port()).open();
                var client = gateway.connect();
                var other = gateway.connect()) {
            assertThat(client.ask(gateway.request("GET", "/end")).text()).isEqualTo("hello");

            other.send(gateway.request("GET", "/reset"));
            assertThat(new String(other.rest(), StandardCharsets.ISO_8859_1))
                    .doesNotEndWith("0\r\n\r\n");
        }
    }

    @Test
    void givesAClientThatReadsLateItsWholeLastAnswer() throws Exception {
        var clock = new HandTurnedClock();
        var body = new byte[8 * 1024 * 1024];
        var route = BackendRoute.reading("GET", "/big", _ -> BackendResponse.json(200, body));
        try (var gateway = TestGateway.plan().clock(clock).open(route);
                var client = gateway.connect()) {
            client.send(gateway.request("GET", "/big", "Connection: close"));
            var first = client.line();
            clock.turn(Duration.ofMinutes(1));
            // Two sweeps later.
            var sweeps = System.nanoTime() + Duration.ofMillis(600).toNanos();
            Await.until("two sweeps", () -> System.nanoTime() > sweeps);

            assertThat(first).endsWith("200 OK");
            assertThat(Streams.count(client.in())).isGreaterThan(body.length);
        }
    }

    @Test
    void refusesAStalledBodyAfterAMinute() {
        var clock = new HandTurnedClock();
        try (var upstream =
                        ScriptedUpstream.playing(line -> {
                            line.head();
                            line.rest();
                        });
                var gateway = TestGateway.plan().clock(clock).route("/", upstream.port()).open();
                var client = gateway.connect()) {
            client.send(gateway.request("POST", "/", "Content-Length: 5") + "a");
            Await.until(
                    "the stalled body to be refused",
                    () -> {
                        clock.turn(Duration.ofSeconds(61));
                        return client.in().available() > 0;
                    });

            assertThat(client.answer().status()).isEqualTo(408);
            assertThat(upstream.ended()).isEqualTo("done");
        }
    }
}
