package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.LoopbackPort;
import dev.proa.profile.SidecarSpec.Check;
import dev.proa.profile.SidecarSpec.Port;
import dev.proa.testkit.Await;
import dev.proa.testkit.Fault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fault 21: the socket outlives the process, so nobody who connects is refused. */
class InheritTest {
    /** Serves HTTP on fd 3; asked to end, it answers what it has accepted first. */
    private static final String SERVER =
            """
            import os, signal, socket, time
            assert os.environ['LISTEN_FDS'] == '1' and os.environ['LISTEN_PID'] == str(os.getpid())
            s = socket.socket(fileno=3)
            ending = False
            def end(*_):
                global ending
                ending = True
            signal.signal(signal.SIGTERM, end)
            s.settimeout(0.05)
            while not ending:
                try:
                    c, _ = s.accept()
                except socket.timeout:
                    continue
                c.settimeout(5)
                if c.recv(4096):
                    c.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\nConnection: close\\r\\n\\r\\nok')
                c.close()
            """;

    private static final Port INHERIT = new Port.Inherit(OptionalInt.empty());

    @TempDir Path data;

    private static String get(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 10_000);
            socket.setSoTimeout(30_000);
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            var answer = socket.getInputStream().readAllBytes();
            return new String(answer, StandardCharsets.US_ASCII)
                    .lines()
                    .findFirst()
                    .orElse("empty");
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void nobodyIsRefusedOverFourRestartsAtFiftyRequestsASecond() throws Exception {
        var fault = Fault.number(21, "restarted four times at 50 requests a second, inherit");
        var bad = java.util.Collections.synchronizedList(new ArrayList<String>());
        var sent = new AtomicInteger();
        var going = new java.util.concurrent.atomic.AtomicBoolean(true);
        try (var bench =
                TestBench.of(
                        data,
                        Specs.sidecar("api")
                                .python(SERVER)
                                .port(INHERIT)
                                .ready(new Check.Http("/", 200, Map.of())))) {
            int port = bench.start().await("api", SidecarPhase.READY).port().orElseThrow().number();
            try (var requests = Executors.newVirtualThreadPerTaskExecutor()) {
                var sender =
                        Thread.ofPlatform()
                                .start(() -> {
                                    while (going.get()) {
                                        sent.incrementAndGet();
                                        requests.execute(() -> {
                                            var answer = get(port);
                                            if (!answer.equals("HTTP/1.1 200 OK")) {
                                                bad.add(answer);
                                            }
                                        });
                                        LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
                                    }
                                });
                for (int i = 0; i < 4 * fault.trials(1, 10); i++) {
                    var before = bench.status("api").pid();
                    bench.supervisor().restart("api");
                    Await.until(
                            "ready again",
                            () ->
                                    bench.status("api").ready()
                                            && !bench.status("api").pid().equals(before));
                    int target = sent.get() + 25;
                    Await.until("half a second of requests", () -> sent.get() >= target);
                }
                going.set(false);
                sender.join();
            }
            for (int i = 0; i < sent.get(); i++) {
                fault.tried(i >= bad.size());
            }
            assertThat(bad).isEmpty();
            assertThat(sent.get()).isGreaterThan(100);
            fault.figure("refused", bad.size()).figure("restarts", 4 * fault.trials(1, 10));
            fault.conclude();
            assertThat(bench.status("api").port().orElseThrow().number()).isEqualTo(port);
        }
    }

    @Test
    void isNotReadyBeforeItTakesConnections() throws IOException {
        var script = "import os, time\nwhile not os.path.exists('go'): time.sleep(0.01)\n" + SERVER;
        try (var bench =
                TestBench.of(
                        data,
                        Specs.sidecar("api")
                                .python(script)
                                .in(data)
                                .port(INHERIT)
                                .ready(new Check.Tcp()))) {
            bench.start();
            Await.until("it has a process", () -> bench.status("api").pid().isPresent());
            var port = bench.status("api").port().orElseThrow();
            // The kernel takes connections all the while.
            assertThat(
                            Knock.accepted(
                                    port,
                                    Duration.ofMillis(300),
                                    new dev.proa.core.MonotonicTime()))
                    .isFalse();
            assertThat(bench.status("api").ready()).isFalse();

            Files.createFile(data.resolve("go"));
            bench.await("api", SidecarPhase.READY);
            assertThat(
                            Knock.accepted(
                                    port, Duration.ofSeconds(5), new dev.proa.core.MonotonicTime()))
                    .isTrue();
        }
    }

    @Test
    void aLostGuardCostsTheSocketButNotItsNumber() {
        try (var bench =
                TestBench.of(
                        data,
                        Specs.sidecar("api").python(SERVER).port(INHERIT).ready(new Check.Tcp()))) {
            var before = bench.start().await("api", SidecarPhase.READY);
            ProcessHandle.current()
                    .descendants()
                    .filter(child -> child.info().command().orElse("").endsWith("proa-guard"))
                    .forEach(ProcessHandle::destroyForcibly);
            Await.until(
                    "ready again",
                    () ->
                            bench.status("api").ready()
                                    && !bench.status("api").pid().equals(before.pid()));

            assertThat(bench.status("api").port()).isEqualTo(before.port());
            assertThat(get(before.port().orElseThrow().number())).isEqualTo("HTTP/1.1 200 OK");
        }
    }

    @Test
    void aPreferredPortThatIsTakenIsReplacedAndThatIsSaid() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
                var bench =
                        TestBench.of(
                                data,
                                Specs.sidecar("api")
                                        .python(SERVER)
                                        .port(
                                                new Port.Inherit(
                                                        OptionalInt.of(taken.getLocalPort())))
                                        .ready(new Check.Tcp()))) {
            var status = bench.start().await("api", SidecarPhase.READY);

            assertThat(status.port()).isNotEqualTo(new LoopbackPort(taken.getLocalPort()));
            assertThat(status.reason())
                    .isEqualTo(
                            "it listens on %s, for %d cannot be had"
                                    .formatted(status.port().orElseThrow(), taken.getLocalPort()));
        }
    }

    @Test
    void theSocketIsGivenBackAtTheEnd() {
        LoopbackPort port;
        try (var bench =
                TestBench.of(
                        data,
                        Specs.sidecar("api").python(SERVER).port(INHERIT).ready(new Check.Tcp()))) {
            port = bench.start().await("api", SidecarPhase.READY).port().orElseThrow();
            bench.supervisor().stop("api");
            bench.await("api", SidecarPhase.STOPPED);
            assertThat(PortHolder.of(port)).isPresent(); // by the guard
        }
        assertThat(PortHolder.of(port)).isEmpty();
    }

    @Test
    void requestsMayGoToAKeptSocketBeforeTheSidecarTakesThem() {
        try (var bench =
                TestBench.of(
                        data,
                        Specs.sidecar("kept")
                                .runs("sleep", "1000")
                                .port(INHERIT)
                                .ready(new Check.Tcp()),
                        Specs.sidecar("own").runs("sleep", "1000").port().ready(new Check.Tcp()))) {
            var kept = bench.start().await("kept", SidecarPhase.STARTING).port();
            bench.await("own", SidecarPhase.STARTING);

            assertThat(bench.supervisor().upstream("kept")).isPresent().isEqualTo(kept);
            assertThat(bench.supervisor().upstream("own")).isEmpty();

            bench.supervisor().stop("kept");
            bench.await("kept", SidecarPhase.STOPPED);
            assertThat(bench.supervisor().upstream("kept")).isEmpty();
        }
    }
}
