package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.profile.SidecarSpec.Check;
import dev.proa.profile.SidecarSpec.Need;
import dev.proa.profile.SidecarSpec.Restart;
import dev.proa.profile.SidecarSpec.RestartPolicy;
import dev.proa.profile.SidecarSpec.Strategy;
import dev.proa.testkit.Await;
import dev.proa.testkit.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fault 23: a dependency crashes while those that need it start, and people ask meanwhile. */
class FaultsOfNeedsTest {
    @TempDir Path folder;

    /** Writes its comings and goings to a file that all share; slow to be ready. */
    private static Specs tracer(Path data, String id, Strategy strategy) {
        var script =
                "trap 'echo down $0 $$$$ >> order; exit 0' TERM; echo up $0 $$$$ >> order; sleep 0.15;"
                        + " echo ready; while :; do sleep 0.02; done";
        var rule =
                new Restart(
                        RestartPolicy.ALWAYS,
                        6,
                        Duration.ofSeconds(90),
                        strategy,
                        Set.of(),
                        Set.of());
        return Specs.sidecar(id)
                .runs("sh", "-c", script, id)
                .in(data)
                .restart(rule)
                .ready(new Check.Log(Pattern.compile("^ready$")));
    }

    @Test
    void aDependencyThatCrashesWhileOthersStartLeavesOneProcessOfEach() throws Exception {
        var fault =
                Fault.number(23, "a dependency crashes mid-start, restarts are asked meanwhile");
        int trials = fault.trials(3, 50);
        for (int i = 0; i < trials; i++) {
            int trial = i;
            fault.hold(() -> crash(Files.createDirectory(folder.resolve("t" + trial)), trial));
        }
        fault.conclude();
    }

    private static void crash(Path data, int trial) throws IOException {
        try (var bench =
                TestBench.of(
                        data,
                        tracer(data, "db", Strategy.REST_FOR_DEPENDENTS),
                        tracer(data, "api", Strategy.ONE_FOR_ONE).needs("db", new Need.Ready()),
                        tracer(data, "web", Strategy.ONE_FOR_ONE).needs("api", new Need.Ready()))) {
            bench.start().await("api", SidecarPhase.STARTING);
            long db = bench.status("db").pid().orElseThrow();
            ProcessHandle.of(db).orElseThrow().destroyForcibly();
            for (var id : List.of("web", "api", "web")) {
                bench.supervisor().restart(trial % 2 == 0 ? id : "web"); // while it waits
            }
            Await.until(
                    "all are ready with another db",
                    () ->
                            List.of("db", "api", "web").stream()
                                            .allMatch(id -> bench.status(id).ready())
                                    && bench.status("db").pid().orElse(db) != db);

            assertThat(bench.status("api").budget().used()).as("not its fault").isZero();
            assertThat(bench.status("web").budget().used()).as("not its fault").isZero();
            oneOfEach(data, db);
        }
    }

    /** Nobody came while another one of the same name was there. */
    private static void oneOfEach(Path data, long killed) throws IOException {
        var there = new HashSet<String>();
        var named = new HashSet<String>();
        for (var line : Files.readAllLines(data.resolve("order"))) {
            var words = line.split(" ", -1);
            if (words[0].equals("up")) {
                named.add(words[1]);
                assertThat(there)
                        .as("beside %s", line)
                        .noneMatch(w -> w.startsWith(words[1] + " "));
                if (!words[2].equals(Long.toString(killed))) {
                    there.add(words[1] + " " + words[2]);
                }
            } else {
                there.remove(words[1] + " " + words[2]);
            }
        }
        assertThat(named).containsExactlyInAnyOrder("db", "api", "web");
        assertThat(there).hasSize(3);
    }
}
