package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.supervisor.ManyDeaths.Death;
import dev.proa.testkit.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Faults 1, 2, 4, 5 and 6, in a box that nothing can get out of. */
class KilledRuntimeTest {
    /** Five hundred that hear nothing but KILL, every second one in a session of its own. */
    private static final String FIVE_HUNDRED =
            """
            import os, signal
            for name in ('SIGTERM', 'SIGINT', 'SIGHUP'):
                signal.signal(getattr(signal, name), signal.SIG_IGN)
            for i in range(500):
                if os.fork() == 0:
                    if i % 2:
                        os.setsid()
                    while True: signal.pause()
            print('ready', flush=True)
            while True: signal.pause()
            """;

    private static final String STORM =
            "trap '' TERM HUP; for i in 1 2 3 4 5 6 7 8; do \"$0\" hydra & done; echo ready; while :; do sleep 1; done";

    @TempDir Path folder;
    private String nasty;
    private DeathBox box;

    @BeforeEach
    void prepare() throws IOException, InterruptedException {
        box = new DeathBox(folder);
        nasty = box.nasty();
    }

    @Test
    void killingTheRuntimeLeavesNothing() throws Exception {
        dies(1, Death.RUNTIME, 10, 200, nasty, "tree");
    }

    @Test
    void killingTheRuntimeWhileItStartsASidecarLeavesNothing() throws Exception {
        dies(2, Death.RUNTIME_WHILE_STARTING, 5, 100, nasty, "tree");
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "ROOT_GUARD",
                "CHILD_GUARD",
                "RUNTIME_AND_ROOT_GUARD",
                "RUNTIME_AND_CHILD_GUARD"
            })
    void killingAGuardWithOrWithoutTheRuntimeLeavesNothing(Death death) throws Exception {
        dies(4, death, 2, 50, nasty, "tree");
    }

    @Test
    void neitherDoesAForkStormAtFullSpeed() throws Exception {
        dies(6, Death.RUNTIME, 2, 20, "sh", "-c", STORM, nasty);
    }

    @Test
    void norATreeOfFiveHundred() throws Exception {
        dies(6, Death.RUNTIME, 1, 10, "python3", "-S", "-c", FIVE_HUNDRED);
    }

    @Test
    void theNextLaunchEndsWhatIsLeftWhenTheRuntimeAndAllItsGuardsAreKilled() throws Exception {
        var fault = Fault.number(5, "runtime and all guards killed, next launch reaps");
        int trials = fault.trials(5, 50);
        conclude(fault, trials, box.says(AllKilled.class, box.guard(), "" + trials, nasty));
    }

    @Test
    void theGuardInJavaLeavesNothingEither() throws Exception {
        var none = folder.resolve("no-guard");
        var fault = Fault.number(1, "runtime killed, guard in Java");
        int trials = fault.trials(3, 20);
        var death = Death.RUNTIME.toString();
        conclude(
                fault, trials, box.says(ManyDeaths.class, none, death, "" + trials, nasty, "tree"));
        var all = Fault.number(5, "runtime and all guards killed, guard in Java");
        conclude(all, trials, box.says(AllKilled.class, none, "" + trials, nasty));
    }

    private void dies(int number, Death death, int shortForm, int longForm, String... tree)
            throws IOException, InterruptedException {
        var program = Path.of(tree[0]).getFileName();
        var fault = Fault.number(number, "kill -9 of " + death + " over " + program);
        int trials = fault.trials(shortForm, longForm);
        var words = new ArrayList<>(List.of(death.toString(), "" + trials));
        words.addAll(List.of(tree));

        var said = box.says(ManyDeaths.class, box.guard(), words.toArray(String[]::new));

        var gone = conclude(fault, trials, said).stream().sorted().toList();
        if (Fault.isLong()) {
            assertThat(gone.get((int) Math.ceil(gone.size() * 0.99) - 1))
                    .isLessThan(number == 6 ? Duration.ofSeconds(2) : Duration.ofMillis(500));
        }
    }

    /** Of lines like "died 12345678 0": nanoseconds until nothing was left, survivors. */
    private static List<Duration> conclude(Fault fault, int trials, String said) {
        var died =
                said.lines().map(line -> line.split(" ")).filter(w -> w[0].equals("died")).toList();
        assertThat(died).as(said).hasSize(trials);
        died.forEach(words -> fault.tried(words[2].equals("0")));
        fault.figure("survivors", died.stream().mapToInt(w -> Integer.parseInt(w[2])).sum());
        var gone = died.stream().map(w -> Duration.ofNanos(Long.parseLong(w[1]))).toList();
        fault.figures("gone_ms", gone).conclude();
        return gone;
    }
}
