package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.journal.RuntimeEvent;
import dev.proa.profile.SidecarSpec;
import dev.proa.profile.SidecarSpec.Check;
import dev.proa.profile.SidecarSpec.Live;
import dev.proa.testkit.Await;
import dev.proa.testkit.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faults 12 to 15 and 27: real processes, and a clock that is turned where one would wait long. */
class FaultsOfTimeTest {
    private static final Check READY = new Check.Log(Pattern.compile("^ready"));

    @TempDir Path data;
    private final StepClock clock = new StepClock();

    private Path folder(int trial) throws IOException {
        return Files.createDirectory(data.resolve("run" + trial));
    }

    private static Specs sleeper() {
        return Specs.sidecar("api").shell("echo ready; exec sleep 1000").ready(READY);
    }

    private void pass(TestBench bench, Duration time) {
        clock.pass(bench.supervisor(), time);
    }

    private static int starts(TestBench bench) {
        return bench.events(RuntimeEvent.SidecarStarted.class).size();
    }

    private static void restarted(TestBench bench, int times) {
        Await.until(times + " restarts", () -> bench.status("api").restarts() == times);
    }

    private static void kill(TestBench bench) {
        long pid = bench.await("api", SidecarPhase.READY).pid().orElseThrow();
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    }

    /** Ends its process and waits out the delay; returns how long that was. */
    private Duration crash(TestBench bench) {
        bench.await("api", SidecarPhase.READY);
        int before = starts(bench);
        kill(bench);
        return waitOut(bench, before);
    }

    private Duration waitOut(TestBench bench, int before) {
        Await.until(
                "what follows",
                () ->
                        starts(bench) > before
                                || bench.status("api").nextStart().isPresent()
                                || bench.status("api").state() == SidecarPhase.SAFE_MODE);
        var delay =
                bench.status("api")
                        .nextStart()
                        .map(at -> Duration.between(clock.instant(), at))
                        .orElse(Duration.ZERO);
        pass(bench, delay);
        Await.until(
                "the next run, or none",
                () ->
                        starts(bench) > before
                                || bench.status("api").state() == SidecarPhase.SAFE_MODE);
        return delay;
    }

    @Test
    void crashingAtOnceIsRestartedExactlySixTimes() throws Exception {
        var fault = Fault.number(13, "crashing at once is restarted six times, then safe mode");
        var sums = new ArrayList<Duration>();
        for (int i = fault.trials(1, 20); i > 0; i--) {
            var folder = folder(i);
            fault.hold(() -> {
                var crashes = Specs.sidecar("api").shell("echo boom; exit 3").ready(READY);
                try (var bench = TestBench.timed(clock, folder, crashes)) {
                    sums.add(crashUntilGivenUp(bench));
                }
            });
        }
        fault.figures("sum_of_six_delays_ms", sums).conclude();
    }

    private Duration crashUntilGivenUp(TestBench bench) {
        var begun = clock.instant();
        bench.start();
        var delays = new ArrayList<Duration>();
        Await.until("its first run", () -> starts(bench) == 1);
        while (bench.status("api").state() != SidecarPhase.SAFE_MODE && delays.size() < 20) {
            var delay = waitOut(bench, delays.size() + 1);
            if (delay.isPositive()) {
                delays.add(delay);
            }
        }
        var status = bench.status("api");

        assertThat(starts(bench)).isEqualTo(7);
        assertThat(status.restarts()).isEqualTo(6);
        assertThat(delays).hasSize(6);
        var most = RestartDelay.LEAST;
        for (var delay : delays) {
            assertThat(delay).isGreaterThanOrEqualTo(RestartDelay.LEAST);
            most = most.multipliedBy(3);
            assertThat(delay).isLessThanOrEqualTo(most).isLessThanOrEqualTo(RestartDelay.MOST);
            most = delay;
        }
        assertThat(status.reason()).contains("code 3", "the 6 restarts it has within 90 s");
        assertThat(status.lastExit().orElseThrow().logTail()).containsExactly("boom");
        pass(bench, Duration.ofMinutes(2));
        assertThat(starts(bench)).as("nobody starts what was given up").isEqualTo(7);
        return Duration.between(begun, clock.instant()).minusMinutes(2);
    }

    @Test
    void crashingEveryTwentySecondsEndsInTheLongerWindow() throws Exception {
        var fault = Fault.number(14, "crashing every 20 s trips the window of an hour");
        for (int i = fault.trials(1, 5); i > 0; i--) {
            var folder = folder(i);
            fault.hold(() -> {
                try (var bench = TestBench.timed(clock, folder, sleeper())) {
                    bench.start();
                    int crashes = 0;
                    while (bench.status("api").state() != SidecarPhase.SAFE_MODE && crashes < 40) {
                        bench.await("api", SidecarPhase.READY);
                        pass(bench, Duration.ofSeconds(20));
                        assertThat(crash(bench)).as("ready for 10 s: at once").isZero();
                        crashes++;
                    }

                    assertThat(crashes).isEqualTo(21);
                    assertThat(bench.status("api").restarts()).isEqualTo(20);
                    assertThat(bench.status("api").reason())
                            .contains("the 20 restarts it has within 1 h");
                }
            });
        }
        fault.figure("crashes", 21).conclude();
    }

    @Test
    void fiveCrashesAreForgottenAfterTwoMinutesOfHealth() throws Exception {
        var fault = Fault.number(15, "five crashes are forgotten after two minutes of health");
        for (int i = fault.trials(1, 10); i > 0; i--) {
            var folder = folder(i);
            fault.hold(() -> {
                try (var bench = TestBench.timed(clock, folder, sleeper())) {
                    bench.start();
                    for (int crash = 1; crash <= 5; crash++) {
                        crash(bench);
                        restarted(bench, crash);
                    }
                    assertThat(bench.await("api", SidecarPhase.READY).budget().used()).isEqualTo(5);
                    pass(bench, Duration.ofMinutes(2));
                    // It runs, so this changes nothing but that its status is told anew.
                    bench.supervisor().start("api");
                    Await.until(
                            "its budget is full", () -> bench.status("api").budget().used() == 0);
                    for (int crash = 6; crash <= 11; crash++) {
                        crash(bench);
                        restarted(bench, crash);
                    }
                    kill(bench);
                    bench.await("api", SidecarPhase.SAFE_MODE);
                }
            });
        }
        fault.conclude();
    }

    /** Notes every question, and answers those for readiness with 503 while {@code sick} exists. */
    private static final String SERVE =
            """
            import http.server, os
            class Handler(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    sick = self.path == '/ready' and os.path.exists('sick')
                    self.send_response(503 if sick else 200)
                    self.send_header('Content-Length', '0')
                    self.end_headers()
                    with open('asked', 'a') as notes: notes.write(self.path + '\\n')
                def log_message(self, *_): pass
            http.server.ThreadingHTTPServer(('127.0.0.1', int(os.environ['PROA_PORT'])), Handler).serve_forever()
            """;

    private static final Duration EVERY = Duration.ofSeconds(2);

    private static Specs server(Path folder) {
        var ready = new Check.Http("/ready", 200, Map.of());
        var live = new Check.Http("/live", 200, Map.of());
        var answer = Duration.ofSeconds(10); // of the true clock, and this machine may be busy
        return Specs.sidecar("api")
                .python(SERVE)
                .in(folder)
                .port()
                .ready(
                        new SidecarSpec.Ready(
                                ready, Duration.ofHours(9), EVERY, 3, Optional.empty()))
                .live(new Live(live, EVERY, answer, 3));
    }

    private void becomeReady(TestBench bench) {
        bench.start();
        Await.until(
                "it is ready",
                () -> {
                    pass(bench, Duration.ofMillis(250));
                    return bench.status("api").ready();
                });
    }

    private static long asked(Path folder, String path) {
        return asked(folder).stream().filter(path::equals).count();
    }

    private static List<String> asked(Path folder) {
        try {
            return Files.readAllLines(folder.resolve("asked"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets a period go by, until a question of each kind has been asked again. */
    private void period(TestBench bench, Path folder) {
        var ready = asked(folder, "/ready");
        var live = asked(folder, "/live");
        Await.until(
                "both are asked",
                () -> {
                    // An answer that is still on its way begins its pause when it is here.
                    pass(bench, EVERY.dividedBy(4));
                    for (int i = 0; i < 10; i++) {
                        clock.jump(bench.supervisor(), Duration.ZERO);
                    }
                    return asked(folder, "/ready") > ready && asked(folder, "/live") > live;
                });
    }

    @Test
    void thirtySecondsOf503AreUnreadyAndNoRestart() throws Exception {
        var fault = Fault.number(12, "30 s of 503 are unready and no restart");
        for (int i = fault.trials(1, 5); i > 0; i--) {
            var folder = folder(i);
            fault.hold(() -> {
                try (var bench = TestBench.timed(clock, folder, server(folder))) {
                    becomeReady(bench);
                    var pid = bench.status("api").pid();
                    Files.createFile(folder.resolve("sick"));
                    for (var sick = Duration.ZERO; sick.toSeconds() < 30; sick = sick.plus(EVERY)) {
                        period(bench, folder);
                    }
                    assertThat(bench.await("api", SidecarPhase.UNREADY).reason()).contains("503");
                    assertThat(bench.supervisor().upstream("api")).isEmpty();
                    Files.delete(folder.resolve("sick"));
                    Await.until(
                            "it is ready again",
                            () -> {
                                pass(bench, EVERY);
                                return bench.status("api").ready();
                            });

                    assertThat(bench.supervisor().upstream("api")).isPresent();
                    assertThat(bench.status("api").pid()).isEqualTo(pid);
                    assertThat(bench.status("api").restarts()).isZero();
                    assertThat(bench.status("api").budget().used()).isZero();
                }
            });
        }
        fault.figure("unready_s", 30).figure("restarts", 0).conclude();
    }

    @Test
    void aClockThatJumpsByAnHourCostsOneRoundOfChecksAndNoRestart() throws Exception {
        var fault = Fault.number(27, "a clock that jumps by an hour costs one round of checks");
        for (int i = fault.trials(1, 5); i > 0; i--) {
            var folder = folder(i);
            fault.hold(() -> {
                try (var bench = TestBench.timed(clock, folder, server(folder))) {
                    becomeReady(bench);
                    period(bench, folder);
                    var pid = bench.status("api").pid();
                    var before = asked(folder).size();
                    clock.jump(bench.supervisor(), Duration.ofHours(1));
                    for (int again = 0; again < 40; again++) {
                        clock.jump(bench.supervisor(), Duration.ZERO);
                    }

                    assertThat(asked(folder)).hasSizeBetween(before, before + 2);
                    assertThat(bench.status("api").pid()).isEqualTo(pid);
                    assertThat(bench.status("api").restarts()).isZero();
                    assertThat(bench.status("api").budget().used()).isZero();
                    for (int round = 0; round < 5; round++) {
                        period(bench, folder);
                    }
                    assertThat(bench.status("api").state()).isEqualTo(SidecarPhase.READY);
                }
            });
        }
        fault.figure("jump_s", 3600).figure("restarts", 0).conclude();
    }
}
