package dev.proa.gateway;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/** An upstream that does with each connection what the test says. */
final class ScriptedUpstream implements AutoCloseable {
    /** What happens on one connection, in order; its end closes the connection. */
    interface Script {
        void play(Line line) throws IOException;
    }

    private final ServerSocket server;
    private final Script script;
    private final Optional<SSLContext> tls;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger heads = new AtomicInteger();
    private final BlockingQueue<String> ended = new LinkedBlockingQueue<>();
    private final List<Socket> sockets = new ArrayList<>(); // guarded by itself

    private ScriptedUpstream(Optional<SSLContext> tls, Script script) throws IOException {
        this.tls = tls;
        this.script = script;
        server = new ServerSocket(0, 50, Loopback.address(0).getAddress());
        Thread.ofVirtual().start(this::accept);
    }

    static ScriptedUpstream playing(Script script) {
        return playing(Optional.empty(), script);
    }

    /** One that speaks TLS with this certificate. */
    static ScriptedUpstream secure(String certificate, Script script) {
        return playing(Optional.of(TestTls.server(certificate)), script);
    }

    private static ScriptedUpstream playing(Optional<SSLContext> tls, Script script) {
        try {
            return new ScriptedUpstream(tls, script);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Answers every request with the same bytes. */
    static ScriptedUpstream answering(String answer) {
        return playing(line -> {
            while (!line.head().isEmpty()) {
                line.send(answer);
            }
        });
    }

    private void accept() {
        try {
            while (true) {
                var socket = server.accept();
                connections.incrementAndGet();
                synchronized (sockets) {
                    sockets.add(socket);
                }
                Thread.ofVirtual().start(() -> play(socket));
            }
        } catch (IOException e) {
            ended.add("closed: " + e.getMessage());
        }
    }

    private void play(Socket accepted) {
        try (accepted;
                var socket = secured(accepted)) {
            script.play(new Line(accepted, socket));
            ended.add("done");
        } catch (IOException e) {
            ended.add("failed: " + e.getMessage());
        }
    }

    private Socket secured(Socket accepted) throws IOException {
        return tls.isEmpty()
                ? accepted
                : tls.get().getSocketFactory().createSocket(accepted, null, false);
    }

    int port() {
        return server.getLocalPort();
    }

    int connections() {
        return connections.get();
    }

    int heads() {
        return heads.get();
    }

    /** How the next script came to its end; fails after 10 s. */
    String ended() {
        try {
            var end = ended.poll(10, TimeUnit.SECONDS);
            if (end == null) {
                throw new AssertionError("no script has ended within 10 s");
            }
            return end;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            synchronized (sockets) {
                for (var socket : sockets) {
                    socket.close();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The upstream's end of one connection. */
    final class Line {
        final Socket socket;
        private final Socket accepted;
        final InputStream in;
        final OutputStream out;

        Line(Socket accepted, Socket socket) throws IOException {
            this.accepted = accepted;
            this.socket = socket;
            in = new BufferedInputStream(socket.getInputStream());
            out = socket.getOutputStream();
        }

        /** The next head as text; empty at the end of the connection. */
        String head() throws IOException {
            var text = new StringBuilder();
            while (!text.toString().endsWith("\r\n\r\n")) {
                var b = in.read();
                if (b < 0) {
                    return "";
                }
                text.append((char) b);
            }
            heads.incrementAndGet();
            return text.toString();
        }

        void send(String bytes) throws IOException {
            out.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }

        /** Ends the connection below TLS, without its farewell. */
        void cut() throws IOException {
            accepted.shutdownOutput();
            accepted.close();
        }

        /** Everything until the gateway closes. */
        byte[] rest() throws IOException {
            return in.readAllBytes();
        }
    }
}
