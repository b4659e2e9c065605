package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.journal.RuntimeEvent;
import dev.proa.profile.SidecarSpec.Check;
import dev.proa.profile.SidecarSpec.RestartPolicy;
import dev.proa.testkit.Await;
import dev.proa.testkit.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How things end: guards that die, processes that stay, stops that hurry. */
class EndingsTest {
    @TempDir Path data;

    private static Specs sleeper(String id) {
        return Specs.sidecar(id).runs("sleep", "1000");
    }

    @Test
    void aKilledMainProcessIsDeadAtOnceAndWhatItLeftIsKilledAndCounted() {
        // The child holds the output and the port's group; the main process has no part in its end.
        var script = "setsid sleep 1000 & setsid sleep 1000 & echo ready; wait";
        try (var bench =
                TestBench.of(
                        data,
                        Specs.sidecar("api")
                                .shell(script)
                                .ready(new Check.Log(Pattern.compile("ready")))
                                .restarts(RestartPolicy.NEVER))) {
            long pid = bench.start().await("api", SidecarPhase.READY).pid().orElseThrow();
            Await.until(
                    "both children run",
                    () -> ProcessHandle.of(pid).orElseThrow().descendants().count() == 2);
            ProcessHandle.of(pid).orElseThrow().destroyForcibly();
            var status = bench.await("api", SidecarPhase.STOPPED);

            assertThat(status.leftBehind()).isEqualTo(2);
            assertThat(status.lastExit().orElseThrow().signal()).hasValue(9);
            assertThat(bench.events(RuntimeEvent.SidecarLeaked.class))
                    .containsExactly(new RuntimeEvent.SidecarLeaked("api", 2));
        }
    }

    @Test
    void survivesTheDeathOfItsGuardsAndCountsTheirSidecarsAsExited() {
        try (var bench = TestBench.of(data, sleeper("a"), sleeper("b"))) {
            long first = bench.start().await("a", SidecarPhase.READY).pid().orElseThrow();
            bench.await("b", SidecarPhase.READY);
            var chain = ProcessHandle.current().children().toList();
            assertThat(chain).hasSize(1);
            var root = chain.getFirst().children().toList();
            root.getFirst().destroyForcibly();

            for (var id : List.of("a", "b")) {
                Await.until(
                        id + " runs again",
                        () -> bench.status(id).restarts() == 1 && bench.status(id).ready());
                assertThat(bench.status(id).lastExit().orElseThrow().code()).isEmpty();
            }
            assertThat(ProcessHandle.of(first)).isEmpty();
            assertThat(bench.events(RuntimeEvent.GuardLost.class)).hasSize(1);
        }
    }

    @Test
    void runsAWindowUnderTheGuardAndTellsItsEnd() throws Exception {
        var ends = new AtomicInteger();
        try (var bench = TestBench.of(data)) {
            bench.start();
            var window =
                    bench.supervisor()
                            .run(
                                    "window",
                                    List.of(
                                            "sh",
                                            "-c",
                                            "echo shown $MORE; setsid sleep 1000 & exit 0"),
                                    data,
                                    Map.of("MORE", "x"),
                                    _ -> ends.incrementAndGet());
            assertThat(window.await(Duration.ofSeconds(20))).isTrue();
            assertThat(window.succeeded()).isTrue();
            assertThat(window.tail()).containsExactly("shown x");

            var second =
                    bench.supervisor()
                            .run(
                                    "window",
                                    List.of("sleep", "1000"),
                                    data,
                                    Map.of(),
                                    _ -> ends.incrementAndGet());
            second.stop(Duration.ofSeconds(5));
            assertThat(second.await(Duration.ofSeconds(20))).isTrue();
            assertThat(second.outcome()).isEqualTo("was ended by signal 15");
            var missing =
                    bench.supervisor()
                            .run(
                                    "window",
                                    List.of("no-such-browser"),
                                    data,
                                    Map.of(),
                                    _ -> ends.incrementAndGet());
            assertThat(missing.await(Duration.ofSeconds(20))).isTrue();
            assertThat(missing.outcome()).isEqualTo("could not be started: no such file");
        }
        Await.until("three ends", () -> ends.get() == 3);
    }

    @Test
    void closeNowKillsWhatDoesNotWantToGo() {
        var bench =
                TestBench.of(
                        data,
                        Specs.sidecar("deaf")
                                .shell("trap '' TERM; echo up; while :; do sleep 0.05; done")
                                .ready(new Check.Log(Pattern.compile("up")))
                                .grace(Duration.ofMinutes(10)));
        bench.start().await("deaf", SidecarPhase.READY);
        var closing = Thread.ofVirtual().start(bench.supervisor()::close);
        bench.await("deaf", SidecarPhase.STOPPING);
        bench.supervisor().closeNow();
        Await.until("the orderly stop returned too", () -> !closing.isAlive());
        bench.close();

        assertThat(bench.status("deaf").lastExit().orElseThrow().signal()).hasValue(9);
    }

    @Test
    void aDeafSidecarIsKilledWhenItsGraceIsOver() throws Exception {
        var fault = Fault.number(7, "a child that ignores TERM is killed when its grace is over");
        var grace = Duration.ofMillis(300);
        var took = new ArrayList<Duration>();
        try (var bench =
                TestBench.of(
                        data,
                        Specs.sidecar("deaf")
                                .shell("trap '' TERM; echo up; while :; do sleep 0.05; done")
                                .ready(new Check.Log(Pattern.compile("up")))
                                .grace(grace))) {
            bench.start();
            for (int i = fault.trials(1, 20); i > 0; i--) {
                fault.hold(() -> {
                    bench.await("deaf", SidecarPhase.READY);
                    var asked = System.nanoTime();
                    bench.supervisor().stop("deaf");
                    bench.await("deaf", SidecarPhase.STOPPED);
                    took.add(Duration.ofNanos(System.nanoTime() - asked));

                    assertThat(took.getLast()).isGreaterThanOrEqualTo(grace);
                    assertThat(bench.status("deaf").lastExit().orElseThrow().signal()).hasValue(9);
                    assertThat(bench.status("deaf").leftBehind()).isZero();
                });
                bench.supervisor().start("deaf");
            }
        }
        fault.figure("grace_ms", (double) grace.toMillis()).figures("gone_ms", took).conclude();
    }
}
