package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.profile.SidecarSpec.Check;
import dev.proa.testkit.Await;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExaminerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Answers each path in its own way; {@code /slow} never. */
    private static final String SERVE =
            """
            import http.server, json, os, time
            class Handler(http.server.BaseHTTPRequestHandler):
                protocol_version = 'HTTP/1.1'
                def do_GET(self):
                    if self.path == '/slow':
                        time.sleep(1000)
                    if self.path == '/drip':
                        self.wfile.write(b'HTTP/1.1 200 OK\\r\\n')
                        while True:
                            self.wfile.write(b'x')
                            time.sleep(0.05)
                    who = os.environ['PROA_INSTANCE'] if self.path == '/mine' else 'somebody'
                    body = {'status': 'ok', 'db': {'up': False}}
                    if self.path in ('/mine', '/theirs'):
                        body['instance'] = who
                    body = json.dumps(body).encode()
                    self.send_response(503 if self.path == '/sick' else 200)
                    self.send_header('Transfer-Encoding', 'chunked')
                    self.end_headers()
                    for part in (body[:5], body[5:]):
                        self.wfile.write(b'%x;note=1\\r\\n%s\\r\\n' % (len(part), part))
                    self.wfile.write(b'0\\r\\n\\r\\n')
            http.server.ThreadingHTTPServer(('127.0.0.1', int(os.environ['PROA_PORT'])), Handler).serve_forever()
            """;

    @TempDir Path data;

    @Test
    void anHttpCheckSaysWhatTheAnswerLacks() throws Exception {
        try (var api = OneSidecar.listening(data, Specs.sidecar("api").python(SERVE).port())) {
            assertThat(api.miss(OneSidecar.http("/"), PATIENCE)).isEmpty();
            assertThat(api.miss(new Check.Http("/", 200, Map.of("/status", "\"ok\"")), PATIENCE))
                    .isEmpty();

            assertThat(api.miss(OneSidecar.http("/sick"), PATIENCE))
                    .contains("GET /sick answered 503 instead of 200");
            assertThat(api.miss(new Check.Http("/", 200, Map.of("/db/up", "true")), PATIENCE))
                    .contains("GET / has false at /db/up instead of true");
            assertThat(api.miss(OneSidecar.http("/slow"), Duration.ofMillis(300)))
                    .contains("GET /slow was not answered within 300 ms");
            assertThat(api.miss(OneSidecar.http("/drip"), Duration.ofMillis(300)))
                    .contains("GET /drip was not answered within 300 ms");
        }
    }

    @Test
    void anAnswerThatNamesAnotherInstanceIsNotBelieved() throws Exception {
        try (var api = OneSidecar.listening(data, Specs.sidecar("api").python(SERVE).port())) {
            assertThat(api.miss(OneSidecar.http("/mine"), PATIENCE)).isEmpty();
            assertThat(api.miss(OneSidecar.http("/theirs"), PATIENCE))
                    .contains("GET /theirs was answered by another instance, \"somebody\"");
        }
    }

    @Test
    void aStrangerOnThePortIsNamedAndGetsNoConnection() throws Exception {
        try (var api = OneSidecar.of(data, Specs.sidecar("api").runs("sleep", "1000").port());
                var stranger =
                        new ServerSocket(
                                api.port().number(), 9, InetAddress.getLoopbackAddress())) {
            var connections = new AtomicInteger();
            Thread.ofVirtual().start(() -> count(stranger, connections));
            var named =
                    "port %s is held by pid %d ("
                            .formatted(api.port(), ProcessHandle.current().pid());
            for (var check :
                    List.of(
                            OneSidecar.http("/"),
                            new Check.Tcp(),
                            new Check.Announce(),
                            new Check.Exec(OneSidecar.words("true")))) {
                assertThat(api.miss(check, PATIENCE).orElseThrow())
                        .startsWith(named)
                        .endsWith("which is not this sidecar");
            }

            assertThat(connections).hasValue(0);
        }
    }

    private static void count(ServerSocket server, AtomicInteger connections) {
        try {
            while (true) {
                server.accept().close();
                connections.incrementAndGet();
            }
        } catch (java.io.IOException e) {
            assertThat(server.isClosed()).isTrue();
        }
    }

    @Test
    void aListenerWhoseHolderCannotBeLookedAtIsNotTheSidecars() throws Exception {
        // As with another user's process: it is below the guard, but its files are closed to us.
        var proc = Files.createDirectories(data.resolve("proc"));
        Files.createDirectories(proc.resolve("net"));
        Files.writeString(
                proc.resolve("net/tcp"),
                """
                  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
                   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1234        0 77 1 0 100 0 0 10 0
                """);
        var identity = new PortIdentity(new Listeners(proc), _ -> List.of(5L), _ -> List.of(5L));

        var found = identity.of(new dev.proa.core.LoopbackPort(8080), 4);

        assertThat(found)
                .isEqualTo(
                        new PortIdentity.Finding.Foreign(
                                "port 8080 is held by a process of user id 1234 whose open files may not be looked at, so it does not count as this sidecar"));
    }

    @Test
    void aListenerInAPidNamespaceOfTheSidecarIsTheSidecars() throws Exception {
        var spec =
                Specs.sidecar("api")
                        .runs(
                                "unshare",
                                "--user",
                                "--map-root-user",
                                "--pid",
                                "--fork",
                                "--kill-child",
                                "python3",
                                "-c",
                                SERVE)
                        .port();
        try (var api = OneSidecar.listening(data, spec)) {
            assertThat(api.miss(OneSidecar.http("/mine"), PATIENCE)).isEmpty();
        }
    }

    @Test
    void aCheckCommandRunsInTheFolderAndEnvironmentOfItsSidecar() throws Exception {
        var script =
                "test \"$(pwd -P)\" = \"$WANTED\" && test \"$PROA_PORT\" = ${port} && test $COLOUR = red";
        try (var api =
                OneSidecar.of(
                        data,
                        Specs.sidecar("api")
                                .runs("sleep", "1000")
                                .in(data)
                                .port()
                                .with("WANTED", data.toRealPath().toString())
                                .with("COLOUR", "red"))) {
            assertThat(api.miss(new Check.Exec(OneSidecar.words("sh", "-c", script)), PATIENCE))
                    .isEmpty();
        }
    }

    @Test
    void aCheckCommandThatFailsSaysSoWithItsLastLineAndLeavesNothing() throws Exception {
        try (var api = OneSidecar.of(data, Specs.sidecar("api").runs("sleep", "1000"))) {
            var fails =
                    OneSidecar.words(
                            "sh",
                            "-c",
                            "(setsid sleep 77001 &); echo one; echo no database; exit 3");
            assertThat(api.miss(new Check.Exec(fails), PATIENCE))
                    .contains("its check command exited with code 3: no database");
            assertThat(OneSidecar.children()).noneMatch(line -> line.contains("77001"));

            assertThat(api.miss(new Check.Exec(OneSidecar.words("/no/such")), PATIENCE))
                    .contains("its check command could not be run: no such file");
        }
    }

    @Test
    void aCheckCommandIsKilledWithAllItStartedWhenItsTimeIsOver() throws Exception {
        try (var api = OneSidecar.of(data, Specs.sidecar("api").runs("sleep", "1000"))) {
            var hangs =
                    OneSidecar.words("sh", "-c", "trap '' TERM; setsid sleep 77002 & sleep 77003");
            assertThat(api.miss(new Check.Exec(hangs), Duration.ofMillis(400)))
                    .contains("its check command did not end within 400 ms");

            Await.until(
                    "nothing of it is left",
                    Duration.ofSeconds(2),
                    () -> OneSidecar.children().stream().noneMatch(line -> line.contains("7700")));
        }
    }

    @Test
    void nothingIsSentWhenTheListenerChangesBeforeTheConnectionStands() throws Exception {
        try (var stranger = new ServerSocket(0, 9, InetAddress.getLoopbackAddress())) {
            var port = new dev.proa.core.LoopbackPort(stranger.getLocalPort());
            var calls = new LoopbackCall(new dev.proa.core.MonotonicTime());
            var request = new LoopbackCall.Request("POST", "/", Map.of("X-Proa-Token", "t"));

            var reply =
                    calls.send(
                            request,
                            port,
                            () -> java.util.Optional.of("it is a stranger"),
                            PATIENCE);

            assertThat(reply).isEqualTo(new LoopbackCall.Reply.None("it is a stranger"));
            try (var connection = stranger.accept()) {
                assertThat(connection.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void theWalkThroughATreeFindsWhatALookAtAllProcessesFinds() throws Exception {
        try (var api =
                OneSidecar.of(
                        data,
                        Specs.sidecar("api")
                                .shell("sleep 1000 & setsid sleep 1000 & sleep 1000"))) {
            Await.until("its children", () -> ProcessTree.scan(api.run().guard()).size() == 4);

            assertThat(Set.copyOf(ProcessTree.walk(api.run().guard())))
                    .isEqualTo(Set.copyOf(ProcessTree.scan(api.run().guard())));
        }
    }
}
