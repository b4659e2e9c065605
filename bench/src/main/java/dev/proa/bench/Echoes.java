package dev.proa.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Messages of 1 KiB over WebSockets through a proxy and back, 16 on their way at a time on each.
 */
final class Echoes {
    private static final int CONNECTIONS = 8;
    private static final int WINDOW = 16;
    private static final int BYTES = 1024;

    private Echoes() {}

    /** Messages a second. */
    static double run(Proxies.Proxy proxy, Duration time) throws IOException, InterruptedException {
        try (var pool = Executors.newFixedThreadPool(CONNECTIONS)) {
            var until = System.nanoTime() + time.toNanos();
            var parts = new ArrayList<Future<Long>>();
            for (var i = 0; i < CONNECTIONS; i++) {
                parts.add(pool.submit(() -> one(proxy, until)));
            }
            var total = 0L;
            for (var part : parts) {
                total += part.get();
            }
            return total / (time.toMillis() / 1e3);
        } catch (ExecutionException e) {
            throw new IOException("a connection failed", e.getCause());
        }
    }

    private static long one(Proxies.Proxy proxy, long until) throws IOException {
        try (var http = new RawHttp(proxy.port())) {
            var status =
                    http.exchange(
                            Texts.ascii(
                                    proxy.head(
                                            "GET",
                                            "/live/echo",
                                            "Connection: Upgrade",
                                            "Upgrade: websocket",
                                            "Sec-WebSocket-Version: 13",
                                            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")));
            if (status != 101) {
                throw new IOException("status " + status + " instead of 101");
            }
            // RFC 6455, 5.2: a whole binary frame with a mask of zeros.
            var frame = new byte[8 + BYTES];
            frame[0] = (byte) 0x82;
            frame[1] = (byte) (0x80 | 126);
            frame[2] = (byte) (BYTES >> 8);
            frame[3] = (byte) BYTES;
            for (var i = 0; i < WINDOW; i++) {
                http.send(frame);
            }
            var count = 0L;
            for (; System.nanoTime() < until; count++) {
                http.bytes(frame.length);
                http.send(frame);
            }
            return count;
        }
    }
}
