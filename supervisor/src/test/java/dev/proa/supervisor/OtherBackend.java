package dev.proa.supervisor;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A backend that somebody else runs: it answers every request with the same, and keeps the heads.
 */
final class OtherBackend implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket();
    private final Thread thread;

    OtherBackend(int port, int status, String body, List<String> heads) throws IOException {
        listener.setReuseAddress(true);
        listener.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
        var answer =
                "HTTP/1.1 %d X\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
                        .formatted(status, body.length(), body);
        thread = Thread.ofPlatform().name("other-backend").start(() -> serve(answer, heads));
    }

    int port() {
        return listener.getLocalPort();
    }

    private void serve(String answer, List<String> heads) {
        while (!listener.isClosed()) {
            try (var socket = listener.accept();
                    var in =
                            new BufferedReader(
                                    new InputStreamReader(
                                            socket.getInputStream(), StandardCharsets.US_ASCII))) {
                for (var line = in.readLine();
                        line != null && !line.isEmpty();
                        line = in.readLine()) {
                    heads.add(line);
                }
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                heads.add("a caller that has gone, or our own end: " + e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
