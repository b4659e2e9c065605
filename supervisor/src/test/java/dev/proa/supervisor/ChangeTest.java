package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proa.journal.RuntimeEvent;
import dev.proa.profile.SidecarSpec;
import dev.proa.profile.SidecarSpec.Check;
import dev.proa.profile.SidecarSpec.Need;
import dev.proa.profile.SidecarSpec.Port;
import dev.proa.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One set of sidecars becomes another while the supervisor runs. Real guards, real children. */
class ChangeTest {
    @TempDir Path data;

    private static List<SidecarSpec> specs(Specs... sidecars) {
        return Stream.of(sidecars).map(Specs::done).toList();
    }

    private Specs traced(String id) {
        var trace =
                "echo up-$0 >> "
                        + data
                        + "/order; trap 'echo down-$0 >> "
                        + data
                        + "/order; exit 0' TERM; echo ready; while :; do sleep 0.02; done";
        return Specs.sidecar(id)
                .runs("sh", "-c", trace, id)
                .ready(new Check.Log(Pattern.compile("^ready$")));
    }

    @Test
    void stopsWhoLeavesInReverseStartsWhoJoinsAndLeavesTheOthersAlone() throws Exception {
        try (var bench =
                TestBench.of(
                        data,
                        traced("kept"),
                        traced("db"),
                        traced("api").needs("db", new Need.Ready()))) {
            bench.start().await("api", SidecarPhase.READY);
            var pid = bench.await("kept", SidecarPhase.READY).pid();
            Files.delete(data.resolve("order"));

            bench.supervisor()
                    .change(
                            "remote_slim",
                            specs(traced("kept"), traced("web").needs("kept", new Need.Ready())));

            bench.await("web", SidecarPhase.READY);
            assertThat(data.resolve("order")).content().isEqualTo("down-api\ndown-db\nup-web\n");
            assertThat(bench.status("kept").pid()).isEqualTo(pid).isPresent();
            assertThat(bench.supervisor().snapshot())
                    .extracting(SidecarStatus::id)
                    .containsExactly("kept", "web");
            assertThat(bench.supervisor().status("api")).isEmpty();
        }
    }

    @Test
    void nothingIsLeftOfWhomNobodyWantsAnyMoreHoweverStubborn() throws Exception {
        var stubborn =
                Specs.sidecar("db")
                        .shell("trap '' TERM; (trap '' TERM; sleep 998) & sleep 999; wait")
                        .grace(Duration.ofMillis(200));
        try (var bench = TestBench.of(data, stubborn)) {
            bench.start().await("db", SidecarPhase.READY);

            bench.supervisor().change("remote_slim", List.of());

            assertThat(bench.supervisor().snapshot()).isEmpty();
            assertThat(ProcessHandle.current().descendants())
                    .noneMatch(child ->
                            child.info()
                                    .commandLine()
                                    .filter(line -> line.contains("sleep 99"))
                                    .isPresent());
        }
    }

    @Test
    void oneWhoseEntryChangedRunsWithTheNewOneAndSeesTheNewMode() throws Exception {
        var before =
                Specs.sidecar("api")
                        .shell("echo one in $PROA_MODE; sleep 1000")
                        .ready(new Check.Log(Pattern.compile("^one")));
        var after =
                Specs.sidecar("api")
                        .shell("echo two in $PROA_MODE; sleep 1000")
                        .ready(new Check.Log(Pattern.compile("^two")));
        try (var bench = TestBench.of(data, before)) {
            var first = bench.start().await("api", SidecarPhase.READY).pid();
            Await.until("its words", () -> written("one in local_fullstack"));

            bench.supervisor().change("remote_slim", specs(after));

            assertThat(bench.await("api", SidecarPhase.READY).pid()).isNotEqualTo(first);
            Await.until("its words", () -> written("two in remote_slim"));
        }
    }

    /** Its log is made with its first word. */
    private boolean written(String words) throws IOException {
        var log = data.resolve("logs/api.log");
        return Files.exists(log) && Files.readString(log).contains(words);
    }

    @Test
    void aPortAndASocketAreFreeForOthersOnceTheirSidecarHasLeft() throws Exception {
        var held =
                Specs.sidecar("held")
                        .shell("sleep 1000")
                        .port(new Port.Inherit(OptionalInt.empty()));
        try (var bench = TestBench.of(data, held)) {
            bench.start();
            Await.until("its port", () -> bench.status("held").port().isPresent());
            int port = bench.status("held").port().orElseThrow().number();

            bench.supervisor().change("remote_slim", List.of());

            Await.until(
                    "port " + port + " is free",
                    () -> {
                        try (var _ =
                                new java.net.ServerSocket(
                                        port, 1, java.net.InetAddress.ofLiteral("127.0.0.1"))) {
                            return true;
                        } catch (java.net.BindException e) {
                            return false;
                        }
                    });
        }
    }

    @Test
    void backAgainItStartsAsIfForTheFirstTime() throws Exception {
        try (var bench = TestBench.of(data, traced("db"))) {
            bench.start().await("db", SidecarPhase.READY);
            for (int i = 0; i < 3; i++) {
                bench.supervisor().change("remote_slim", List.of());
                bench.supervisor().change("local_fullstack", specs(traced("db")));
            }

            assertThat(bench.await("db", SidecarPhase.READY).restarts()).isZero();
            assertThat(bench.events(RuntimeEvent.ProblemFound.class)).isEmpty();
        }
    }

    @Test
    void aRunWithoutSidecarsHasNoChildUntilOneJoins() throws Exception {
        try (var bench = TestBench.of(data)) {
            bench.start();
            assertThat(ProcessHandle.current().descendants()).isEmpty();

            bench.supervisor().change("local_fullstack", specs(traced("db")));

            bench.await("db", SidecarPhase.READY);
            assertThat(bench.supervisor().tier().name()).startsWith("native");
        }
    }

    @Test
    void aSecondChangeMeanwhileIsRefusedAndACloseEndsTheFirst() throws Exception {
        var slow =
                Specs.sidecar("db")
                        .shell("trap '' TERM; echo up; while :; do sleep 0.05; done")
                        .ready(new Check.Log(Pattern.compile("up")))
                        .grace(Duration.ofSeconds(3));
        try (var bench = TestBench.of(data, slow)) {
            bench.start().await("db", SidecarPhase.READY);
            var first =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    bench.supervisor().change("remote_slim", List.of());
                                } catch (InterruptedException e) {
                                    Thread.currentThread().interrupt();
                                }
                            });
            bench.await("db", SidecarPhase.STOPPING);

            assertThatThrownBy(() -> bench.supervisor().change("x", List.of()))
                    .isInstanceOf(IllegalStateException.class);
            bench.supervisor().start("db"); // a wish for one that leaves is not heard
            bench.supervisor().closeNow();

            assertThat(first.join(Duration.ofSeconds(10))).isTrue();
            assertThat(bench.supervisor().status("db").map(SidecarStatus::state))
                    .isEqualTo(Optional.of(SidecarPhase.STOPPED));
        }
    }
}
