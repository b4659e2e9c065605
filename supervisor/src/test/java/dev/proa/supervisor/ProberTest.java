package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.profile.SidecarSpec;
import dev.proa.profile.SidecarSpec.Check;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProberTest {
    private static final Duration EVERY = Duration.ofMillis(300);
    private static final Duration TIMEOUT = Duration.ofMillis(200);

    private static final String SERVE =
            """
            import http.server, os, time
            time.sleep(0.6)
            class Handler(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    self.send_response(200)
                    self.end_headers()
            http.server.ThreadingHTTPServer(('127.0.0.1', int(os.environ['PROA_PORT'])), Handler).serve_forever()
            """;

    @TempDir Path data;

    private final BlockingQueue<Runnable> inbox = new LinkedBlockingQueue<>();
    private final List<Input> told = Collections.synchronizedList(new ArrayList<>());

    private static Specs api() {
        return Specs.sidecar("api")
                .python(SERVE)
                .port()
                .live(new SidecarSpec.Live(new Check.Http("/", 200, Map.of()), EVERY, TIMEOUT, 3));
    }

    /** Does what the owner thread does, in one state, until {@code done} holds. */
    private void turnUntil(Prober prober, OneSidecar api, SidecarState state, BooleanSupplier done)
            throws InterruptedException {
        var end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!done.getAsBoolean()) {
            assertThat(System.nanoTime()).as("told: %s", told).isLessThan(end);
            prober.perhaps(state);
            var now = api.access.time().instant();
            var wake = prober.nextAt(state).orElse(now.plusMillis(100));
            var task =
                    inbox.poll(
                            Math.max(1, Duration.between(now, wake).toMillis()),
                            TimeUnit.MILLISECONDS);
            if (task != null) {
                task.run();
            }
        }
    }

    private static SidecarState starting(OneSidecar api) {
        return new SidecarState.Starting(1, api.run().pid(), Instant.MAX);
    }

    private static SidecarState ready(OneSidecar api) {
        return new SidecarState.Ready(1, api.run().pid(), Instant.EPOCH, 0);
    }

    @Test
    void missesOfTheLiveCheckDoNotCountWhileItStartsButItsPassDoes() throws Exception {
        try (var api = OneSidecar.of(data, api())) {
            var prober = new Prober(api.access, inbox::add, told::add);
            prober.watch(api.run());

            turnUntil(
                    prober,
                    api,
                    starting(api),
                    () -> prober.lastLiveMiss().orElse("").startsWith("nothing listens on port "));
            assertThat(told).isEmpty();
            turnUntil(prober, api, starting(api), () -> !told.isEmpty());

            assertThat(told).containsExactly(new Input.LivePassed(1));
            assertThat(prober.lastLiveMiss()).isEmpty();
            prober.end();
        }
    }

    @Test
    void aStoppedProcessMissesThreeLiveChecksInThreePeriods() throws Exception {
        try (var api = OneSidecar.listening(data, api())) {
            var prober = new Prober(api.access, inbox::add, told::add);
            prober.watch(api.run());
            turnUntil(prober, api, ready(api), () -> !told.isEmpty());
            assertThat(told).containsExactly(new Input.LivePassed(1));
            told.clear();

            signal("STOP", api.run().pid());
            var begun = System.nanoTime();
            turnUntil(prober, api, ready(api), () -> told.size() == 3);
            var took = Duration.ofNanos(System.nanoTime() - begun);
            signal("CONT", api.run().pid());

            assertThat(told).containsOnly(new Input.LiveMissed(1));
            assertThat(prober.lastLiveMiss()).contains("GET / was not answered within 200 ms");
            // Three pauses of 300 ms and three answers of 200 ms.
            assertThat(took).isBetween(Duration.ofMillis(1100), Duration.ofMillis(2500));
            prober.end();
        }
    }

    @Test
    void aHungOrStoppingSidecarIsNotAskedAnyMore() throws Exception {
        try (var api = OneSidecar.listening(data, api())) {
            var prober = new Prober(api.access, inbox::add, told::add);
            prober.watch(api.run());
            var stopping = new SidecarState.Stopping(1, api.run().pid(), new After.Stop());

            assertThat(prober.nextAt(ready(api))).isPresent();
            assertThat(prober.nextAt(stopping)).isEmpty();
            assertThat(prober.nextAt(new SidecarState.Ready(2, 5, Instant.EPOCH, 0))).isEmpty();
            prober.end();
        }
    }

    @Test
    void asksAtThePaceOfTheManifestOnceItIsReady() throws Exception {
        var every = Duration.ofMillis(400);
        var check = new Check.Http("/", 200, Map.of());
        var spec =
                Specs.sidecar("api")
                        .python(SERVE)
                        .port()
                        .ready(
                                new SidecarSpec.Ready(
                                        check, Duration.ofSeconds(60), every, 3, Optional.empty()));
        try (var api = OneSidecar.listening(data, spec)) {
            var prober = new Prober(api.access, inbox::add, told::add);
            prober.watch(api.run());
            turnUntil(prober, api, starting(api), () -> !told.isEmpty());
            told.clear();

            var begun = System.nanoTime();
            turnUntil(prober, api, ready(api), () -> told.size() == 3);

            assertThat(told).containsOnly(new Input.ProbePassed(1));
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isBetween(Duration.ofMillis(1150), Duration.ofMillis(2600));
            prober.end();
        }
    }

    @Test
    void whatNeverListensIsSaidToListenNowhere() throws Exception {
        var check = new Check.Http("/", 200, Map.of());
        try (var api =
                OneSidecar.of(
                        data, Specs.sidecar("api").runs("sleep", "1000").port().ready(check))) {
            var prober = new Prober(api.access, inbox::add, told::add);
            prober.watch(api.run());
            turnUntil(prober, api, starting(api), () -> told.size() == 2);

            assertThat(told).containsOnly(new Input.ProbeMissed(1));
            assertThat(prober.lastMiss()).contains("nothing listens on port " + api.port());
            prober.end();
        }
    }

    @Test
    void nothingIsDueForASidecarWithoutChecks() throws Exception {
        try (var api = OneSidecar.of(data, Specs.sidecar("api").runs("sleep", "1000"))) {
            var prober = new Prober(api.access, inbox::add, told::add);
            prober.watch(api.run());

            assertThat(prober.nextAt(starting(api))).isEmpty();
            assertThat(prober.nextAt(ready(api))).isEmpty();
            prober.end();
        }
    }

    private static void signal(String name, long pid) throws IOException, InterruptedException {
        var kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start();
        assertThat(kill.waitFor()).isZero();
    }
}
