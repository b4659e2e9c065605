package dev.proa.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An ingest on a raw socket, which answers as told or not at all, and keeps every byte it was sent.
 */
final class RawIngest implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 20;

    /**
     * One POST as it came.
     *
     * @param headers by name in lower case
     */
    record Request(String line, Map<String, String> headers, byte[] body) {
        String id() {
            return headers.getOrDefault("idempotency-key", "");
        }
    }

    private final ServerSocket socket;
    private final ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor();
    private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    private final CountDownLatch release = new CountDownLatch(1);
    private final boolean held;
    private volatile String answer;

    /** Answers every request with these bytes. */
    RawIngest(String answer) throws IOException {
        this(answer, false);
    }

    private RawIngest(String answer, boolean held) throws IOException {
        this.answer = answer;
        this.held = held;
        socket = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        tasks.execute(this::accept);
    }

    /** Answers 204, but only after {@link #release}. */
    static RawIngest held() throws IOException {
        return new RawIngest(status(204), true);
    }

    static String status(int code) {
        return "HTTP/1.1 " + code + " x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    }

    /** A port on which nobody listens. */
    static int deadPort() throws IOException {
        try (var once = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return once.getLocalPort();
        }
    }

    String url() {
        return "http://127.0.0.1:" + socket.getLocalPort();
    }

    void answer(String bytes) {
        answer = bytes;
    }

    void release() {
        release.countDown();
    }

    int unread() {
        return requests.size();
    }

    Request next() throws InterruptedException {
        var request = requests.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (request == null) {
            throw new AssertionError("no request within " + PATIENCE_SECONDS + " s");
        }
        return request;
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                var peer = socket.accept();
                tasks.execute(() -> serve(peer));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket peer) {
        try (peer) {
            var request = read(peer.getInputStream());
            if (request == null) {
                return;
            }
            requests.add(request);
            if (held) {
                release.await();
            }
            peer.getOutputStream().write(answer.getBytes(ISO_8859_1));
        } catch (IOException e) {
            return; // the hook gave up, which its own test looks at
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static @Nullable Request read(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                return null;
            }
            head.append((char) b);
        }
        var lines = head.toString().lines().toList();
        var headers = new TreeMap<String, String>();
        for (int i = 1; i < lines.size() && !lines.get(i).isEmpty(); i++) {
            int colon = lines.get(i).indexOf(':');
            headers.put(
                    lines.get(i).substring(0, colon).toLowerCase(Locale.ROOT),
                    lines.get(i).substring(colon + 1).strip());
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        return new Request(lines.getFirst(), headers, in.readNBytes(length));
    }

    @Override
    public void close() throws IOException {
        socket.close();
        tasks.shutdownNow();
        tasks.close();
    }
}
