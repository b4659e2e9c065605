package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.LoopbackPort;
import dev.proa.core.MonotonicTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class KnockTest {
    @Test
    void tellsWhoOnlyQueuesFromWhoAccepts() throws Exception {
        Thread accepting;
        try (var server = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"))) {
            var port = new LoopbackPort(server.getLocalPort());

            assertThat(Knock.accepted(port, Duration.ofMillis(100), new MonotonicTime()))
                    .as("the kernel alone has taken it")
                    .isFalse();
            accepting = Thread.ofVirtual().start(() -> accept(server));
            assertThat(Knock.accepted(port, Duration.ofSeconds(10), new MonotonicTime())).isTrue();
        }
        accepting.join();
    }

    /** Holds what it accepts until the listener is closed. */
    private static void accept(ServerSocket server) {
        var held = new ArrayList<Socket>();
        try {
            while (true) {
                held.add(server.accept());
            }
        } catch (IOException e) {
            // closed
        }
        held.forEach(KnockTest::close);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
