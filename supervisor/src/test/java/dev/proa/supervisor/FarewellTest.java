package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.InstanceId;
import dev.proa.core.MonotonicTime;
import dev.proa.journal.RuntimeEvent;
import dev.proa.profile.SidecarSpec.Check;
import dev.proa.profile.SidecarSpec.Need;
import dev.proa.profile.SidecarSpec.Stop;
import dev.proa.testkit.Await;
import java.nio.file.Files;
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
            InstantSource time, Optional<Duration> stopWithin, StopCall call, Specs... specs) {
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
                        stopWithin,
                        _ -> {});
        return new Supervisor(setup, call, DumpHook.NONE);
    }

    private static SidecarStatus await(Supervisor supervisor, String id, SidecarPhase phase) {
        Await.until(
                id + " is " + phase, () -> supervisor.status(id).orElseThrow().state() == phase);
        return supervisor.status(id).orElseThrow();
    }

    private Specs asked(String onTerm, Duration grace) {
        return Specs.sidecar("api")
                .shell(
                        "trap '"
                                + onTerm
                                + "' TERM; echo ready; while [ ! -e bye ]; do sleep 0.02; done; exit 7")
                .in(data)
                .port()
                .ready(READY)
                .stop(new Stop(Optional.of(new Stop.Http("POST", "/bye")), "TERM", grace));
    }

    private LastExit stopped(StopCall call, Specs spec) {
        try (var supervisor = supervisor(new MonotonicTime(), Optional.empty(), call, spec)) {
            supervisor.start();
            await(supervisor, "api", SidecarPhase.READY);
            supervisor.stop("api");
            return await(supervisor, "api", SidecarPhase.STOPPED).lastExit().orElseThrow();
        }
    }

    @Test
    void theRequestGoesFirstWithTheSidecarsTokenAndNoSignalFollowsWhenItLeaves() {
        var asked = new ArrayList<String>();
        StopCall call =
                (request, port, token, patience) -> {
                    asked.add(request + " " + (port.number() > 0) + " " + token.reveal().length());
                    asked.add(patience.toString());
                    return Files.notExists(data.resolve("bye")) && create(data.resolve("bye"));
                };

        var exit = stopped(call, asked("exit 9", Duration.ofSeconds(20)));

        assertThat(exit.code()).hasValue(7);
        assertThat(asked).hasSize(2).contains("PT10S");
        assertThat(asked.getFirst()).startsWith("Http[method=POST, path=/bye] true ");
    }

    private static boolean create(Path file) {
        try {
            Files.createFile(file);
            return true;
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aRefusedRequestIsFollowedByTheSignalAtOnce() {
        var before = System.nanoTime();
        var exit = stopped((_, _, _, _) -> false, asked("exit 9", Duration.ofMinutes(10)));

        assertThat(exit.code()).hasValue(9);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void whoeverAgreesAndStaysGetsTheSignalAtHalfOfItsGraceAndIsKilledAtItsEnd() {
        var exit = stopped((_, _, _, _) -> true, asked("exit 9", Duration.ofSeconds(2)));
        assertThat(exit.code()).hasValue(9);

        var deaf = stopped((_, _, _, _) -> true, asked("", Duration.ofMillis(600)));
        assertThat(deaf.signal()).hasValue(9);
    }

    @Test
    void theDeadlineOfTheWholeAppKillsWhatIsLeft() {
        var deaf = "trap '' TERM; echo ready; while :; do sleep 0.05; done";
        var supervisor =
                supervisor(
                        new MonotonicTime(),
                        Optional.of(Duration.ofMillis(500)),
                        StopCall.NONE,
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
        try (var supervisor = supervisor(time, Optional.empty(), StopCall.NONE, spec)) {
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
