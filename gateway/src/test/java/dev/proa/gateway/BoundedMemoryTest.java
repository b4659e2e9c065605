package dev.proa.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.testkit.Await;
import dev.proa.testkit.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What is held in memory for bodies without end and for those who do not read. */
@SuppressWarnings("StringConcatToTextBlock") // on the wire a line ends with CR LF
class BoundedMemoryTest {
    private static final long MIB = 1024 * 1024;
    private static final long BOUND = 16 * MIB;
    private static final int LOOKS = 8;

    /** The heap that is in use when everything is gone that can go. */
    private static long heap() {
        System.gc();
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static void write(OutputStream out, long bytes) throws IOException {
        var block = new byte[(int) MIB];
        for (var left = bytes; left > 0; left -= MIB) {
            out.write(block);
        }
        out.flush();
    }

    /** Reads all of it, and looks at the heap now and then; the greatest that was seen. */
    private static long read(InputStream in, long bytes) throws IOException {
        var greatest = 0L;
        var buffer = new byte[256 * 1024];
        for (long done = 0, looks = 0; done < bytes; ) {
            var count = in.read(buffer, 0, (int) Math.min(buffer.length, bytes - done));
            if (count < 0) {
                throw new IOException("only %d of %d bytes".formatted(done, bytes));
            }
            done += count;
            if (done / (bytes / LOOKS) > looks) {
                looks = done / (bytes / LOOKS);
                greatest = Math.max(greatest, heap());
            }
        }
        return greatest;
    }

    /** Memory outside the heap is Netty's, and counted by it. */
    @Test
    void streamsBothWaysWithoutGrowing() throws Exception {
        var size = Fault.isLong() ? 10 * 1024 * MIB : 256 * MIB;
        var attack = Fault.attack(18, "a body of 10 GiB down and up");
        var up = new AtomicLong();
        try (var upstream =
                        ScriptedUpstream.playing(line -> {
                            if (line.head().startsWith("GET")) {
                                line.send(
                                        "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
                                                .formatted(size));
                                write(line.out, size);
                            } else {
                                up.set(read(line.in, size));
                                line.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                            }
                            line.rest();
                        });
                var gateway = TestGateway.plan().route("/", upstream.port()).open();
                var client = gateway.connect()) {
            var before = heap();
            client.send(gateway.request("GET", "/"));
            for (var line = client.line(); !line.isEmpty(); line = client.line()) {
                assertThat(line).doesNotStartWith("HTTP/1.1 5");
            }
            var down = read(client.in(), size);
            client.send(gateway.request("POST", "/", "Content-Length: " + size));
            write(client.socket().getOutputStream(), size);

            assertThat(client.answer().text()).isEqualTo("ok");
            attack.figure("bytes_each_way", (double) size)
                    .figure("growth_down_bytes", (double) (down - before))
                    .figure("growth_up_bytes", (double) (up.get() - before))
                    .figure("gateway_direct_bytes", (double) gateway.gateway.directMemory());
            attack.tried(
                    down - before < BOUND
                            && up.get() - before < BOUND
                            && gateway.gateway.directMemory() < BOUND);
        }
        attack.conclude();
    }

    @Test
    void keepsNoMoreThanItsRingForAnEventStreamThatNobodyReads() {
        try (var gateway = TestGateway.plan().open();
                var client = gateway.connect()) {
            client.send(gateway.request("GET", "/_proa/events"));
            assertThat(client.line()).endsWith("200 OK");
            var channel = gateway.gateway.channel();
            Await.until("the page to have come", () -> channel.statistics().pages() == 1);
            var before = heap();

            for (var i = 0; i < 640; i++) {
                var data = ("\"" + "x".repeat(100_000) + "\"").getBytes(StandardCharsets.UTF_8);
                channel.publish(
                        List.of(
                                new ChannelEvent(
                                        Optional.empty(), Optional.empty(), "tick", data)));
            }

            Await.until(
                    "the flood to have passed, and the client to be told or cut off",
                    () -> heap() - before < BOUND && gateway.gateway.directMemory() < BOUND);
            // Whoever reads on is told what is missing.
            var text = new StringBuilder();
            while (text.indexOf("event: resync") < 0) {
                text.append(client.line()).append('\n');
            }
            assertThat(text.substring(text.indexOf("event: resync"))).isNotEmpty();
        }
    }

    @Test
    void stopsReadingATunnelWhoseOtherEndDoesNotRead() {
        var sent = new AtomicLong();
        var all = 256 * MIB;
        try (var upstream =
                        ScriptedUpstream.playing(line -> {
                            line.head();
                            line.send(
                                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                                            + "Connection: Upgrade\r\n\r\n");
                            for (var block = new byte[65_536]; sent.get() < all; ) {
                                line.out.write(block);
                                sent.addAndGet(block.length);
                            }
                        });
                var gateway = TestGateway.plan().route("/ws", upstream.port()).open();
                var client = gateway.connect()) {
            client.ask(gateway.request("GET", "/ws", PageSocketClient.handshake(gateway)));
            var looks = new long[2];
            Await.until(
                    "the upstream to be held back",
                    () -> {
                        looks[1] = sent.get() == looks[0] && looks[0] > 0 ? looks[1] + 1 : 0;
                        looks[0] = sent.get();
                        return looks[1] > 100;
                    });

            assertThat(sent.get()).isLessThan(32 * MIB);
            assertThat(Streams.count(client.in())).isEqualTo(all);
        }
    }
}
