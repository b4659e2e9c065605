package dev.proa.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Many clients of one stream of events; each knows by the numbers whether it missed one. */
final class EventReaders {
    /** How long events were on their way, and how many were missed. */
    record Heard(Durations delays, long missed) {}

    private record Part(long[] nanos, long missed) {}

    private EventReaders() {}

    /** Reads for {@code time} after {@code warmUp}, from the backend's clock to this one's. */
    static Heard read(Proxies.Proxy proxy, int clients, Duration warmUp, Duration time)
            throws IOException, InterruptedException {
        var from = System.nanoTime() + warmUp.toNanos();
        var until = from + time.toNanos();
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            var parts = new ArrayList<Future<Part>>();
            for (var i = 0; i < clients; i++) {
                parts.add(pool.submit(() -> one(proxy, from, until)));
            }
            var all = new ArrayList<long[]>();
            var missed = 0L;
            for (var part : parts) {
                all.add(part.get().nanos());
                missed += part.get().missed();
            }
            return new Heard(
                    new Durations(all.stream().flatMapToLong(Arrays::stream).toArray()), missed);
        } catch (ExecutionException e) {
            throw new IOException("a reader failed", e.getCause());
        }
    }

    private static Part one(Proxies.Proxy proxy, long from, long until) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream()
                    .write(
                            Texts.ascii(
                                    proxy.head(
                                            "GET", "/live/events", "Accept: text/event-stream")));
            var in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
            var nanos = new long[Math.toIntExact((until - from) / 1_000_000 * 2 + 16)];
            var count = 0;
            var missed = 0L;
            for (var last = -1L; count < nanos.length; ) {
                var number = number(in);
                var sent = decimal(in);
                var now = System.nanoTime();
                if (now > until) {
                    break;
                }
                missed += last < 0 ? 0 : number - last - 1;
                last = number;
                if (now > from) {
                    nanos[count++] = now - sent;
                }
            }
            return new Part(Arrays.copyOf(nanos, count), missed);
        }
    }

    /** The number behind the next {@code data: }; framing between events is skipped. */
    private static long number(InputStream in) throws IOException {
        var matched = 0;
        var wanted = "data: ";
        while (matched < wanted.length()) {
            var b = byteOf(in);
            matched = b == wanted.charAt(matched) ? matched + 1 : b == 'd' ? 1 : 0;
        }
        return decimal(in);
    }

    private static long decimal(InputStream in) throws IOException {
        var value = 0L;
        for (var b = byteOf(in); b >= '0' && b <= '9'; b = byteOf(in)) {
            value = value * 10 + b - '0';
        }
        return value;
    }

    private static int byteOf(InputStream in) throws IOException {
        var b = in.read();
        if (b < 0) {
            throw new IOException("the stream ended");
        }
        return b;
    }
}
