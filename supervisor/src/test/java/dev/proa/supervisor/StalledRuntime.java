package dev.proa.supervisor;

import dev.proa.profile.SidecarSpec;
import dev.proa.profile.SidecarSpec.Check;
import dev.proa.testkit.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A runtime whose sidecar notes every question; stopped and woken by {@link StallTest}. */
final class StalledRuntime {
    static final Duration EVERY = Duration.ofMillis(500);

    private static final String SERVE =
            """
            import http.server, os
            class Handler(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    with open('asked', 'a') as notes:
                        notes.write(self.path + '\\n')
                    self.send_response(200)
                    self.send_header('Content-Length', '0')
                    self.end_headers()
            http.server.ThreadingHTTPServer(('127.0.0.1', int(os.environ['PROA_PORT'])), Handler).serve_forever()
            """;

    private StalledRuntime() {}

    /** Arguments: the data folder. */
    public static void main(String[] words) {
        var data = Path.of(words[0]);
        var ready = new Check.Http("/ready", 200, Map.of());
        var live = new Check.Http("/live", 200, Map.of());
        try (var bench =
                TestBench.of(
                        data,
                        Specs.sidecar("api")
                                .python(SERVE)
                                .in(data)
                                .port()
                                .ready(
                                        new SidecarSpec.Ready(
                                                ready,
                                                Duration.ofSeconds(60),
                                                EVERY,
                                                3,
                                                Optional.empty()))
                                .live(new SidecarSpec.Live(live, EVERY, EVERY, 3)))) {
            var pid = bench.start().await("api", SidecarPhase.READY).pid();
            Await.until("the end", Duration.ofMinutes(5), () -> Files.exists(data.resolve("end")));
            var status = bench.status("api");
            System.out.println(
                    status.state()
                            + " restarts "
                            + status.restarts()
                            + (status.pid().equals(pid) ? " same" : " other"));
        }
    }
}
