package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.InstanceId;
import dev.proa.core.MonotonicTime;
import dev.proa.core.WallTime;
import dev.proa.journal.RuntimeEvent;
import dev.proa.profile.SidecarSpec.Check;
import dev.proa.profile.SidecarSpec.Need;
import dev.proa.profile.SidecarSpec.Stop;
import dev.proa.testkit.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a sidecar is asked to go, how fast it comes again, and how long a stop may take. */
class FarewellTest {
    private static final Check READY = new Check.Log(Pattern.compile("^ready"));

    @TempDir Path data;
    private final List<RuntimeEvent> journal = Collections.synchronizedList(new ArrayList<>());
    private final AtomicLong startedAt = new AtomicLong();

    private Supervisor supervisor(
            InstantSource time, Optional<Duration> stopWithin, Specs... specs) {
        var setup =
                new SupervisorSetup(
                        Stream.of(specs).map(Specs::done).toList(),
                        data,
                        InstanceId.random(),
                        "local_fullstack",
                        Optional.empty(),
                        Map.copyOf(System.getenv()),
                        Path.of(System.getProperty("proa.guard")),
                        event -> {
                            journal.add(event);
                            if (event instanceof RuntimeEvent.SidecarStarted) {
                                startedAt.set(System.nanoTime());
                            }
                        },
                        time,
                        new WallTime(),
                        stopWithin,
                        _ -> {});
        return new Supervisor(setup);
    }

    private static SidecarStatus await(Supervisor supervisor, String id, SidecarPhase phase) {
        Await.until(
                id + " is " + phase, () -> supervisor.status(id).orElseThrow().state() == phase);
        return supervisor.status(id).orElseThrow();
    }

    /** Writes down who asks it to go, and does what its last word says then. */
    private static final String SERVER =
            """
            import http.server, os, signal, sys
            on_post, on_term = sys.argv[2:]
            def end(*_):
                if on_term == 'leave': os._exit(9)
            signal.signal(signal.SIGTERM, end)
            class Handler(http.server.BaseHTTPRequestHandler):
                def do_POST(self):
                    with open('asked', 'a') as f:
                        own = self.headers['X-Proa-Token'] == os.environ['PROA_TOKEN']
                        f.write(self.path + (' own' if own else ' foreign') + '\\n')
                    self.send_response(503 if on_post == 'refuse' else 202)
                    self.end_headers()
                    self.wfile.flush()
                    if on_post == 'leave': os._exit(7)
                def log_message(self, *_): pass
            http.server.ThreadingHTTPServer(('127.0.0.1', int(sys.argv[1])), Handler).serve_forever()
            """;

    private LastExit stopped(String onPost, String onTerm, Duration grace) {
        var spec =
                Specs.sidecar("api")
                        .runs("python3", "-c", SERVER, "${port}", onPost, onTerm)
                        .in(data)
                        .port()
                        .ready(new Check.Tcp())
                        .stop(new Stop(Optional.of(new Stop.Http("POST", "/bye")), "TERM", grace));
        try (var supervisor = supervisor(new MonotonicTime(), Optional.empty(), spec)) {
            supervisor.start();
            await(supervisor, "api", SidecarPhase.READY);
            supervisor.stop("api");
            return await(supervisor, "api", SidecarPhase.STOPPED).lastExit().orElseThrow();
        }
    }

    @Test
    void theRequestGoesFirstWithTheSidecarsTokenAndNoSignalFollowsWhenItLeaves() {
        var exit = stopped("leave", "leave", Duration.ofSeconds(40));

        assertThat(exit.code()).hasValue(7);
        assertThat(data.resolve("asked")).hasContent("/bye own");
    }

    @Test
    void aRefusedRequestIsFollowedByTheSignalAtOnce() {
        var before = System.nanoTime();
        var exit = stopped("refuse", "leave", Duration.ofMinutes(10));

        assertThat(exit.code()).hasValue(9);
        assertThat(data.resolve("asked")).hasContent("/bye own");
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void whoeverAgreesAndStaysGetsTheSignalAtHalfOfItsGraceAndIsKilledAtItsEnd() {
        assertThat(stopped("stay", "leave", Duration.ofSeconds(2)).code()).hasValue(9);
        assertThat(stopped("stay", "stay", Duration.ofSeconds(1)).signal()).hasValue(9);
    }

    @Test
    void theDeadlineOfTheWholeAppKillsWhatIsLeft() {
        var deaf = "trap '' TERM; echo ready; while :; do sleep 0.05; done";
        var supervisor =
                supervisor(
                        new MonotonicTime(),
                        Optional.of(Duration.ofMillis(500)),
                        Specs.sidecar("db").shell(deaf).ready(READY).grace(Duration.ofHours(1)),
                        Specs.sidecar("api")
                                .shell(deaf)
                                .ready(READY)
                                .grace(Duration.ofHours(1))
                                .needs("db", new Need.Ready()));
        supervisor.start();
        await(supervisor, "api", SidecarPhase.READY);
        var before = System.nanoTime();
        supervisor.close();

        assertThat(Duration.ofNanos(System.nanoTime() - before))
                .isBetween(Duration.ofMillis(500), Duration.ofSeconds(20));
        for (var status : supervisor.snapshot()) {
            assertThat(status.lastExit().orElseThrow().signal()).hasValue(9);
        }
    }

    @Test
    void patienceIsTheLongestChainOfGracesAndNotTheirSum() {
        var specs =
                Stream.of(
                                Specs.sidecar("db").grace(Duration.ofSeconds(10)),
                                Specs.sidecar("a")
                                        .grace(Duration.ofSeconds(5))
                                        .needs("db", new Need.Ready()),
                                Specs.sidecar("b")
                                        .grace(Duration.ofSeconds(7))
                                        .needs("db", new Need.Ready()))
                        .map(Specs::done)
                        .toList();

        assertThat(new StopOrder(specs).patience())
                .isEqualTo(Duration.ofSeconds(10 + 1 + 7 + 1).plus(StopOrder.PROOF));
    }

    /** A clock that can be turned forward, as if the sidecar had been ready for longer. */
    private static final class Turned implements InstantSource {
        private final MonotonicTime time = new MonotonicTime();
        private volatile Duration ahead = Duration.ZERO;

        @Override
        public Instant instant() {
            return time.instant().plus(ahead);
        }

        void turn(Duration by) {
            ahead = ahead.plus(by);
        }
    }

    @Test
    void isRestartedAtOnceAfterTenSecondsOfReadinessHoweverBusyItsOutputWas() {
        var time = new Turned();
        var spec =
                Specs.sidecar("api")
                        .shell("setsid sleep 1000 & echo ready; sleep 1000")
                        .ready(READY);
        var millis = new long[15];
        try (var supervisor = supervisor(time, Optional.empty(), spec)) {
            supervisor.start();
            for (int i = 0; i < millis.length; i++) {
                long pid = await(supervisor, "api", SidecarPhase.READY).pid().orElseThrow();
                time.turn(Duration.ofSeconds(11));
                long killed = System.nanoTime();
                ProcessHandle.of(pid).orElseThrow().destroyForcibly();
                Await.until("it runs again", () -> startedAt.get() > killed);
                millis[i] = Duration.ofNanos(startedAt.get() - killed).toMillis();
            }
        }

        Arrays.sort(millis);
        // A quiet machine needs about 10 ms; the bound only tells it from a wait or a poll.
        assertThat(millis[millis.length / 2]).as(Arrays.toString(millis)).isLessThan(200);
    }
}
