package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.journal.RuntimeEvent;
import dev.proa.profile.SidecarSpec.Dump;
import dev.proa.testkit.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DumpHookTest {
    /** Writes its stack to its output when it gets SIGQUIT. */
    private static final String HANGS =
            """
            import faulthandler, signal, sys, time
            faulthandler.register(signal.SIGQUIT, file=sys.stdout, all_threads=True)
            print('up', flush=True)
            def hangs_here():
                time.sleep(1000)
            hangs_here()
            """;

    @TempDir Path data;

    private final List<Input> told = Collections.synchronizedList(new ArrayList<>());

    private Duration dump(OneSidecar api) throws InterruptedException {
        var hook = new DumpHook(api.access, ProcessSignals::send, told::add);
        var begun = System.nanoTime();
        hook.dump(api.run());
        Await.until("it is told", () -> !told.isEmpty());
        var took = Duration.ofNanos(System.nanoTime() - begun);
        hook.end();
        assertThat(told).containsExactly(new Input.Dumped(1));
        return took;
    }

    private static List<String> problems(OneSidecar api) {
        return api.journal.stream()
                .flatMap(event ->
                        event instanceof RuntimeEvent.ProblemFound(var problem)
                                ? Optional.of(problem.what()).stream()
                                : Optional.<String>empty().stream())
                .toList();
    }

    @Test
    void aSignalMakesTheProcessWriteItsStackAndGivesItTime() throws Exception {
        var dump = new Dump.Signal("QUIT", Duration.ofMillis(400));
        try (var api = OneSidecar.of(data, Specs.sidecar("api").python(HANGS).dump(dump))) {
            var log = data.resolve("logs/api.log");
            Await.until(
                    "it is up", () -> Files.exists(log) && Files.readString(log).contains("up"));

            var took = dump(api);

            assertThat(took).isBetween(Duration.ofMillis(395), Duration.ofSeconds(2));
            Await.until("its stack", () -> Files.readString(log).contains("in hangs_here"));
            assertThat(api.alive()).isTrue();
            assertThat(problems(api)).isEmpty();
        }
    }

    @Test
    void aProcessThatEndsOfTheSignalIsNotWaitedFor() throws Exception {
        var dump = new Dump.Signal("QUIT", Duration.ofSeconds(20));
        try (var api = OneSidecar.of(data, Specs.sidecar("api").runs("sleep", "1000").dump(dump))) {
            assertThat(dump(api)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void nobodyButTheSidecarIsSignalled() throws Exception {
        try (var api = OneSidecar.of(data, Specs.sidecar("api").runs("sleep", "1000"))) {
            var stranger = new ProcessBuilder("sleep", "1000").start();
            try {
                var run = new Run(1, stranger.pid(), api.run().guard());

                assertThat(ProcessSignals.send(run, 9)).isFalse();
                assertThat(stranger.isAlive()).isTrue();
                assertThat(ProcessSignals.send(api.run(), 9)).isTrue();
                Await.until("it has gone", () -> !api.alive());
            } finally {
                stranger.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    void aCommandGetsThePidAndItsOutputIsKept() throws Exception {
        var command = OneSidecar.words("sh", "-c", "echo stack of ${pid} $COLOUR");
        var dump = new Dump.Exec(command, Duration.ofSeconds(10));
        try (var api =
                OneSidecar.of(
                        data,
                        Specs.sidecar("api")
                                .runs("sleep", "1000")
                                .with("COLOUR", "red")
                                .dump(dump))) {
            dump(api);

            assertThat(data.resolve("logs/api.dump.log"))
                    .hasContent("stack of " + api.run().pid() + " red");
            assertThat(problems(api)).isEmpty();
        }
    }

    @Test
    void aCommandIsKilledWithAllItStartedWhenItsTimeIsOver() throws Exception {
        var command =
                OneSidecar.words(
                        "sh", "-c", "trap '' TERM; echo begun; setsid sleep 77004 & sleep 77005");
        var dump = new Dump.Exec(command, Duration.ofMillis(400));
        try (var api = OneSidecar.of(data, Specs.sidecar("api").runs("sleep", "1000").dump(dump))) {
            assertThat(dump(api)).isBetween(Duration.ofMillis(395), Duration.ofSeconds(3));

            assertThat(OneSidecar.children()).noneMatch(line -> line.contains("7700"));
            assertThat(data.resolve("logs/api.dump.log")).hasContent("begun");
            assertThat(problems(api))
                    .containsExactly(
                            "the dump of the hung sidecar api command did not end within 400 ms, and was killed");
        }
    }

    @Test
    void aFailingDumpIsToldOnceAllTheSame() throws Exception {
        var dump = new Dump.Exec(OneSidecar.words("/no/such"), Duration.ofSeconds(10));
        try (var api = OneSidecar.of(data, Specs.sidecar("api").runs("sleep", "1000").dump(dump))) {
            dump(api);

            assertThat(problems(api)).singleElement().asString().contains("no such file");
        }
    }
}
