package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.LoopbackPort;
import dev.proa.profile.SidecarSpec.Check;
import dev.proa.profile.SidecarSpec.Port;
import dev.proa.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortsTest {
    private static final String LISTEN =
            "import os,socket,time; s=socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1);"
                    + " s.bind(('127.0.0.1', int(os.environ['PROA_PORT']))); s.listen(); time.sleep(1000)";

    @TempDir Path data;

    private static ServerSocket listener(int port, String address) throws IOException {
        var socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.ofLiteral(address), port));
        return socket;
    }

    @Test
    void findsTheProcessThatListensOnAPort() throws IOException {
        var listeners = new Listeners();
        for (var address : List.of("127.0.0.1", "0.0.0.0", "::")) {
            try (var socket = listener(0, address)) {
                var found = listeners.on(new LoopbackPort(socket.getLocalPort()));
                assertThat(found).as(address).hasSize(1);
                var owner = listeners.owner(found.iterator().next()).orElseThrow();

                assertThat(owner.pid()).isEqualTo(ProcessHandle.current().pid());
                assertThat(owner.executable().orElseThrow()).endsWith("/bin/java");
                assertThat(listeners.heldBy(found, List.of(owner.pid()))).isTrue();
                assertThat(listeners.heldBy(found, List.of(1L))).isFalse();
            }
        }
    }

    @Test
    void doesNotTakeAListenerOfAnotherAddressForOne() throws IOException {
        try (var socket = listener(0, "127.0.0.9")) {
            assertThat(new Listeners().on(new LoopbackPort(socket.getLocalPort()))).isEmpty();
        }
    }

    @SuppressWarnings("try") // closed before the end of its scope, which is the point
    @Test
    void aFixedPortThatIsTakenNamesItsHolderAndIsNotTried() throws IOException {
        try (var socket = listener(0, "127.0.0.1")) {
            int port = socket.getLocalPort();
            try (var bench =
                    TestBench.of(
                            data,
                            Specs.sidecar("db")
                                    .python(LISTEN)
                                    .port(
                                            new Port.Fixed(
                                                    new LoopbackPort(port),
                                                    dev.proa.profile.SidecarSpec.Taken.FAIL))
                                    .ready(new Check.Tcp()))) {
                var status = bench.start().await("db", SidecarPhase.FAILED_CONFIG);

                assertThat(status.problem().orElseThrow().toString())
                        .startsWith(
                                "proa.yaml /sidecars/db/port: "
                                        + port
                                        + " is taken by pid "
                                        + ProcessHandle.current().pid())
                        .contains("/bin/java, user ");
                socket.close();
                bench.supervisor().start("db");
                assertThat(bench.await("db", SidecarPhase.READY).port())
                        .contains(new LoopbackPort(port));
            }
        }
    }

    @SuppressWarnings("try") // closed before the end of its scope, which is the point
    @Test
    void aPreferredPortIsTakenWhenItIsFreeAndAnotherOneWhenNot() throws IOException {
        try (var taken = listener(0, "0.0.0.0")) {
            var wish = OptionalInt.of(taken.getLocalPort());
            try (var bench =
                    TestBench.of(
                            data,
                            Specs.sidecar("db")
                                    .python(LISTEN)
                                    .port(new Port.Assigned(wish))
                                    .ready(new Check.Tcp()))) {
                var port = bench.start().await("db", SidecarPhase.READY).port().orElseThrow();
                assertThat(port.number()).isNotEqualTo(wish.getAsInt());
            }
            taken.close();
            try (var bench =
                    TestBench.of(
                            data,
                            Specs.sidecar("db")
                                    .python(LISTEN)
                                    .port(new Port.Assigned(wish))
                                    .ready(new Check.Tcp()))) {
                var port = bench.start().await("db", SidecarPhase.READY).port().orElseThrow();
                assertThat(port.number()).isEqualTo(wish.getAsInt());
                bench.supervisor().restart("db");
                Await.until(
                        "restarted",
                        () ->
                                bench.changes.stream()
                                                .filter(SidecarStatus::ready)
                                                .map(SidecarStatus::pid)
                                                .distinct()
                                                .count()
                                        == 2);
                assertThat(bench.status("db").port()).contains(port);
            }
        }
    }

    @Test
    void aForeignListenerIsNeverReadyAndNeverSpokenTo() throws IOException {
        // The sidecar lives, does not listen, and somebody else answers on its port.
        for (var check : List.of(new Check.Tcp(), new Check.Http("/", 200, Map.of()))) {
            try (var bench =
                    TestBench.of(
                            data,
                            Specs.sidecar("api")
                                    .runs("sleep", "1000")
                                    .port()
                                    .ready(check)
                                    .within(Duration.ofSeconds(2)))) {
                bench.start();
                Await.until("it has a process", () -> bench.status("api").pid().isPresent());
                int port = bench.status("api").port().orElseThrow().number();
                try (var foreign = listener(port, "127.0.0.1")) {
                    foreign.setSoTimeout(10);
                    Await.until("it is given up", () -> bench.status("api").restarts() > 0);
                    assertThat(bench.changes).noneMatch(SidecarStatus::ready);
                    assertThat(accepted(foreign)).isFalse();
                    // Its next start gets another port.
                    Await.until(
                            "another port",
                            () ->
                                    bench.status("api")
                                            .port()
                                            .filter(now -> now.number() != port)
                                            .isPresent());
                    assertThat(bench.status("api").budget().used()).isLessThanOrEqualTo(1);
                }
            }
        }
    }

    private static boolean accepted(ServerSocket socket) throws IOException {
        try (var _ = socket.accept()) {
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    @Test
    void aPortThatIsLostInTheRaceToBindIsReplacedWithoutCharge() throws IOException {
        // The sidecar itself opens the way: it waits until the test has taken its port.
        var script =
                "import os,socket,sys,time\n"
                        + "while not os.path.exists('go'): time.sleep(0.01)\n"
                        + LISTEN.replace("; ", "\n");
        try (var bench =
                TestBench.of(
                        data,
                        Specs.sidecar("api")
                                .python(script)
                                .in(data)
                                .port()
                                .ready(new Check.Tcp()))) {
            bench.start();
            Await.until("it has a process", () -> bench.status("api").pid().isPresent());
            var lost = bench.status("api").port().orElseThrow();
            try (var _ = listener(lost.number(), "127.0.0.1")) {
                java.nio.file.Files.createFile(data.resolve("go"));
                var status = bench.await("api", SidecarPhase.READY);

                assertThat(status.port().orElseThrow()).isNotEqualTo(lost);
                assertThat(status.budget().used()).isZero();
                assertThat(status.lastExit().orElseThrow().code()).hasValue(1);
                assertThat(String.join("\n", bench.story()))
                        .contains(
                                "its port "
                                        + lost
                                        + " was taken by pid "
                                        + ProcessHandle.current().pid());
            }
        }
    }

    @Test
    void noTwoSidecarsGetTheSamePort() throws IOException {
        var ports =
                new Ports(
                        new Listeners(),
                        (_, _) -> {
                            throw new IOException("no guard");
                        },
                        _ -> false);
        var seen = new HashSet<LoopbackPort>();
        for (int i = 0; i < 200; i++) {
            var choice = ports.choose(Specs.sidecar("s" + i).port().done());
            assertThat(choice)
                    .isInstanceOfSatisfying(
                            Ports.Choice.Chosen.class,
                            chosen -> assertThat(seen.add(chosen.port())).isTrue());
        }
    }
}
