package dev.proa.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/**
 * The backend behind every proxy that is compared: a stream of events, an echo behind a protocol
 * switch, and bodies of any length. It is a program of its own: {@code LiveBackend PORT}.
 */
public final class LiveBackend {
    static final int EVENT_BYTES = 200;

    private static final byte[] BLOCK = new byte[64 * 1024];

    private static final List<Socket> LISTENERS = new CopyOnWriteArrayList<>();

    private LiveBackend() {}

    /** Serves until it is killed. */
    public static void main(String[] arguments) throws IOException {
        Thread.ofPlatform().daemon().name("events").start(LiveBackend::publish);
        try (var server =
                new ServerSocket(
                        Integer.parseInt(arguments[0]), 1024, InetAddress.getLoopbackAddress())) {
            while (true) {
                var socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        }
    }

    private static void serve(Socket socket) {
        try {
            socket.setTcpNoDelay(true);
            var in = new BufferedInputStream(socket.getInputStream());
            var out = socket.getOutputStream();
            for (var head = head(in); !head.isEmpty(); head = head(in)) {
                if (head.contains("/events")) {
                    out.write(
                            Texts.ascii(
                                    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"));
                    LISTENERS.add(socket);
                    return;
                } else if (head.contains("/echo")) {
                    out.write(
                            Texts.ascii(
                                    String.join(
                                            "\r\n",
                                            "HTTP/1.1 101 Switching Protocols",
                                            "Upgrade: websocket",
                                            "Connection: Upgrade",
                                            "",
                                            "")));
                    in.transferTo(out);
                    break;
                } else if (head.startsWith("POST ")) {
                    skip(in, number(head, "content-length: "));
                    out.write(Texts.ascii("HTTP/1.1 204 No Content\r\n\r\n"));
                } else {
                    body(out, number(head, "x-bytes: "));
                }
            }
            socket.close();
        } catch (IOException e) {
            // The proxy has closed its side.
            LISTENERS.remove(socket);
        }
    }

    private static String head(InputStream in) throws IOException {
        var text = new StringBuilder();
        while (text.length() < 4 || !text.substring(text.length() - 4).equals("\r\n\r\n")) {
            var b = in.read();
            if (b < 0) {
                return "";
            }
            text.append((char) b);
        }
        return text.toString();
    }

    private static long number(String head, String field) {
        for (var line : head.split("\r\n", -1)) {
            if (line.regionMatches(true, 0, field, 0, field.length())) {
                return Long.parseLong(line.substring(field.length()).strip());
            }
        }
        return 0;
    }

    private static void skip(InputStream in, long bytes) throws IOException {
        var buffer = new byte[64 * 1024];
        for (var left = bytes; left > 0; ) {
            var count = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (count < 0) {
                throw new IOException("the body was cut");
            }
            left -= count;
        }
    }

    private static void body(OutputStream out, long bytes) throws IOException {
        out.write(Texts.ascii("HTTP/1.1 200 OK\r\nContent-Length: " + bytes + "\r\n\r\n"));
        for (var left = bytes; left > 0; left -= BLOCK.length) {
            out.write(BLOCK, 0, (int) Math.min(left, BLOCK.length));
        }
    }

    /** One event a millisecond to each listener: a number, the time, and what fills it up. */
    private static void publish() {
        var next = System.nanoTime();
        for (var number = 0L; ; number++) {
            next += 1_000_000;
            LockSupport.parkNanos(next - System.nanoTime());
            if (LISTENERS.isEmpty()) {
                continue;
            }
            var start = "data: " + number + " " + System.nanoTime() + " ";
            var event = Texts.ascii(start + "x".repeat(EVENT_BYTES - 2 - start.length()) + "\n\n");
            LISTENERS.removeIf(listener -> !wrote(listener, event));
        }
    }

    private static boolean wrote(Socket listener, byte[] event) {
        try {
            listener.getOutputStream().write(event);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
