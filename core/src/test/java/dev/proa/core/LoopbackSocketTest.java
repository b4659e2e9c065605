package dev.proa.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class LoopbackSocketTest {
    private static final int ESTABLISHED = 1;
    private static final int FIN_WAIT1 = 4;
    private static final int FIN_WAIT2 = 5;

    private final ServerSocket server = listen();

    private static ServerSocket listen() {
        try {
            return new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @AfterEach
    void close() throws Exception {
        server.close();
    }

    @Test
    void knowsAConnectedSocketOfThisUser() throws Exception {
        try (var client = new Socket(server.getInetAddress(), server.getLocalPort());
                var accepted = server.accept()) {
            var found = LoopbackSocket.find(client.getLocalPort(), server.getLocalPort());

            assertThat(found)
                    .hasValueSatisfying(socket -> {
                        assertThat(socket.state()).isEqualTo(ESTABLISHED);
                        assertThat(socket.user()).isEqualTo(user());
                        assertThat(inodes()).contains(socket.inode());
                    });
            assertThat(LoopbackSocket.find(server.getLocalPort(), client.getLocalPort()))
                    .as("the other end")
                    .hasValueSatisfying(
                            socket -> assertThat(socket).isNotEqualTo(found.orElseThrow()));
            assertThat(accepted.isConnected()).isTrue();
        }
    }

    @Test
    void showsNoInodeBeforeAndAfterAProcessHoldsIt() throws Exception {
        var client = new Socket(server.getInetAddress(), server.getLocalPort());
        var theirs = client.getLocalPort();
        var ours = server.getLocalPort();

        assertThat(LoopbackSocket.find(ours, theirs))
                .as("not accepted yet")
                .hasValueSatisfying(socket -> {
                    assertThat(socket.state()).isEqualTo(ESTABLISHED);
                    assertThat(socket.inode()).isZero();
                });
        client.close();
        try (var _ = server.accept()) {
            assertThat(LoopbackSocket.find(theirs, ours))
                    .as("closed by its process")
                    .hasValueSatisfying(socket -> {
                        assertThat(socket.state()).isIn(FIN_WAIT1, FIN_WAIT2);
                        assertThat(socket.inode()).isZero();
                    });
        }
    }

    @Test
    void findsNothingWhereSomebodyOnlyListens() {
        assertThat(LoopbackSocket.find(server.getLocalPort(), server.getLocalPort())).isEmpty();
    }

    private static long user() {
        try {
            return ((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Of all sockets that this process holds. */
    private static java.util.List<Long> inodes() {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.map(LoopbackSocketTest::target)
                    .filter(name -> name.startsWith("socket:["))
                    .map(name -> Long.valueOf(name.substring(8, name.length() - 1)))
                    .toList();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (java.io.IOException e) {
            return ""; // it was the folder's own
        }
    }
}
