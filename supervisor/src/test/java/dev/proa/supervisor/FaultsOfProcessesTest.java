package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.journal.RuntimeEvent;
import dev.proa.profile.SidecarSpec.Check;
import dev.proa.profile.SidecarSpec.Dump;
import dev.proa.profile.SidecarSpec.Live;
import dev.proa.profile.SidecarSpec.RestartPolicy;
import dev.proa.testkit.Await;
import dev.proa.testkit.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faults 8, 9, 11, 17 and 28: what real processes do and what is done about it. */
class FaultsOfProcessesTest {
    private static final Check READY = new Check.Log(Pattern.compile("^ready"));

    @TempDir Path data;

    /** A daemon takes the port and keeps the output; the main process is ready when it has it. */
    private static final String DAEMON_HOLDS_ALL =
            """
            import os, socket, sys, time
            told, tell = os.pipe()
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    s = socket.socket()
                    try:
                        s.bind(('127.0.0.1', int(os.environ['PROA_PORT'])))
                        s.listen()
                        outcome = 'bound'
                    except OSError as e:
                        outcome = str(e)
                    with open('binds', 'a') as f: f.write(outcome + '\\n')
                    os.write(tell, b'x')
                    time.sleep(1000)
                os._exit(0)
            os.wait()
            os.read(told, 1)
            print('ready', flush=True)
            time.sleep(1000)
            """;

    @Test
    void whatACrashLeavesHasGoneBeforeTheRestartWhichGetsThePort() throws Exception {
        var fault = Fault.number(8, "a daemon that holds output and port goes before the restart");
        int trials = fault.trials(3, 50);
        var took = new ArrayList<Duration>();
        var clock = new StepClock();
        var daemon = Specs.sidecar("api").python(DAEMON_HOLDS_ALL).in(data).port().ready(READY);
        try (var bench = TestBench.timed(clock, data, daemon)) {
            bench.start();
            for (int i = 1; i <= trials; i++) {
                int run = i;
                fault.hold(() -> {
                    long pid = readyIn(bench, clock, run).pid().orElseThrow();
                    // Ready for so long that it is restarted at once, and without charge.
                    clock.jump(bench.supervisor(), Duration.ofSeconds(11));
                    var killed = System.nanoTime();
                    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
                    Await.until("it runs again", () -> starts(bench) == run + 1);
                    took.add(Duration.ofNanos(System.nanoTime() - killed));
                    assertThat(bench.events(RuntimeEvent.SidecarLeaked.class))
                            .hasSize(run)
                            .endsWith(new RuntimeEvent.SidecarLeaked("api", 1));
                    assertThat(pumps()).as("pumps, also of the dead").isLessThanOrEqualTo(1);
                });
            }
            readyIn(bench, clock, trials + 1);

            assertThat(binds()).hasSize(trials + 1).containsOnly("bound");
            assertThat(bench.log("api").lines()).hasSize(trials + 1).containsOnly("ready");
        }
        assertThat(pumps()).isZero();
        fault.figures("running_again_ms", took).conclude();
    }

    private static SidecarStatus readyIn(TestBench bench, StepClock clock, int run) {
        Await.until(
                "run " + run + " is ready",
                () -> {
                    clock.pass(bench.supervisor(), Duration.ofMillis(100));
                    return starts(bench) == run && bench.status("api").ready();
                });
        return bench.status("api");
    }

    private static int starts(TestBench bench) {
        return bench.events(RuntimeEvent.SidecarStarted.class).size();
    }

    private List<String> binds() throws IOException {
        var file = data.resolve("binds");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private static long pumps() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("proa-log-api"))
                .count();
    }

    @Test
    void aChildOutlivesTheThreadThatStartedItAndTheCarrierOfItsOwner() throws Exception {
        var fault = Fault.number(9, "a child outlives the thread that started it");
        var lifetime = Duration.ofSeconds(fault.trials(2, 45));
        fault.hold(() -> {
            try (var bench = TestBench.of(data, Specs.sidecar("api").runs("sleep", "1000"))) {
                var bound = new CompletableFuture<Process>();
                var starter =
                        Thread.ofPlatform()
                                .start(() -> {
                                    bench.start();
                                    bound.complete(boundToItsThread());
                                });
                long pid = bench.await("api", SidecarPhase.READY).pid().orElseThrow();
                starter.join();
                // The danger is real here: one that is bound to its thread has died with it.
                assertThat(bound.get(20, TimeUnit.SECONDS).waitFor()).isEqualTo(128 + 9);
                pass(lifetime);

                assertThat(bench.status("api").pid()).hasValue(pid);
                assertThat(bench.status("api").restarts()).isZero();
                assertThat(ProcessHandle.of(pid)).isPresent();
            }
        });
        fault.figure("lifetime_s", (double) lifetime.toSeconds()).conclude();
    }

    private static Process boundToItsThread() {
        try {
            var process =
                    new ProcessBuilder(
                                    "setpriv",
                                    "--pdeathsig",
                                    "KILL",
                                    "sh",
                                    "-c",
                                    "echo up; sleep 1000")
                            .start();
            assertThat(process.inputReader().readLine()).isEqualTo("up");
            return process;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void pass(Duration time) {
        var end = System.nanoTime() + time.toNanos();
        Await.until("time passes", time.multipliedBy(3), () -> System.nanoTime() - end >= 0);
    }

    private static final String SERVE =
            """
            import faulthandler, http.server, os, signal
            class Handler(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    self.send_response(200)
                    self.send_header('Content-Length', '0')
                    self.end_headers()
                def log_message(self, *_): pass
            http.server.ThreadingHTTPServer(('127.0.0.1', int(os.environ['PROA_PORT'])), Handler).serve_forever()
            """;

    @Test
    void aStoppedChildIsDumpedThenEndedThenRestartedOnce() throws Exception {
        var fault = Fault.number(11, "a stopped child is dumped and restarted once");
        var every = Duration.ofMillis(300);
        var grace = Duration.ofSeconds(1);
        var hung = new ArrayList<Duration>();
        var again = new ArrayList<Duration>();
        for (int i = fault.trials(1, 10); i > 0; i--) {
            var folder = Files.createDirectory(data.resolve("run" + i));
            fault.hold(() -> hang(folder, every, grace, hung, again));
        }
        fault.figure("period_ms", (double) every.toMillis())
                .figure("timeout_ms", (double) every.toMillis())
                .figure("grace_ms", (double) grace.toMillis())
                .figures("hung_ms", hung)
                .figures("ready_again_ms", again)
                .conclude();
    }

    private static void hang(
            Path folder,
            Duration every,
            Duration grace,
            List<Duration> hung,
            List<Duration> again) {
        var dump = OneSidecar.words("sh", "-c", "echo ${pid} >> dumps");
        try (var bench =
                TestBench.of(
                        folder,
                        Specs.sidecar("api")
                                .python(SERVE)
                                .in(folder)
                                .port()
                                .ready(new Check.Tcp())
                                .grace(grace)
                                .dump(new Dump.Exec(dump, Duration.ofSeconds(20)))
                                .live(
                                        new Live(
                                                new Check.Http("/", 200, Map.of()),
                                                every,
                                                every,
                                                3)))) {
            long pid = bench.start().await("api", SidecarPhase.READY).pid().orElseThrow();
            var run = ProcessEntry.of(pid).orElseThrow().key();
            var stopped = System.nanoTime();
            assertThat(ProcessSignals.send(run, ProcessSignals.STOP)).isTrue();
            Await.until("it is hung", () -> phases(bench).contains("HUNG"));
            hung.add(Duration.ofNanos(System.nanoTime() - stopped));
            Await.until(
                    "it has gone",
                    () -> bench.status("api").restarts() == 1 && bench.status("api").ready());
            again.add(Duration.ofNanos(System.nanoTime() - stopped));

            assertThat(folder.resolve("dumps")).hasContent(Long.toString(pid));
            assertThat(phases(bench))
                    .containsSubsequence(
                            "READY", "HUNG", "STOPPING", "BACKOFF", "STARTING", "READY");
            assertThat(phases(bench)).containsOnlyOnce("HUNG");
            assertThat(bench.status("api").restarts()).isEqualTo(1);
            assertThat(bench.status("api").budget().used()).isEqualTo(1);
            assertThat(bench.events(RuntimeEvent.SidecarStarted.class)).hasSize(2);
            // A stopped process cannot obey TERM, so it was killed, and nothing before its grace.
            assertThat(again.getLast()).isGreaterThan(grace);
        }
    }

    private static List<String> phases(TestBench bench) {
        return bench.events(RuntimeEvent.SidecarChanged.class).stream()
                .map(RuntimeEvent.SidecarChanged::to)
                .toList();
    }

    @Test
    void whatNeverBecomesReadyIsEndedWithAllItStartedWhenItsTimeIsOver() throws Exception {
        var fault = Fault.number(17, "what never becomes ready ends at its start timeout");
        var timeout = Duration.ofMillis(700);
        var took = new ArrayList<Duration>();
        for (int i = fault.trials(1, 20); i > 0; i--) {
            var folder = Files.createDirectory(data.resolve("run" + i));
            fault.hold(() -> neverReady(folder, timeout, took));
        }
        fault.figure("timeout_ms", (double) timeout.toMillis())
                .figures("ended_ms", took)
                .conclude();
    }

    private static void neverReady(Path folder, Duration timeout, List<Duration> took) {
        var script = "setsid sleep 76001 & (setsid sh -c 'sleep 76002 & wait' &) ; sleep 76003";
        try (var bench =
                TestBench.of(
                        folder,
                        Specs.sidecar("api")
                                .shell(script)
                                .port()
                                .ready(new Check.Tcp())
                                .within(timeout)
                                .restarts(RestartPolicy.NEVER))) {
            bench.start().await("api", SidecarPhase.STARTING);
            var begun = System.nanoTime();
            Await.until(
                    "its tree",
                    () ->
                            ours().containsAll(List.of("sleep 76001", "sleep 76002", "sleep 76003"))
                                    || bench.status("api").state() == SidecarPhase.STOPPED);
            var status = bench.await("api", SidecarPhase.STOPPED);
            took.add(Duration.ofNanos(System.nanoTime() - begun));

            // STOPPED is said when the tree is empty, not when the main process has gone.
            assertThat(ours()).noneMatch(line -> line.contains("7600"));
            assertThat(status.reason()).contains("was not ready within 700 ms");
            assertThat(status.restarts()).isZero();
            assertThat(took.getLast()).isGreaterThan(timeout.minusMillis(200));
            assertThat(took.getLast()).isLessThan(timeout.plusSeconds(Fault.isLong() ? 1 : 20));
        }
    }

    private static List<String> ours() {
        return OneSidecar.children().stream()
                .map(line -> line.replaceFirst(".*/sleep", "sleep"))
                .toList();
    }

    @Test
    void twoHundredIdleSidecarsLeaveProcessorAndVirtualThreadsAlone() throws Exception {
        var fault = Fault.number(28, "two hundred idle children leave virtual threads alone");
        var sidecars =
                IntStream.range(0, 200)
                        .mapToObj(i ->
                                Specs.sidecar("s" + i)
                                        .shell("echo out; echo err >&2; exec sleep 1000"))
                        .toArray(Specs[]::new);
        var window = Duration.ofSeconds(fault.trials(1, 20));
        try (var bench = TestBench.of(data, sidecars)) {
            bench.start();
            Await.until(
                    "all run",
                    Duration.ofMinutes(2),
                    () -> bench.supervisor().snapshot().stream().allMatch(SidecarStatus::ready));
            if (Fault.isLong()) {
                pass(Duration.ofSeconds(10)); // the compiler comes to rest
            }
            fault.hold(() -> {
                var latencies = new ArrayList<Duration>();
                double share = share(window);
                for (int i = 1; i < fault.trials(60, 1) && share >= 10; i++) {
                    share = share(window); // the compiler may still be at work: it comes to rest
                }
                for (int i = 0; i < 50; i++) {
                    latencies.add(latency());
                }
                fault.figure("children", 200)
                        .figure("cpu_percent", share)
                        .figures("virtual_thread_ms", latencies);
                assertThat(latencies)
                        .allMatch(each ->
                                each.compareTo(Duration.ofMillis(Fault.isLong() ? 100 : 5000)) < 0);
                assertThat(share).isLessThan(Fault.isLong() ? 0.5 : 10);
            });
        }
        fault.conclude();
    }

    /** Percent of a processor that this process used while it was left alone for that long. */
    private static double share(Duration window) throws InterruptedException {
        var before = cpu();
        var begun = System.nanoTime();
        new CountDownLatch(1).await(window.toMillis(), TimeUnit.MILLISECONDS); // no polls
        return 100.0 * cpu().minus(before).toNanos() / (System.nanoTime() - begun);
    }

    private static Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
    }

    private static Duration latency() throws InterruptedException {
        var asked = System.nanoTime();
        var ran = new AtomicLong(asked + Duration.ofSeconds(20).toNanos());
        Thread.startVirtualThread(() -> ran.set(System.nanoTime())).join(Duration.ofSeconds(20));
        return Duration.ofNanos(ran.get() - asked);
    }
}
