package dev.proa.bench;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Locale;
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
        var streams = new ArrayList<Stream>();
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            // One after the other: a guard may close the oldest of many that have said nothing yet.
            for (var i = 0; i < clients; i++) {
                streams.add(open(proxy));
            }
            var from = System.nanoTime() + warmUp.toNanos();
            var until = from + time.toNanos();
            var parts = new ArrayList<Future<Part>>();
            for (var stream : streams) {
                parts.add(pool.submit(() -> one(stream.body(), from, until)));
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
            throw new IOException("a reader before " + proxy.name() + " failed", e.getCause());
        } finally {
            for (var stream : streams) {
                stream.close();
            }
        }
    }

    /** A connection whose answer has begun, and what the answer holds. */
    private record Stream(Socket socket, InputStream body) implements Closeable {
        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static Stream open(Proxies.Proxy proxy) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(30_000);
        var request = proxy.head("GET", "/live/events", "Accept: text/event-stream");
        socket.getOutputStream().write(Texts.ascii(request));
        var in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) byteOf(in));
        }
        boolean chunked =
                head.toString().toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked");
        return new Stream(socket, chunked ? new Chunks(in) : in);
    }

    /** The body in chunks; without it a number would end where a chunk does. */
    private static final class Chunks extends InputStream {
        private final InputStream in;
        private long left;
        private boolean first = true;

        Chunks(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            if (left == 0) {
                if (!first) {
                    byteOf(in);
                    byteOf(in);
                }
                first = false;
                left = size();
                if (left == 0) {
                    return -1;
                }
            }
            left--;
            return in.read();
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            var next = read();
            if (next < 0) {
                return -1;
            }
            into[offset] = (byte) next;
            return 1;
        }

        private long size() throws IOException {
            var digits = new StringBuilder();
            for (var b = byteOf(in); b != '\n'; b = byteOf(in)) {
                digits.append((char) b);
            }
            return Long.parseLong(digits.toString().strip(), 16);
        }
    }

    private static Part one(InputStream in, long from, long until) throws IOException {
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

    /** The number behind the next {@code data: }. */
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
