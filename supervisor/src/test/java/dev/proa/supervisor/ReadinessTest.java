package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.profile.SidecarSpec.Check;
import dev.proa.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadinessTest {
    /** Answers 503 while the file {@code sick} exists. */
    private static final String SERVE =
            """
            import http.server, os
            class Handler(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    self.send_response(503 if os.path.exists('sick') else 200)
                    self.send_header('Content-Length', '0')
                    self.end_headers()
            http.server.ThreadingHTTPServer(('127.0.0.1', int(os.environ['PROA_PORT'])), Handler).serve_forever()
            """;

    @TempDir Path data;

    @Test
    void isUnreadyWhileItsCheckFailsAndIsNotRestarted() throws IOException {
        try (var bench =
                TestBench.of(
                        data,
                        Specs.sidecar("api")
                                .python(SERVE)
                                .in(data)
                                .port()
                                .ready(new Check.Http("/", 200, Map.of())))) {
            var pid = bench.start().await("api", SidecarPhase.READY).pid();
            Files.createFile(data.resolve("sick"));
            bench.await("api", SidecarPhase.UNREADY);
            assertThat(bench.supervisor().upstream("api")).isEmpty();
            Files.delete(data.resolve("sick"));
            var status = bench.await("api", SidecarPhase.READY);

            assertThat(status.pid()).isEqualTo(pid);
            assertThat(status.restarts()).isZero();
        }
    }

    @Test
    void aPortHeldByADaemonOfTheTreeIsTheSidecars() {
        // The main process lives on, but a daemon with a session of its own is the one that
        // listens.
        var script =
                """
                import os, socket, time
                if os.fork() == 0:
                    os.setsid()
                    if os.fork() == 0:
                        s = socket.socket()
                        s.bind(('127.0.0.1', int(os.environ['PROA_PORT'])))
                        s.listen()
                        time.sleep(1000)
                    os._exit(0)
                time.sleep(1000)
                """;
        try (var bench =
                TestBench.of(
                        data, Specs.sidecar("api").python(script).port().ready(new Check.Tcp()))) {
            bench.start().await("api", SidecarPhase.READY);
        }
    }

    @Test
    void aReadyLineIsNotBelievedWhileAStrangerListensOnThePort() throws IOException {
        // It says "ready" once the stranger is there, and "still" after many checks.
        var script =
                """
                import os, time
                while not os.path.exists('go'):
                    time.sleep(0.02)
                print('ready', flush=True)
                time.sleep(0.7)
                print('still', flush=True)
                time.sleep(1000)
                """;
        try (var bench =
                TestBench.of(
                        data,
                        Specs.sidecar("api")
                                .python(script)
                                .in(data)
                                .port()
                                .ready(new Check.Log(Pattern.compile("ready"))))) {
            bench.start().await("api", SidecarPhase.STARTING);
            Await.until("its port", () -> status(bench).port().isPresent());
            var port = status(bench).port().orElseThrow();
            var log = data.resolve("logs/api.log");
            try (var stranger =
                    new ServerSocket(port.number(), 1, InetAddress.getLoopbackAddress())) {
                assertThat(stranger.isBound()).isTrue();
                Files.createFile(data.resolve("go"));
                Await.until(
                        "its second line",
                        () -> Files.exists(log) && Files.readString(log).contains("still"));
                assertThat(status(bench).state()).isEqualTo(SidecarPhase.STARTING);
                assertThat(bench.supervisor().upstream("api")).isEmpty();
            }

            bench.await("api", SidecarPhase.READY);
        }
    }

    private static SidecarStatus status(TestBench bench) {
        return bench.supervisor().status("api").orElseThrow();
    }
}
