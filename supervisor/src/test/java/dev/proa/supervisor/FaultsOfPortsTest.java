package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.core.LoopbackPort;
import dev.proa.profile.SidecarSpec.Check;
import dev.proa.profile.SidecarSpec.Port;
import dev.proa.profile.SidecarSpec.Taken;
import dev.proa.testkit.Await;
import dev.proa.testkit.Fault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults 18 and 19: a fixed port is somebody else's. That of our own leftover is in {@code
 * FaultsIT} of the product.
 */
class FaultsOfPortsTest {
    private static final String LISTEN =
            """
            import os, socket, sys, time
            s = socket.socket()
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.bind(('127.0.0.1', int(os.environ.get('PROA_PORT', '0')))); s.listen()
            print(s.getsockname()[1], flush=True)
            time.sleep(1000)
            """;

    @TempDir Path folder;

    private Path data(String name, int trial) throws IOException {
        return Files.createDirectory(folder.resolve(name + trial));
    }

    private static Specs fixed(int port) {
        return Specs.sidecar("db")
                .python(LISTEN)
                .port(new Port.Fixed(new LoopbackPort(port), Taken.FAIL))
                .ready(new Check.Tcp());
    }

    @Test
    void aForeignProcessIsNamedAndLives() throws Exception {
        heldBy("foreign process", List.of());
    }

    @Test
    void aProcessOfAnotherUserIsNamedAndLives() throws Exception {
        assumeTrue(
                "root".equals(System.getProperty("user.name")),
                "only root can start a program as another user");
        heldBy("other user", List.of("setpriv", "--reuid=65534", "--clear-groups"));
    }

    private void heldBy(String who, List<String> before) throws Exception {
        var fault = Fault.number(18, "fixed port held by " + who);
        for (int i = 0; i < fault.trials(1, 20); i++) {
            var command = new ArrayList<>(before);
            command.addAll(List.of("/usr/bin/python3", "-S", "-c", LISTEN));
            var holder = new ProcessBuilder(command).directory(Path.of("/").toFile()).start();
            try {
                int port = Integer.parseInt(holder.inputReader().readLine());
                SidecarStatus status;
                try (var supervisor = Alone.of(data("held", i), fixed(port))) {
                    status = supervisor.awaitEnd();
                }
                assertThat(status.problem().orElseThrow().what())
                        .contains(port + " is taken by pid " + holder.pid() + " (")
                        .contains("python");
                assertThat(status.pid()).isEmpty();
                fault.tried(holder.isAlive() && status.restarts() == 0);
            } finally {
                holder.destroyForcibly().waitFor();
            }
        }
        fault.conclude();
    }

    @SuppressWarnings("try") // closed before the end of its scope, which is the point
    @Test
    void whatIsLeftOfClosedConnectionsIsNoObstacle() throws IOException {
        var fault = Fault.number(18, "fixed port in TIME_WAIT");
        for (int i = 0; i < fault.trials(1, 20); i++) {
            int port;
            var address = InetAddress.ofLiteral("127.0.0.1");
            try (var server = new ServerSocket(0, 5, address);
                    var client = new Socket(address, server.getLocalPort());
                    var accepted = server.accept()) {
                port = server.getLocalPort();
                accepted.close(); // this end is the first: TIME_WAIT stays on the server's port
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(
                            Files.readString(Path.of("/proc/net/tcp6"))
                                    + Files.readString(Path.of("/proc/net/tcp")))
                    .contains(":%04X ".formatted(port));
            try (var bench = TestBench.of(data("wait", i), fixed(port))) {
                var status = bench.start().await("db", SidecarPhase.READY);
                fault.tried(status.port().orElseThrow().number() == port && status.restarts() == 0);
            }
        }
        fault.conclude();
    }

    @Test
    void aForeignServerThatAnswers200IsNeverReadyAndGetsNoToken() throws IOException {
        var fault = Fault.number(19, "foreign server answers 200 on the port");
        int asked = 0;
        for (int i = 0; i < fault.trials(1, 10); i++) {
            var heads = Collections.synchronizedList(new ArrayList<String>());
            var place = data("foreign", i);
            try (var bench =
                    TestBench.of(
                            place,
                            Specs.sidecar("api")
                                    .shell("sleep 1000")
                                    .port()
                                    .ready(new Check.Http("/", 200, Map.of()))
                                    .within(Duration.ofSeconds(2)))) {
                bench.start();
                Await.until("it has a process", () -> bench.status("api").pid().isPresent());
                int port = bench.status("api").port().orElseThrow().number();
                var token = bench.supervisor().token("api").reveal();
                try (var foreign = new OtherBackend(port, 200, "{\"ok\":true}", heads)) {
                    assertThat(foreign.port()).isEqualTo(port);
                    Await.until(
                            "it is given up",
                            () -> bench.changes.stream().anyMatch(status -> status.restarts() > 0));
                }
                asked += heads.size();
                fault.tried(
                        bench.changes.stream().noneMatch(SidecarStatus::ready)
                                && heads.stream().noneMatch(head -> head.contains(token)));
            }
        }
        fault.figure("lines_said_to_it", asked).conclude();
    }

    /** A supervisor beside other processes of the test. */
    private record Alone(Supervisor supervisor) implements AutoCloseable {
        static Alone of(Path data, Specs spec) {
            return new Alone(TestBench.of(data, spec).start().supervisor());
        }

        SidecarStatus awaitEnd() {
            Await.until(
                    "it is refused",
                    () ->
                            supervisor.status("db").orElseThrow().state()
                                    == SidecarPhase.FAILED_CONFIG);
            return supervisor.status("db").orElseThrow();
        }

        @Override
        public void close() {
            supervisor.close();
        }
    }
}
