package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.testkit.Fault;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults 10 and 30: a runtime that ends in its own way, or leaves something behind that is not
 * ours.
 */
class CrashedRuntimeTest {
    @TempDir Path folder;
    private DeathBox box;

    @BeforeEach
    void prepare() {
        box = new DeathBox(folder);
    }

    @Test
    void aProcessThatInheritsTheRuntimesPipesKeepsNobodyAlive() throws Exception {
        var fault = Fault.number(10, "a native process that inherits pipes keeps nobody alive");
        boxed(fault, "heir", fault.trials(1, 20));
        fault.conclude();
    }

    @Test
    void aRuntimeThatEndsItselfInAnyWayLeavesNothing() throws Exception {
        var fault =
                Fault.number(30, "a runtime that crashes, halts or has no memory leaves nothing");
        for (var how : List.of("segv", "halt", "oom")) {
            boxed(fault, how, fault.trials(1, 10));
            fault.figure(how, fault.trials(1, 10));
        }
        fault.conclude();
    }

    /** All of them in one box, which stops at the first that fails. */
    private void boxed(Fault fault, String how, int trials) throws Exception {
        fault.hold(() -> {
            var said = box.says(CrashDeaths.class, box.guard(), Integer.toString(trials), how);
            assertThat(said).contains(trials + " of " + trials + " left nothing, by " + how);
        });
        for (int i = 1; i < trials; i++) {
            fault.tried(true);
        }
    }
}
