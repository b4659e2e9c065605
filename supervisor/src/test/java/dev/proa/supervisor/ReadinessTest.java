package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.profile.SidecarSpec.Check;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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
}
