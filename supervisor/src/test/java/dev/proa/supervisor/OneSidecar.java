package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.InstanceId;
import dev.proa.core.LoopbackPort;
import dev.proa.core.MonotonicTime;
import dev.proa.core.Secret;
import dev.proa.core.WallTime;
import dev.proa.journal.RuntimeEvent;
import dev.proa.profile.SidecarSpec;
import dev.proa.testkit.Await;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** One real sidecar under a real guard, without the rules that restart it. */
final class OneSidecar implements AutoCloseable, GuardNews {
    final SidecarSpec spec;
    final SidecarAccess access;
    final InstanceId instance = InstanceId.random();
    final Secret token = Secret.random();
    final Path data;
    final List<RuntimeEvent> journal = Collections.synchronizedList(new ArrayList<>());
    private static final int PORT_RETRIES = 3;

    private final SupervisorSetup setup;
    private final GuardClient guard;
    private final Launcher launcher;
    private final CountDownLatch up = new CountDownLatch(1);
    private final CountDownLatch gone = new CountDownLatch(1);
    private volatile Run run = new Run(1, 0, 0);

    private OneSidecar(Path data, SidecarSpec spec) throws Exception {
        this.data = data;
        this.spec = spec;
        Files.createDirectories(data.resolve("logs"));
        setup =
                new SupervisorSetup(
                        List.of(spec),
                        data,
                        instance,
                        "local_fullstack",
                        Optional.empty(),
                        new HashMap<>(System.getenv()),
                        Path.of(System.getProperty("proa.guard")),
                        journal::add,
                        new MonotonicTime(),
                        new WallTime(),
                        Optional.empty(),
                        _ -> {});
        Files.createDirectories(data.resolve("runtime"));
        guard = new GuardClient(setup);
        guard.start(true);
        var listeners = new Listeners();
        launcher = new Launcher(setup, guard, new Ports(listeners, guard::listen, _ -> false));
        access =
                new SidecarAccess(spec, token, setup, launcher, guard, new PortIdentity(listeners));
    }

    /** Starts it and waits for its process. */
    static OneSidecar of(Path data, Specs spec) throws Exception {
        var sidecar = new OneSidecar(data, spec.done());
        sidecar.launcher.launch(sidecar.spec, sidecar.token, sidecar);
        sidecar.up.await();
        return sidecar;
    }

    /**
     * As {@link #of}, and waits until it listens on its port. The port is free when it is chosen; a
     * sidecar that ends because a stranger was faster is started anew, as the life cycle does it.
     */
    static OneSidecar listening(Path data, Specs spec) throws Exception {
        for (int more = PORT_RETRIES; ; more--) {
            var sidecar = of(data, spec);
            try {
                Await.until("its listener", () -> sidecar.listens() || !sidecar.alive());
            } catch (AssertionError e) {
                sidecar.close();
                throw e;
            }
            if (more == 0 || sidecar.alive()) {
                return sidecar;
            }
            sidecar.close();
        }
    }

    private boolean listens() {
        return access.unreachable(run).isEmpty();
    }

    Run run() {
        return run;
    }

    LoopbackPort port() {
        return launcher.port(spec).orElseThrow();
    }

    /** Why a check does not hold. */
    Optional<String> miss(SidecarSpec.Check check, Duration timeout) throws InterruptedException {
        return new Examiner(access, check, timeout, true).miss(run);
    }

    boolean alive() {
        return gone.getCount() > 0;
    }

    /** Command lines of the processes of this test below its guards. */
    static List<String> children() {
        return ProcessHandle.current()
                .descendants()
                .flatMap(handle -> handle.info().commandLine().stream())
                .toList();
    }

    static List<dev.proa.profile.Template> words(String... words) {
        return java.util.stream.Stream.of(words)
                .map(word ->
                        new dev.proa.profile.Template(word, dev.proa.core.Where.of("proa.yaml")))
                .toList();
    }

    static SidecarSpec.Check.Http http(String path) {
        return new SidecarSpec.Check.Http(path, 200, Map.of());
    }

    @Override
    public void started(long pid, long guardPid, InputStream output) {
        run = new Run(1, pid, guardPid);
        new LogPump(
                        spec.id(),
                        launcher.log(spec.id()),
                        output,
                        new LineRing(),
                        new LineWatch(),
                        setup.journal())
                .start();
        up.countDown();
    }

    @Override
    public void failed(StartFailure failure) {
        throw new AssertionError(failure.words());
    }

    @Override
    public void exited(Exit exit) {}

    @Override
    public void emptied(int survivors) {
        gone.countDown();
    }

    @Override
    public void notEmpty(List<Long> pids) {}

    @Override
    public void close() {
        try {
            assertThat(guard.close(Duration.ofSeconds(15))).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertThat(children()).as("children of this test").isEmpty();
    }
}
