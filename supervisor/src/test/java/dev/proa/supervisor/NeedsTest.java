package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.journal.RuntimeEvent;
import dev.proa.profile.SidecarSpec;
import dev.proa.profile.SidecarSpec.Check;
import dev.proa.profile.SidecarSpec.Need;
import dev.proa.profile.SidecarSpec.Restart;
import dev.proa.profile.SidecarSpec.RestartPolicy;
import dev.proa.profile.SidecarSpec.Strategy;
import dev.proa.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sidecars that need each other, with real guards and children. */
class NeedsTest {
    @TempDir Path data;

    private static Specs sleeper(String id) {
        return Specs.sidecar(id).runs("sleep", "1000");
    }

    /** Writes its comings and goings to a file that all share, and dies on request. */
    private Specs tracer(String id) {
        var script =
                "trap 'echo down-$0 >> order; exit 0' TERM; echo up-$0 >> order; echo ready;"
                        + " while [ ! -e kill-$0 ]; do sleep 0.02; done;"
                        + " rm kill-$0; echo dead-$0 >> order; exit 1";
        return Specs.sidecar(id)
                .runs("sh", "-c", script, id)
                .in(data)
                .ready(new Check.Log(Pattern.compile("^ready$")));
    }

    private static Restart rule(int max, Strategy strategy) {
        var within = Duration.ofSeconds(90);
        return new Restart(RestartPolicy.ALWAYS, max, within, strategy, Set.of(), Set.of());
    }

    private void kill(String id) throws IOException {
        Files.createFile(data.resolve("kill-" + id));
    }

    private List<String> order() throws IOException {
        return Files.readAllLines(data.resolve("order"));
    }

    private void awaitOrder(TestBench bench, String... lines) {
        try {
            Await.until("this order", () -> order().equals(List.of(lines)));
        } catch (AssertionError e) {
            throw new AssertionError(String.join("\n", bench.story()), e);
        }
    }

    @Test
    void aTaskHasToCompleteBeforeThoseThatNeedItStart() throws IOException {
        var task =
                Specs.sidecar("migrate")
                        .shell("while [ ! -e go ]; do sleep 0.02; done; echo migrated >> order")
                        .in(data)
                        .kind(SidecarSpec.Kind.TASK);
        try (var bench =
                TestBench.of(
                        data,
                        task,
                        tracer("api").needs("migrate", new Need.CompletedSuccessfully()),
                        tracer("web").needs("migrate", new Need.Ready()))) {
            bench.start().await("migrate", SidecarPhase.LIVE); // at work, and nothing is ready
            bench.await("api", SidecarPhase.WAITING);
            Files.createFile(data.resolve("go"));
            bench.await("api", SidecarPhase.READY);
            bench.await("web", SidecarPhase.READY);

            assertThat(bench.status("migrate").state()).isEqualTo(SidecarPhase.COMPLETED);
            assertThat(bench.events(RuntimeEvent.SidecarChanged.class))
                    .noneMatch(it -> it.sidecar().equals("migrate") && it.to().equals("READY"))
                    .anyMatch(it ->
                            it.reason().startsWith("waits for migrate to exit with 0, which is "));
            Await.until("three lines", () -> order().size() == 3);
            assertThat(order().getFirst()).isEqualTo("migrated");
            assertThat(bench.events(RuntimeEvent.SidecarStarted.class)).hasSize(3);
        }
    }

    @Test
    void whoeverWaitsSaysForWhomAndWhyAlsoWhenItCanNeverCome() {
        var failing =
                Specs.sidecar("migrate")
                        .shell("exit 3")
                        .kind(SidecarSpec.Kind.TASK)
                        .restarts(RestartPolicy.NEVER);
        try (var bench =
                TestBench.of(
                        data,
                        failing,
                        Specs.sidecar("db").runs("no-such-program"),
                        sleeper("api").needs("migrate", new Need.CompletedSuccessfully()),
                        sleeper("web")
                                .needs("api", new Need.Started())
                                .needs("db", new Need.Ready()),
                        sleeper("after").needs("migrate", new Need.Completed()))) {
            bench.start().await("after", SidecarPhase.READY);
            bench.await("db", SidecarPhase.FAILED_CONFIG);

            Await.until(
                    "api says it",
                    () ->
                            bench.status("api")
                                    .reason()
                                    .equals(
                                            "waits for migrate to exit with 0, which has failed: it exited with code 3"));
            Await.until(
                    "web says it: " + bench.status("web").reason(),
                    () ->
                            bench.status("web")
                                    .reason()
                                    .equals(
                                            "waits for api to start, which waits too; and for db, which cannot be"
                                                    + " started: \"no-such-program\" is not on the PATH"));
        }
    }

    @Test
    void aLineOfThePresentProcessIsWaitedFor() throws IOException {
        var script =
                "echo first; while [ ! -e go ]; do sleep 0.02; done; echo port 80 open; sleep 1000";
        try (var bench =
                TestBench.of(
                        data,
                        Specs.sidecar("db").shell(script).in(data),
                        sleeper("api")
                                .needs("db", new Need.Log(Pattern.compile("port \\d+ open"))))) {
            bench.start().await("db", SidecarPhase.READY);
            Await.until(
                    "it waits for the line",
                    () ->
                            bench.status("api")
                                    .reason()
                                    .equals(
                                            "waits for db to print a line with port \\d+ open, which is running"));
            Files.createFile(data.resolve("go"));
            bench.await("api", SidecarPhase.READY);
            Files.delete(data.resolve("go"));
            bench.supervisor().restart("db");
            bench.supervisor().stop("api");
            bench.await("api", SidecarPhase.STOPPED);
            bench.await("db", SidecarPhase.READY);
            bench.supervisor().start("api");

            bench.await("api", SidecarPhase.WAITING); // the line of the old process does not count
        }
    }

    @Test
    void restForDependentsTakesThemDownInReverseAndUpInOrderWithoutCharge() throws IOException {
        try (var bench =
                TestBench.of(
                        data,
                        tracer("db").restart(rule(6, Strategy.REST_FOR_DEPENDENTS)),
                        tracer("api").needs("db", new Need.Ready()),
                        tracer("web").needs("api", new Need.Ready()),
                        sleeper("other"))) {
            bench.start().await("web", SidecarPhase.READY);
            long other = bench.await("other", SidecarPhase.READY).pid().orElseThrow();
            awaitOrder(bench, "up-db", "up-api", "up-web");
            kill("db");
            awaitOrder(
                    bench,
                    "up-db",
                    "up-api",
                    "up-web",
                    "dead-db",
                    "down-web",
                    "down-api",
                    "up-db",
                    "up-api",
                    "up-web");
            bench.await("web", SidecarPhase.READY);

            assertThat(bench.status("db").budget().used()).isEqualTo(1);
            assertThat(bench.status("api").budget().used()).isZero();
            assertThat(bench.status("web").restarts()).isZero();
            assertThat(bench.status("other").pid()).hasValue(other);
            bench.supervisor().restart("db");
            awaitOrder(
                    bench,
                    "up-db",
                    "up-api",
                    "up-web",
                    "dead-db",
                    "down-web",
                    "down-api",
                    "up-db",
                    "up-api",
                    "up-web",
                    "down-web",
                    "down-api",
                    "down-db",
                    "up-db",
                    "up-api",
                    "up-web");
            assertThat(bench.status("db").budget().used()).isZero();
        }
    }

    @Test
    void oneForAllTakesEverybodyDownAndOneForOneNobody() throws IOException {
        try (var bench =
                TestBench.of(
                        data,
                        tracer("db"),
                        tracer("api")
                                .needs("db", new Need.Ready())
                                .restart(rule(6, Strategy.ONE_FOR_ALL)))) {
            bench.start().await("api", SidecarPhase.READY);
            awaitOrder(bench, "up-db", "up-api");
            kill("db");
            awaitOrder(bench, "up-db", "up-api", "dead-db", "up-db");
            bench.await("db", SidecarPhase.READY);
            kill("api");

            awaitOrder(
                    bench,
                    "up-db",
                    "up-api",
                    "dead-db",
                    "up-db",
                    "dead-api",
                    "down-db",
                    "up-db",
                    "up-api");
        }
    }

    @Test
    void dependentsOfASidecarInSafeModeGoDownAndWaitAndComeWithItAgain() throws IOException {
        try (var bench =
                TestBench.of(
                        data,
                        tracer("db").restart(rule(0, Strategy.ONE_FOR_ONE)),
                        tracer("api").needs("db", new Need.Ready()),
                        tracer("web").needs("api", new Need.Ready()))) {
            bench.start().await("web", SidecarPhase.READY);
            awaitOrder(bench, "up-db", "up-api", "up-web");
            kill("db");
            bench.await("db", SidecarPhase.SAFE_MODE);
            awaitOrder(bench, "up-db", "up-api", "up-web", "dead-db", "down-web", "down-api");
            Await.until(
                    "api says why",
                    () ->
                            bench.status("api")
                                    .reason()
                                    .startsWith(
                                            "waits for db, which is in safe mode: it exited with code 1"));
            bench.supervisor().retry("db");
            bench.await("web", SidecarPhase.READY);

            assertThat(order()).hasSize(9).endsWith("up-db", "up-api", "up-web");
            assertThat(bench.status("api").restarts()).isZero();
        }
    }

    @Test
    void aRestartWhileWaitingNeverMakesTwoAndAStopWhileWaitingStops() throws IOException {
        var slow = "while [ ! -e go ]; do sleep 0.02; done; echo ready; sleep 1000";
        try (var bench =
                TestBench.of(
                        data,
                        Specs.sidecar("db")
                                .shell(slow)
                                .in(data)
                                .ready(new Check.Log(Pattern.compile("^ready"))),
                        sleeper("api").needs("db", new Need.Ready()),
                        sleeper("web").needs("db", new Need.Ready()))) {
            bench.start().await("db", SidecarPhase.STARTING);
            for (int i = 0; i < 20; i++) {
                bench.supervisor().restart("api");
                bench.supervisor().start("api");
            }
            bench.supervisor().stop("web");
            bench.await("web", SidecarPhase.STOPPED);
            Files.createFile(data.resolve("go"));
            bench.await("api", SidecarPhase.READY);
            bench.await("db", SidecarPhase.READY);

            assertThat(bench.events(RuntimeEvent.SidecarStarted.class))
                    .extracting(RuntimeEvent.SidecarStarted::sidecar)
                    .containsExactly("db", "api");
            assertThat(bench.status("web").state()).isEqualTo(SidecarPhase.STOPPED);
        }
    }
}
