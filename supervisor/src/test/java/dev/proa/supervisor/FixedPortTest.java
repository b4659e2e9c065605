package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.LoopbackPort;
import dev.proa.profile.SidecarSpec.Check;
import dev.proa.profile.SidecarSpec.Port;
import dev.proa.profile.SidecarSpec.Taken;
import dev.proa.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faults 18 and 29: somebody else has the port. */
class FixedPortTest {
    private static final String LISTEN =
            "import os,socket,time; s=socket.socket();"
                    + " s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1);"
                    + " s.bind(('127.0.0.1', int(os.environ['PROA_PORT']))); s.listen();"
                    + " time.sleep(1000)";

    @TempDir Path data;

    private static ServerSocket any() throws IOException {
        return new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"));
    }

    private static Specs fixed(int port, Taken taken) {
        return Specs.sidecar("db")
                .python(LISTEN)
                .port(new Port.Fixed(new LoopbackPort(port), taken))
                .ready(new Check.Tcp());
    }

    private static Ports ports(LongPredicate reaped) {
        return new Ports(
                new Listeners(),
                (_, _) -> {
                    throw new IOException("no guard");
                },
                reaped);
    }

    private static String holder() {
        return "is taken by pid " + ProcessHandle.current().pid() + " (";
    }

    @SuppressWarnings("try") // closed before the end of its scope, which is the point
    @Test
    void askWaitsForAPersonAndStartsOnRequestOnceThePortIsFree() throws IOException {
        try (var taken = any();
                var bench = TestBench.of(data, fixed(taken.getLocalPort(), Taken.ASK))) {
            var status = bench.start().await("db", SidecarPhase.SAFE_MODE);
            assertThat(status.reason()).contains(taken.getLocalPort() + " " + holder());
            assertThat(status.restarts()).isZero();

            bench.supervisor().restart("db");
            Await.until(
                    "it was tried again",
                    () ->
                            bench.changes.stream()
                                            .filter(s -> s.state() == SidecarPhase.SAFE_MODE)
                                            .count()
                                    == 2);
            taken.close();
            bench.supervisor().restart("db");
            assertThat(bench.await("db", SidecarPhase.READY).port().orElseThrow().number())
                    .isEqualTo(
                            status.port().map(LoopbackPort::number).orElse(taken.getLocalPort()));
        }
    }

    @SuppressWarnings("try") // closed before the end of its scope, which is the point
    @Test
    void moveTakesAnotherPortSaysSoAndKeepsItOverRestarts() throws IOException {
        try (var taken = any();
                var bench = TestBench.of(data, fixed(taken.getLocalPort(), Taken.MOVE))) {
            int wish = taken.getLocalPort();
            var status = bench.start().await("db", SidecarPhase.READY);
            assertThat(status.port().orElseThrow().number()).isNotEqualTo(wish);
            assertThat(status.reason())
                    .startsWith("its port " + wish + " " + holder())
                    .endsWith(", so it has " + status.port().orElseThrow());
            assertThat(String.join("\n", bench.story())).contains("its port " + wish + " is taken");

            taken.close();
            bench.supervisor().restart("db");
            Await.until(
                    "another process",
                    () ->
                            bench.status("db").ready()
                                    && !bench.status("db").pid().equals(status.pid()));
            assertThat(bench.status("db").port()).isEqualTo(status.port());
        }
    }

    @Test
    void aLeftoverOfOursIsEndedAndNobodyElse() throws Exception {
        try (var taken = any()) {
            var asked = new ArrayList<Long>();
            var spec = fixed(taken.getLocalPort(), Taken.FAIL).done();
            var notOurs =
                    ports(pid -> {
                        asked.add(pid);
                        return false;
                    });
            assertThat(notOurs.choose(spec)).isInstanceOf(Ports.Choice.Taken.class);
            assertThat(asked).containsExactly(ProcessHandle.current().pid());

            var ours =
                    ports(_ -> {
                        close(taken);
                        return true;
                    });
            assertThat(ours.choose(spec))
                    .isEqualTo(new Ports.Choice.Chosen(new LoopbackPort(taken.getLocalPort())));
        }
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void ofAProcessOfAnotherUserOnlyTheUserIsKnown() throws IOException {
        // A /proc whose processes show no files, as those of another user.
        var net = Files.createDirectories(data.resolve("proc/net"));
        try (var taken = any()) {
            Files.writeString(
                    net.resolve("tcp"),
                    "0: 0100007F:%04X 00000000:0000 0A 0:0 0:0 0 4242 0 99999999 1\n"
                            .formatted(taken.getLocalPort()));
            var conflict =
                    PortConflict.on(
                            new LoopbackPort(taken.getLocalPort()),
                            new Listeners(data.resolve("proc")));

            assertThat(conflict.orElseThrow().words())
                    .isEqualTo("a process of user id 4242, which cannot be looked at");
            assertThat(conflict.orElseThrow().owner()).isEmpty();
        }
    }

    @SuppressWarnings("try") // closed before the end of its scope, which is the point
    @Test
    void whatIsLeftOfClosedConnectionsIsNoObstacle() throws IOException {
        int port;
        try (var server = any();
                var client = new Socket(InetAddress.ofLiteral("127.0.0.1"), server.getLocalPort());
                var accepted = server.accept()) {
            port = server.getLocalPort();
            accepted.close(); // this end is the first: TIME_WAIT stays on the server's port
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(Files.readString(Path.of("/proc/net/tcp6")) + tcp())
                .contains(":%04X ".formatted(port));

        assertThat(ports(_ -> false).choose(fixed(port, Taken.FAIL).done()))
                .isEqualTo(new Ports.Choice.Chosen(new LoopbackPort(port)));
    }

    private static String tcp() throws IOException {
        return Files.readString(Path.of("/proc/net/tcp"));
    }

    @Test
    void aSecondAppNamesTheFirstOnesSidecarAndLeavesItAlone() throws IOException {
        int port;
        try (var probe = any()) {
            port = probe.getLocalPort();
        }
        var other = Files.createDirectory(data.resolve("other"));
        try (var first = TestBench.of(data, fixed(port, Taken.FAIL))) {
            var before = first.start().await("db", SidecarPhase.READY);
            // Not a bench: the first one's processes are there at its end, rightly.
            var second = ports(_ -> false).choose(fixed(port, Taken.FAIL).in(other).done());

            assertThat(second)
                    .isInstanceOfSatisfying(
                            Ports.Choice.Taken.class,
                            taken ->
                                    assertThat(taken.problem().what())
                                            .contains("pid " + before.pid().orElseThrow() + " (")
                                            .contains("python"));
            assertThat(first.status("db").pid()).isEqualTo(before.pid());
            assertThat(first.status("db").ready()).isTrue();
        }
    }
}
