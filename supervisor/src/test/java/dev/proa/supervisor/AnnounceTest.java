package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.InstanceId;
import dev.proa.core.LoopbackPort;
import dev.proa.profile.SidecarSpec.Check;
import dev.proa.profile.SidecarSpec.Need;
import dev.proa.profile.SidecarSpec.Port;
import dev.proa.testkit.Await;
import dev.proa.testkit.Fault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnnounceTest {
    private static final String BIND =
            """
            import os,socket,sys,time
            assert os.environ['PROA_PORT'] == '0'
            s = socket.socket()
            s.bind(('127.0.0.1', 0)); s.listen()
            port = s.getsockname()[1]
            file = os.environ['PROA_PORT_FILE']
            """;

    private static final String STAY = "time.sleep(1000)\n";

    private static final String RENAMED =
            BIND
                    + "open(file + '.new', 'w').write(str(port) + '\\n')\n"
                    + "os.rename(file + '.new', file)\n"
                    + STAY;

    private static final Port FILE = new Port.Announce(Optional.empty());
    private static final Port LINE =
            new Port.Announce(Optional.of(Pattern.compile("listening on \\S+:(\\w+)")));

    @TempDir Path data;

    private TestBench bench(String script, Port port, Check check) {
        return TestBench.of(
                data,
                Specs.sidecar("api")
                        .python(script)
                        .port(port)
                        .ready(check)
                        .within(Duration.ofSeconds(20)));
    }

    private static String reason(TestBench bench) {
        return bench.status("api").reason();
    }

    @Test
    void aPortFileThatIsRenamedIntoPlaceTellsThePort() {
        try (var bench = bench(RENAMED, FILE, new Check.Tcp())) {
            var status = bench.start().await("api", SidecarPhase.READY);

            assertThat(status.port()).isPresent();
            assertThat(status.reason()).isEmpty();
            assertThat(bench.supervisor().upstream("api")).isEqualTo(status.port());
        }
    }

    @Test
    void aPortFileOfJsonIsTakenOnlyWithThisInstance() {
        var json =
                BIND
                        + "import json\n"
                        + "def tell(who): open(file, 'w').write(json.dumps({'port': port, 'instance': who}))\n"
                        + "tell('another')\n"
                        + "while not os.path.exists('go'): time.sleep(0.01)\n"
                        + "tell(os.environ['PROA_INSTANCE'])\n"
                        + STAY;
        try (var bench =
                TestBench.of(
                        data,
                        Specs.sidecar("api")
                                .python(json)
                                .in(data)
                                .port(FILE)
                                .ready(new Check.Announce()))) {
            bench.start();
            Await.until("refused", () -> reason(bench).startsWith("it "));
            assertThat(reason(bench))
                    .isEqualTo("it wrote a port file for another instance, \"\"another\"\"");
            assertThat(bench.status("api").port()).isEmpty();

            Files.createFile(data.resolve("go"));
            assertThat(bench.await("api", SidecarPhase.READY).reason()).isEmpty();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aLineOfOutputTellsThePort() {
        var script = BIND + "print('listening on 127.0.0.1:%d' % port, flush=True)\n" + STAY;
        try (var bench = bench(script, LINE, new Check.Tcp())) {
            assertThat(bench.start().await("api", SidecarPhase.READY).port()).isPresent();
        }
    }

    @Test
    void whatNamesNoPortIsSaidInTheReason() {
        var script = BIND + "open(file, 'w').write('soon')\n" + STAY;
        try (var bench = bench(script, FILE, new Check.Tcp())) {
            bench.start();
            Await.until("a reason", () -> reason(bench).startsWith("it "));

            assertThat(reason(bench))
                    .isEqualTo("it wrote to its port file \"soon\", which is no port (1 to 65535)");
            assertThat(bench.status("api").ready()).isFalse();
        }
    }

    @Test
    void aLineWithoutANumberIsSaidInTheReason() {
        var script = BIND + "print('listening on 127.0.0.1:later', flush=True)\n" + STAY;
        try (var bench = bench(script, LINE, new Check.Tcp())) {
            bench.start();
            Await.until("a reason", () -> reason(bench).startsWith("it "));
            assertThat(reason(bench))
                    .isEqualTo("it printed the port \"later\", which is no port (1 to 65535)");
        }
    }

    @Test
    void readsNumbersAndJsonAndRefusesEverythingElse() throws IOException {
        var instance = InstanceId.random();
        var file = new PortFile(data.resolve("port"), instance);
        assertThat(file.read()).isEqualTo(new Announcement.Silent());
        for (var good :
                new String[] {
                    "4711",
                    "4711\n",
                    "4711\r\n",
                    " 4711 ",
                    "{\"port\":4711}",
                    "{\"port\": 4711, \"instance\": \"" + instance + "\", \"more\": 1}\n"
                }) {
            Files.writeString(file.path(), good);
            assertThat(file.read())
                    .as(good)
                    .isEqualTo(new Announcement.Told(new LoopbackPort(4711)));
        }
        for (var bad :
                new String[] {
                    "0",
                    "65536",
                    "-1",
                    "+80",
                    "4711 4712",
                    "0x10",
                    "{\"port\":\"4711\"}",
                    "{\"port\":4711",
                    "{}",
                    "{\"port\":4711,\"instance\":null}",
                    "\u0000",
                    "9".repeat(5000)
                }) {
            Files.writeString(file.path(), bad);
            assertThat(file.read()).as(bad).isInstanceOf(Announcement.Refused.class);
        }
        Files.write(file.path(), new byte[] {(byte) 0xff, (byte) 0xfe});
        assertThat(file.read()).isInstanceOf(Announcement.Refused.class);
        Files.writeString(file.path(), "");
        assertThat(file.read()).isEqualTo(new Announcement.Silent());
        file.clear();
        file.clear();
        assertThat(file.path()).doesNotExist();
    }

    @Test
    void aPortThatBelongsToAStrangerIsNeverReadyAndNeverSpokenTo() throws IOException {
        try (var stranger = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"))) {
            stranger.setSoTimeout(10);
            var script =
                    "import os,time\nopen(os.environ['PROA_PORT_FILE'], 'w').write('%d')\n%s"
                            .formatted(stranger.getLocalPort(), STAY);
            for (var check :
                    new Check[] {
                        new Check.Announce(),
                        new Check.Tcp(),
                        new Check.Http("/", 200, java.util.Map.of())
                    }) {
                try (var bench =
                        TestBench.of(
                                data,
                                Specs.sidecar("api")
                                        .python(script)
                                        .port(FILE)
                                        .ready(check)
                                        .within(Duration.ofSeconds(2)))) {
                    bench.start();
                    Await.until("it is given up", () -> bench.status("api").restarts() > 0);

                    assertThat(bench.changes).noneMatch(SidecarStatus::ready);
                    assertThat(accepted(stranger)).isFalse();
                    assertThat(bench.changes)
                            .anyMatch(status ->
                                    status.reason()
                                            .contains(
                                                    "it told port %d, which belongs to pid %d"
                                                            .formatted(
                                                                    stranger.getLocalPort(),
                                                                    ProcessHandle.current()
                                                                            .pid())));
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
    void whatAnEarlierProcessWroteIsNotBelieved() {
        // The second process of it tells nothing.
        var script =
                BIND
                        + "if not os.path.exists('second'):\n"
                        + "  open('second', 'w'); open(file, 'w').write(str(port))\n"
                        + STAY;
        try (var bench =
                TestBench.of(
                        data,
                        Specs.sidecar("api")
                                .python(script)
                                .in(data)
                                .port(FILE)
                                .ready(new Check.Tcp()))) {
            var first = bench.start().await("api", SidecarPhase.READY);
            bench.supervisor().restart("api");
            Await.until(
                    "a second process",
                    () ->
                            bench.status("api").pid().isPresent()
                                    && !bench.status("api").pid().equals(first.pid()));

            assertThat(bench.status("api").port()).isEmpty();
            assertThat(bench.supervisor().upstream("api")).isEmpty();
        }
    }

    @Test
    void whoNamesTheAnnouncedPortOfAnotherWaitsForIt() throws IOException {
        var late = RENAMED.replace("open(file +", "time.sleep(0.3)\nopen(file +");
        try (var bench =
                TestBench.of(
                        data,
                        Specs.sidecar("api").python(late).port(FILE).ready(new Check.Tcp()),
                        Specs.sidecar("web")
                                .shell("echo api is $API; exec sleep 1000")
                                .with("API", "${sidecars.api.port}")
                                .needs("api", new Need.Started()))) {
            bench.start();
            Await.until("web has a process", () -> bench.status("web").pid().isPresent());
            var port = bench.status("api").port().orElseThrow();
            Await.until(
                    "a line",
                    () ->
                            Files.exists(data.resolve("logs/web.log"))
                                    && bench.log("web").contains("\n"));

            assertThat(bench.log("web")).isEqualTo("api is " + port + "\n");
            assertThat(bench.changes)
                    .anyMatch(status ->
                            status.id().equals("web") && status.state() == SidecarPhase.WAITING);
        }
    }

    /** Fault 20: other programs take and leave ports all the time. */
    @Test
    void fiftyAtOnceAllGetAPortWhileOthersComeAndGo() throws Exception {
        try (var churn = new PortChurn(200)) {
            churn.begin();
            for (var port : new Port[] {FILE, new Port.Assigned(java.util.OptionalInt.empty())}) {
                var kind = port instanceof Port.Announce ? "announce" : "assigned";
                var fault = Fault.number(20, "ports under churn, fifty at once, " + kind);
                allGetAPort(fault, fault.trials(50, 1000), port);
                fault.figure("at_once", 50).conclude();
            }
        }
    }

    private void allGetAPort(Fault fault, int count, Port port) throws IOException {
        var program = data.resolve("bind.py");
        Files.writeString(
                program,
                """
                import os,socket,time
                s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                s.bind(('127.0.0.1', int(os.environ['PROA_PORT']))); s.listen()
                open(os.environ['PROA_PORT_FILE'], 'w').write(str(s.getsockname()[1]))
                time.sleep(1000)
                """);
        int left = count;
        while (left > 0) {
            var specs = new ArrayList<Specs>();
            for (int i = 0; i < Math.min(left, 50); i++) {
                specs.add(
                        Specs.sidecar("s" + i)
                                .runs("python3", "-S", "-I", program.toString())
                                .port(port)
                                .ready(new Check.Tcp()));
            }
            left -= specs.size();
            try (var bench = TestBench.of(data, specs.toArray(Specs[]::new))) {
                bench.start();
                Await.until(
                        "all are ready with " + port,
                        Duration.ofMinutes(2),
                        () ->
                                bench.supervisor().snapshot().stream()
                                        .allMatch(SidecarStatus::ready));
                var snapshot = bench.supervisor().snapshot();
                assertThat(snapshot.stream().map(s -> s.port().orElseThrow()).distinct())
                        .hasSize(specs.size());
                // An assigned port may be lost to another program and tried again, uncharged.
                snapshot.forEach(s ->
                        fault.tried(
                                s.budget().used() == 0
                                        && (port instanceof Port.Assigned
                                                || s.lastExit().isEmpty())));
            }
        }
    }
}
