package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proa.core.LoopbackPort;
import dev.proa.profile.SidecarSpec.Confinement;
import dev.proa.profile.SidecarSpec.Isolation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real guard, asked as the supervisor asks it. */
class GuardConnectionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String ANSWER =
            "import os, socket; listener = socket.socket(fileno=3); client = listener.accept()[0];"
                    + " client.sendall(os.environ['LISTEN_FDNAMES'].encode()); client.close()";

    private final CompletableFuture<String> lost = new CompletableFuture<>();
    private GuardConnection guard;

    /** What became of one process. */
    private static final class Heard implements GuardNews {
        final CompletableFuture<Placement> placement = new CompletableFuture<>();
        final CompletableFuture<String> output = new CompletableFuture<>();
        final CompletableFuture<StartFailure> failure = new CompletableFuture<>();
        final CompletableFuture<Exit> exit = new CompletableFuture<>();
        final CompletableFuture<Integer> survivors = new CompletableFuture<>();

        @Override
        public void placed(Placement where) {
            placement.complete(where);
        }

        @Override
        public void started(long pid, long guardPid, InputStream stream) {
            Thread.ofPlatform().start(() -> output.complete(read(stream)));
        }

        private static String read(InputStream stream) {
            try (stream) {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void failed(StartFailure why) {
            failure.complete(why);
        }

        @Override
        public void exited(Exit how) {
            exit.complete(how);
        }

        @Override
        public void emptied(int count) {
            survivors.complete(count);
        }

        @Override
        public void notEmpty(List<Long> pids) {}
    }

    @BeforeEach
    void open() throws IOException {
        guard = open(lost);
    }

    private static GuardConnection open(CompletableFuture<String> lost) throws IOException {
        var program = Path.of(System.getProperty("proa.guard"));
        return GuardConnection.open(program, "test-1", lost::complete);
    }

    @AfterEach
    void nothingIsLeft() throws InterruptedException {
        assertThat(guard.close(PATIENCE)).isTrue();
    }

    private static <T> T await(CompletableFuture<T> news) throws Exception {
        return news.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private Heard spawn(Confinement confinement, Optional<String> listener, String... command) {
        var heard = new Heard();
        var environment = Map.of("PATH", System.getenv("PATH"));
        var launch = new Launch(List.of(command), Path.of("/"), environment, confinement, listener);
        guard.spawn(launch, heard);
        return heard;
    }

    private static Confinement confined(Isolation isolation, int umask, int nice) {
        return new Confinement(
                isolation,
                OptionalInt.of(umask),
                OptionalInt.of(nice),
                OptionalLong.empty(),
                OptionalInt.empty());
    }

    private static String ask(LoopbackPort port) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port.number())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aSocketIsHeldFromOneProcessToTheNext() throws Exception {
        var port = guard.listen("web", 0);

        for (int i = 0; i < 2; i++) {
            var server = spawn(Confinement.NONE, Optional.of("web"), "python3", "-c", ANSWER);
            assertThat(ask(port)).isEqualTo("proa");
            assertThat(await(server.survivors)).isZero();
        }
    }

    @Test
    void aPortThatSomebodyElseHasIsSaidInWords() throws IOException {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int taken = other.getLocalPort();
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> guard.listen("web", taken))
                        .isInstanceOf(BindException.class)
                        .hasMessage("the port is taken");
            }
        }
        assertThat(guard.listen("web", 0).number()).isPositive();
        assertThatThrownBy(() -> guard.listen("web", 0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aPortIsFreeWhenItWasGivenBack() throws IOException {
        var port = guard.listen("web", 0);
        guard.unlisten("web");
        guard.unlisten("nobody");

        assertThat(guard.listen("other", port.number())).isEqualTo(port);
    }

    @Test
    void theNextChainBindsThePortsOfALostOne() throws Exception {
        var port = guard.listen("web", 0);
        ProcessHandle.of(guard.hello().rootPid()).orElseThrow().destroyForcibly();
        await(lost);
        assertThatThrownBy(() -> guard.listen("late", 0))
                .isInstanceOf(IOException.class)
                .hasMessage("the guard is gone");

        guard.close(PATIENCE);
        guard = open(new CompletableFuture<>());
        var early = spawn(Confinement.NONE, Optional.of("web"), "true");
        assertThat(await(early.failure).words()).isEqualTo("no such listener");
        assertThat(await(early.failure).lasting()).isFalse();
        assertThat(guard.listen("web", port.number())).isEqualTo(port);
    }

    @Test
    void aProcessIsConfinedAsAsked() throws Exception {
        var show = "umask; nice; echo $$";

        var free = spawn(Confinement.NONE, Optional.empty(), "sh", "-c", show);
        var confined =
                spawn(confined(Isolation.PIDNS, 0027, 7), Optional.empty(), "sh", "-c", show);

        assertThat(await(confined.output).lines()).containsExactly("0027", "7", "2");
        assertThat(await(free.output).lines()).element(2).isNotEqualTo("2");
        assertThat(guard.hello().namespaces()).isTrue();
    }

    @Test
    void whatCannotBeHadIsSaidInWords() {
        assertThat(new StartFailure(StartFailure.Stage.of(5), 13).words())
                .isEqualTo("its niceness cannot be had: permission denied");
        assertThat(new StartFailure(StartFailure.Stage.of(6), 1).words())
                .isEqualTo("a PID namespace cannot be had here: not permitted");
        assertThat(new StartFailure(StartFailure.Stage.NAMESPACE, 1).lasting()).isTrue();
        assertThat(new StartFailure(StartFailure.Stage.NAMESPACE, 11).lasting()).isFalse();
    }

    @Test
    void limitsThatAreNotKeptAreSaid() throws Exception {
        var limits =
                new Confinement(
                        Isolation.NONE,
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        OptionalLong.of(64L << 20),
                        OptionalInt.of(50));

        var limited = spawn(limits, Optional.empty(), "cat", "/proc/self/cgroup");
        var free = spawn(Confinement.NONE, Optional.empty(), "true");

        var where = await(limited.placement);
        assertThat(where.limitsHold()).isEqualTo(holds(where.cgroup(), await(limited.output)));
        assertThat(where.cgroup().isPresent()).isEqualTo(guard.hello().cgroups());
        assertThat(await(free.placement).limitsHold()).isTrue();
        await(limited.survivors);
        assertThat(where.cgroup().map(Files::exists).orElse(false)).isFalse();
    }

    /** As the kernel tells: it offers both controllers here, and the process is in its cgroup. */
    private static boolean holds(Optional<Path> cgroup, String own) throws IOException {
        if (cgroup.isEmpty()) {
            return false;
        }
        var name = cgroup.get().getFileName().toString();
        assertThat(name).startsWith("proa-test-1-");
        assertThat(own).contains("/" + name);
        var enabled =
                Files.readString(cgroup.get().resolveSibling("cgroup.subtree_control")).strip();
        return List.of(enabled.split(" ")).containsAll(List.of("memory", "pids"));
    }
}
