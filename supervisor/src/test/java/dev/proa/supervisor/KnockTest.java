package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.LoopbackPort;
import dev.proa.core.MonotonicTime;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class KnockTest {
    @Test
    void tellsWhoOnlyQueuesFromWhoAccepts() throws Exception {
        try (var server = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"))) {
            var port = new LoopbackPort(server.getLocalPort());

            assertThat(Knock.accepted(port, Duration.ofMillis(100), new MonotonicTime()))
                    .as("the kernel alone has taken it")
                    .isFalse();
            var accepting =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    while (true) {
                                        var held = server.accept();
                                        assertThat(held.isConnected()).isTrue();
                                    }
                                } catch (java.io.IOException e) {
                                    // the listener is closed
                                }
                            });
            assertThat(Knock.accepted(port, Duration.ofSeconds(10), new MonotonicTime())).isTrue();
            server.close();
            accepting.join();
        }
    }
}
