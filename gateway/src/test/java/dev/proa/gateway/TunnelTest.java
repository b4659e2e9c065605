package dev.proa.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

@SuppressWarnings("StringConcatToTextBlock") // on the wire a line ends with CR LF
class TunnelTest {
    private static final String SWITCH =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

    @Test
    void passesBytesBothWaysAfterTheSwitchAndThoseThatCameEarly() {
        var heads = new LinkedBlockingQueue<String>();
        try (var upstream =
                        ScriptedUpstream.playing(line -> {
                            heads.add(line.head());
                            line.send(SWITCH + "early-down");
                            line.out.write(line.in.readNBytes(8));
                            line.out.write(line.in.readNBytes(5));
                        });
                var gateway = TestGateway.plan().route("/ws", upstream.port()).open();
                var client = gateway.connect()) {
            var fields = PageSocketClient.handshake(gateway);
            client.send(gateway.request("GET", "/ws", fields) + "early-up");

            assertThat(client.answer().status()).isEqualTo(101);
            assertThat(client.bytes(10)).asString().isEqualTo("early-down");
            assertThat(client.bytes(8)).asString().isEqualTo("early-up");
            client.send("later");
            assertThat(client.rest()).asString().isEqualTo("later");
            assertThat(heads.remove())
                    .contains("connection: Upgrade\r\n", "upgrade: websocket\r\n")
                    .contains("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
        }
    }

    @Test
    void endsTheUpstreamWithin500MillisecondsOfTheClientsEnd() {
        try (var upstream =
                        ScriptedUpstream.playing(line -> {
                            line.head();
                            line.send(SWITCH);
                            line.rest();
                        });
                var gateway = TestGateway.plan().route("/ws", upstream.port()).open();
                var client = gateway.connect()) {
            client.ask(gateway.request("GET", "/ws", PageSocketClient.handshake(gateway)));
            var left = System.nanoTime();
            client.leave();

            assertThat(upstream.ended()).isEqualTo("done");
            assertThat(Duration.ofNanos(System.nanoTime() - left))
                    .isLessThan(Duration.ofMillis(500));
        }
    }

    @Test
    void passesARefusalOfTheSwitchOn() {
        try (var upstream =
                        ScriptedUpstream.answering(
                                "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno");
                var gateway = TestGateway.plan().route("/ws", upstream.port()).open();
                var client = gateway.connect()) {
            var answer =
                    client.ask(gateway.request("GET", "/ws", PageSocketClient.handshake(gateway)));

            assertThat(answer.status()).isEqualTo(404);
            assertThat(client.ask(gateway.request("GET", "/ws")).text()).isEqualTo("no");
        }
    }

    @Test
    void upgradesNothingForAForeignOriginOrACookieWithoutOne() {
        try (var upstream = ScriptedUpstream.answering(SWITCH);
                var gateway = TestGateway.plan().route("/ws", upstream.port()).open()) {
            var fields = PageSocketClient.handshake(gateway);
            fields[4] = "Origin: https://evil.com";

            assertThat(gateway.ask(gateway.request("GET", "/ws", fields)).status()).isEqualTo(403);
            assertThat(upstream.heads()).isZero();
        }
    }

    @Test
    void passes64MbThrough() {
        var size = 64 * 1024 * 1024;
        try (var upstream =
                        ScriptedUpstream.playing(line -> {
                            line.head();
                            line.send(SWITCH);
                            line.out.write(new byte[size]);
                        });
                var gateway = TestGateway.plan().route("/ws", upstream.port()).open();
                var client = gateway.connect()) {
            client.ask(gateway.request("GET", "/ws", PageSocketClient.handshake(gateway)));

            assertThat(Streams.count(client.in())).isEqualTo(size);
            assertThat(upstream.ended()).isEqualTo("done");
        }
    }
}
