package dev.proa.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A port that a run had belongs to somebody else now. */
class InstanceSightingTest {
    private static final Secret TOKEN = Secret.random();

    @TempDir Path folder;

    /** Answers everything with the same words and keeps what it was sent. */
    private static final class Stranger implements AutoCloseable {
        final List<String> heard = new CopyOnWriteArrayList<>();
        private final ServerSocket server;

        Stranger(String body) throws IOException {
            server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
            Thread.ofVirtual().start(() -> serve(body));
        }

        private void serve(String body) {
            while (!server.isClosed()) {
                try (var socket = server.accept()) {
                    var bytes = new byte[8192];
                    int length = Math.max(0, socket.getInputStream().read(bytes));
                    heard.add(new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
                    var head =
                            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: "
                                    + body.length()
                                    + "\r\n\r\n";
                    socket.getOutputStream()
                            .write((head + body).getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    if (!server.isClosed()) {
                        throw new UncheckedIOException(e);
                    }
                }
            }
        }

        int port() {
            return server.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    private InstanceFile left(int port) throws IOException {
        Files.createDirectories(folder.resolve("runtime"));
        var file =
                new InstanceFile(
                        "0b8e6f5c-0000-4000-8000-000000000000",
                        1,
                        Instant.EPOCH,
                        "http://127.0.0.1:" + port,
                        port,
                        TOKEN,
                        Optional.empty(),
                        "dev.proa.tested",
                        "1.0.0",
                        "local_fullstack");
        file.write(folder);
        return file;
    }

    @Test
    void aStrangerOnItsPortIsNeitherTakenForItNorToldTheToken() throws IOException {
        var all =
                "{\"status\":\"alive\",\"instance\":\"0b8e6f5c-0000-4000-8000-000000000000\",\"proof\":\"x\"}";
        try (var stranger = new Stranger(all)) {
            var file = left(stranger.port());

            assertThat(RunningInstance.in(folder)).isEmpty();
            assertThat(InstanceSighting.of(folder))
                    .isInstanceOfSatisfying(
                            InstanceSighting.Stale.class,
                            stale -> {
                                assertThat(stale.file().pid()).isEqualTo(file.pid());
                                assertThat(stale.holder().orElse("")).contains("pid ");
                            });
            assertThat(stranger.heard)
                    .isNotEmpty()
                    .allMatch(request -> request.startsWith("GET /_proa/health/live?challenge="))
                    .noneMatch(request -> request.contains(TOKEN.reveal()));
        }
    }

    @Test
    void aFileWhoseAddressNobodyHasOrThatIsNoneIsStale() throws IOException {
        int free;
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = server.getLocalPort();
        }
        left(free);
        assertThat(InstanceSighting.of(folder)).isInstanceOf(InstanceSighting.Stale.class);

        left(70_000);
        assertThat(InstanceSighting.of(folder)).isInstanceOf(InstanceSighting.Stale.class);
        assertThat(InstanceSighting.of(folder.resolve("none")))
                .isInstanceOf(InstanceSighting.None.class);
    }
}
