package dev.proa.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.testkit.Await;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies far longer than what may lie in the gateway at any moment. */
@SuppressWarnings("StringConcatToTextBlock") // on the wire a line ends with CR LF
class StreamingTest {
    private static final long SIZE = 256L * 1024 * 1024;

    private static void write(OutputStream out, long bytes) throws IOException {
        var block = new byte[64 * 1024];
        for (var left = bytes; left > 0; left -= block.length) {
            out.write(block, 0, (int) Math.min(left, block.length));
        }
        out.flush();
    }

    @Test
    void downloads256Mb() throws IOException {
        try (var upstream =
                        ScriptedUpstream.playing(line -> {
                            line.head();
                            line.send(
                                    "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
                                            .formatted(SIZE));
                            write(line.out, SIZE);
                            line.rest();
                        });
                var gateway = TestGateway.plan().route("/", upstream.port()).open();
                var client = gateway.connect()) {
            client.send(gateway.request("GET", "/", "Connection: close"));
            while (!client.line().isEmpty()) {
                assertThat(upstream.connections()).isEqualTo(1);
            }

            assertThat(Streams.count(client.in())).isEqualTo(SIZE);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void uploads256Mb(boolean waits) throws IOException {
        var got = new LinkedBlockingQueue<Long>();
        try (var upstream =
                        ScriptedUpstream.playing(line -> {
                            line.head();
                            if (waits) {
                                line.send("HTTP/1.1 100 Continue\r\n\r\n");
                            }
                            line.in.skipNBytes(SIZE);
                            got.add(SIZE);
                            line.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                        });
                var gateway = TestGateway.plan().route("/", upstream.port()).open();
                var client = gateway.connect()) {
            client.send(
                    gateway.request(
                            "POST",
                            "/",
                            "Content-Length: " + SIZE,
                            waits ? "Expect: 100-continue" : "A: b"));
            if (waits) {
                assertThat(client.answer().status()).isEqualTo(100);
            }

            write(client.socket().getOutputStream(), SIZE);

            assertThat(client.answer().text()).isEqualTo("ok");
            assertThat(got).containsExactly(SIZE);
        }
    }

    @Test
    void stopsReadingAnUpstreamWhoseClientDoesNotRead() {
        var sent = new AtomicLong();
        try (var upstream =
                        ScriptedUpstream.playing(line -> {
                            line.head();
                            line.send(
                                    "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
                                            .formatted(SIZE));
                            for (var at = 0L; at < SIZE; at += 65_536) {
                                line.out.write(new byte[65_536]);
                                sent.set(at);
                            }
                        });
                var gateway = TestGateway.plan().route("/", upstream.port()).open();
                var client = gateway.connect()) {
            client.send(gateway.request("GET", "/", "Connection: close"));
            var seen = new AtomicLong(-1);
            Await.until("the upstream to be held back", () -> held(sent, seen));

            // What lies in the sockets of both connections and a little in between.
            assertThat(sent.get()).isLessThan(32 * 1024 * 1024);
            while (!client.line().isEmpty()) {
                assertThat(upstream.connections()).isEqualTo(1);
            }
            assertThat(Streams.count(client.in())).isEqualTo(SIZE);
        }
    }

    @Test
    void stopsReadingAClientWhoseUpstreamDoesNotRead() throws Exception {
        var go = new LinkedBlockingQueue<String>();
        var sent = new AtomicLong();
        try (var upstream =
                        ScriptedUpstream.playing(line -> {
                            line.head();
                            take(go);
                            line.in.skipNBytes(SIZE);
                            line.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                        });
                var gateway = TestGateway.plan().route("/", upstream.port()).open();
                var client = gateway.connect()) {
            client.send(gateway.request("POST", "/", "Content-Length: " + SIZE));
            var writer =
                    Thread.ofVirtual()
                            .start(() -> {
                                for (var at = 0L; at < SIZE; at += 65_536) {
                                    client.send(new byte[65_536]);
                                    sent.set(at);
                                }
                            });
            var seen = new AtomicLong(-1);
            Await.until("the client to be held back", () -> held(sent, seen));

            assertThat(sent.get()).isLessThan(32 * 1024 * 1024);
            go.add("on");
            assertThat(client.answer().text()).isEqualTo("ok");
            writer.join();
        }
    }

    private static void take(LinkedBlockingQueue<String> go) throws IOException {
        try {
            go.take();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** Whether nothing more was sent for a hundred looks, five milliseconds apart. */
    private static boolean held(AtomicLong sent, AtomicLong seen) {
        if (sent.get() == 0) {
            return false;
        }
        var mark = seen.get() >> 32 == sent.get() >> 16 ? seen.get() + 1 : sent.get() >> 16 << 32;
        seen.set(mark);
        return (mark & 0xffff) > 100;
    }
}
