package dev.proa.supervisor;

import dev.proa.core.LoopbackPort;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One HTTP request on a connection of its own. Unlike any client of a library it asks, when the
 * connection is there and before the first byte is sent, whether the other side may be spoken to:
 * so a token cannot reach whoever has taken the port in the last moment. An idle connection is
 * never kept, which would occupy a server that serves one at a time.
 */
final class LoopbackCall {
    private static final Duration CONNECT = Duration.ofMillis(500);

    /**
     * A request without a body.
     *
     * @param path with its query
     * @param headers besides {@code Host}, {@code Connection} and {@code Content-Length}
     */
    record Request(String method, String path, Map<String, String> headers) {
        Request {
            headers = Map.copyOf(headers);
        }

        static Request of(String path) {
            return new Request("GET", path, Map.of());
        }

        String words() {
            return method + " " + path;
        }
    }

    /** What came back. */
    sealed interface Reply {
        /** {@code body} is cut at 64 KiB. */
        record Answer(int status, byte[] body) implements Reply {}

        record None(String why) implements Reply {}
    }

    private final InstantSource time;

    LoopbackCall(InstantSource time) {
        this.time = time;
    }

    /** Whether a connection is taken within {@code timeout}; why not, if it is not. */
    Optional<String> refused(LoopbackPort port, Duration timeout) throws InterruptedException {
        try (var _ = connect(port, timeout)) {
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(words("port " + port, e, timeout));
        }
    }

    /**
     * Sends {@code request} if {@code objection} has none once the connection stands.
     *
     * @param timeout for the whole of it
     */
    Reply send(
            Request request,
            LoopbackPort port,
            Supplier<Optional<String>> objection,
            Duration timeout)
            throws InterruptedException {
        var deadline = time.instant().plus(timeout);
        try (var socket = connect(port, timeout)) {
            var refused = objection.get();
            if (refused.isPresent()) {
                return new Reply.None(refused.get());
            }
            socket.getOutputStream().write(head(request, port));
            return HttpAnswer.read(new Until(socket, deadline));
        } catch (IOException | IllegalArgumentException e) {
            return new Reply.None(words(request.words(), e, timeout));
        }
    }

    private static Socket connect(LoopbackPort port, Duration timeout)
            throws IOException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        var socket = new Socket(java.net.Proxy.NO_PROXY);
        try {
            var wait = timeout.compareTo(CONNECT) < 0 ? timeout : CONNECT;
            socket.connect(
                    new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port.number()),
                    (int) Math.max(1, wait.toMillis()));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static byte[] head(Request request, LoopbackPort port) {
        var uri = URI.create(port.baseUrl() + request.path()); // refuses blanks and line ends
        var path = uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
        var headers = new LinkedHashMap<String, String>();
        headers.put("Host", "127.0.0.1:" + port);
        headers.put("Connection", "close");
        headers.put("Accept", "*/*");
        if (!request.method().equals("GET")) {
            headers.put("Content-Length", "0");
        }
        headers.putAll(request.headers());
        var head = new StringBuilder(request.method() + " " + path + " HTTP/1.1\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** An interrupt closes the socket of a virtual thread, and that is told as any other end. */
    private static String words(String what, Exception e, Duration timeout)
            throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return e instanceof SocketTimeoutException
                ? "%s was not answered within %d ms".formatted(what, timeout.toMillis())
                : "%s was not answered: %s".formatted(what, e.getMessage());
    }

    /** The input of a socket up to a deadline for all reads together. */
    private final class Until extends InputStream {
        private final Socket socket;
        private final InputStream input;
        private final Instant deadline;

        Until(Socket socket, Instant deadline) throws IOException {
            this.socket = socket;
            this.input = socket.getInputStream();
            this.deadline = deadline;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int from, int count) throws IOException {
            var left = Duration.between(time.instant(), deadline).toMillis();
            if (left <= 0) {
                throw new SocketTimeoutException("the time is over");
            }
            socket.setSoTimeout((int) left);
            return input.read(bytes, from, count);
        }
    }
}
