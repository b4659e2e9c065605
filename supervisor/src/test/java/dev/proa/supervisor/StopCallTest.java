package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.profile.SidecarSpec.Stop;
import dev.proa.testkit.Await;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StopCallTest {
    /**
     * Goes on {@code POST /shutdown} with its token, refuses others, and hangs on {@code /hang}.
     */
    private static final String SERVE =
            """
            import http.server, os, threading, time
            class Handler(http.server.BaseHTTPRequestHandler):
                def do_POST(self):
                    if self.path == '/hang':
                        time.sleep(1000)
                    known = self.headers.get('X-Proa-Token') == os.environ['PROA_TOKEN']
                    known = known and self.headers.get('Content-Length') == '0'
                    self.send_response(202 if known and self.path == '/shutdown' else 403)
                    self.send_header('Content-Length', '0')
                    self.end_headers()
                    if known and self.path == '/shutdown':
                        threading.Thread(target=self.server.shutdown).start()
            http.server.ThreadingHTTPServer(('127.0.0.1', int(os.environ['PROA_PORT'])), Handler).serve_forever()
            """;

    @TempDir Path data;

    private static Specs api(String path, Duration grace) {
        return Specs.sidecar("api")
                .python(SERVE)
                .port()
                .stop(new Stop(Optional.of(new Stop.Http("POST", path)), "TERM", grace));
    }

    @Test
    void theSidecarGoesWhenItIsAskedWithItsToken() throws Exception {
        try (var api = OneSidecar.listening(data, api("/shutdown", Duration.ofSeconds(10)))) {
            assertThat(new StopCall(api.access).refusal(api.run())).isEmpty();

            Await.until("it has gone", () -> !api.alive());
        }
    }

    @Test
    void anAnswerOtherThan2xxIsARefusal() throws Exception {
        try (var api = OneSidecar.listening(data, api("/other", Duration.ofSeconds(10)))) {
            assertThat(new StopCall(api.access).refusal(api.run()))
                    .contains("POST /other answered 403");
        }
    }

    @Test
    void asksForHalfOfTheGraceAtMost() throws Exception {
        try (var api = OneSidecar.listening(data, api("/hang", Duration.ofSeconds(2)))) {
            var begun = System.nanoTime();

            assertThat(new StopCall(api.access).refusal(api.run()))
                    .contains("POST /hang was not answered within 1000 ms");
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isBetween(Duration.ofMillis(990), Duration.ofMillis(1900));
        }
    }

    @Test
    void aStrangerOnThePortDoesNotGetTheToken() throws Exception {
        var spec =
                Specs.sidecar("api")
                        .runs("sleep", "1000")
                        .port()
                        .stop(
                                new Stop(
                                        Optional.of(new Stop.Http("POST", "/shutdown")),
                                        "TERM",
                                        Duration.ofSeconds(5)));
        try (var api = OneSidecar.of(data, spec);
                var stranger =
                        new ServerSocket(
                                api.port().number(), 9, InetAddress.getLoopbackAddress())) {
            assertThat(new StopCall(api.access).refusal(api.run()).orElseThrow())
                    .contains("which is not this sidecar");

            stranger.setSoTimeout(100);
            org.assertj.core.api.Assertions.assertThatThrownBy(stranger::accept)
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }
}
