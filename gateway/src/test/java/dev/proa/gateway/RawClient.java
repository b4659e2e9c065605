package dev.proa.gateway;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A client that sends exactly the bytes it is told to, with a patience of 10 s for each read. */
final class RawClient implements AutoCloseable {
    /** An answer, its body unchunked; names of fields in lower case. */
    record Answer(int status, List<String> fields, byte[] body, List<String> trailers) {
        Optional<String> field(String name) {
            return fields.stream()
                    .filter(line -> line.startsWith(name + ": "))
                    .map(line -> line.substring(name.length() + 2))
                    .findFirst();
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    private final Socket socket;
    private final InputStream in;
    private final List<IOException> resets = new ArrayList<>();

    private RawClient(int port) throws IOException {
        socket = new Socket(Loopback.address(port).getAddress(), port);
        socket.setSoTimeout(10_000);
        in = new BufferedInputStream(socket.getInputStream());
    }

    static RawClient to(int port) {
        try {
            return new RawClient(port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    RawClient send(String bytes) {
        return send(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    RawClient send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@link #send(String)}, to a server that may have closed already. */
    RawClient trySend(String bytes) {
        try {
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            resets.add(e);
        }
        return this;
    }

    Answer ask(String request) {
        return send(request).answer(request.startsWith("HEAD "));
    }

    Answer answer() {
        return answer(false);
    }

    Answer answer(boolean headOnly) {
        var head = head();
        var status = Integer.parseInt(head.getFirst().substring(9, 12));
        var fields = head.subList(1, head.size());
        var answer = new Answer(status, fields, new byte[0], List.of());
        if (headOnly || status < 200 || status == 204 || status == 304) {
            return answer;
        }
        if (answer.field("transfer-encoding").isPresent()) {
            return chunked(status, fields);
        }
        var length = answer.field("content-length");
        var body = length.isPresent() ? bytes(Integer.parseInt(length.get())) : rest();
        return new Answer(status, fields, body, List.of());
    }

    private List<String> head() {
        var lines = new ArrayList<String>();
        for (var line = line(); !line.isEmpty(); line = line()) {
            var colon = line.indexOf(": ");
            lines.add(
                    lines.isEmpty() || colon < 0
                            ? line
                            : line.substring(0, colon).toLowerCase(Locale.ROOT)
                                    + line.substring(colon));
        }
        return lines;
    }

    private Answer chunked(int status, List<String> fields) {
        var body = new ByteArrayOutputStream();
        for (var chunk = chunk(); chunk.length > 0; chunk = chunk()) {
            body.writeBytes(chunk);
        }
        var trailers = new ArrayList<String>();
        for (var line = line(); !line.isEmpty(); line = line()) {
            trailers.add(line);
        }
        return new Answer(status, fields, body.toByteArray(), trailers);
    }

    /** One chunk of a chunked body; empty at its end, before the trailers. */
    byte[] chunk() {
        var size = Integer.parseInt(line(), 16);
        var bytes = bytes(size);
        if (size > 0) {
            line();
        }
        return bytes;
    }

    String line() {
        var out = new ByteArrayOutputStream();
        for (var b = read(); b != '\n'; b = read()) {
            if (b != '\r') {
                out.write(b);
            }
        }
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    private int read() {
        try {
            var b = in.read();
            if (b < 0) {
                throw new UncheckedIOException(new EOFException("the gateway closed"));
            }
            return b;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] bytes(int count) {
        try {
            var bytes = in.readNBytes(count);
            if (bytes.length < count) {
                throw new UncheckedIOException(
                        new EOFException("only %d of %d bytes".formatted(bytes.length, count)));
            }
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything until the gateway closes, in order or by a reset. */
    byte[] rest() {
        var out = new ByteArrayOutputStream();
        try {
            for (var b = in.read(); b >= 0; b = in.read()) {
                out.write(b);
            }
        } catch (SocketTimeoutException e) {
            throw new UncheckedIOException("the gateway did not close", e);
        } catch (IOException e) {
            resets.add(e);
        }
        return out.toByteArray();
    }

    /** Whether the gateway ended the connection by force. */
    boolean wasReset() {
        return !resets.isEmpty();
    }

    /** Ends this side, as a program that ends does. */
    void leave() {
        close();
    }

    InputStream in() {
        return in;
    }

    Socket socket() {
        return socket;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
