package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.Problem;
import dev.proa.testkit.HandTurnedClock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriterTest {
    @TempDir Path folder;

    @Test
    void outlivesAnErrorOfTheJvm() throws Exception {
        try (var log = new TestLog(folder)) {
            var changed = log.log.change(_ -> fail());
            var worked = log.log.onWriter(_ -> fail());

            assertThat(changed).isFalse();
            assertThat(worked).isFalse();
            assertThat(log.problems).singleElement().satisfies(WriterTest::tellsOfTheStack);
            assertThat(log.log.append(List.of(TestLog.event("s", "after"))))
                    .isInstanceOf(Appended.Stored.class);
        }
    }

    @Test
    void undoesWhatAnErrorLeavesBegun() throws Exception {
        try (var log = new TestLog(folder)) {
            var done =
                    log.log.onWriter(sql -> {
                        sql.begin();
                        Database.run(sql.connection(), "DELETE FROM meta");
                        fail();
                    });

            assertThat(done).isFalse();
            assertThat(log.log.append(List.of(TestLog.event("s", "after"))))
                    .isInstanceOf(Appended.Stored.class);
            assertThat(new EventReplay(log.log).span().epoch()).isPositive();
        }
    }

    private static void fail() {
        throw new StackOverflowError("made by a test");
    }

    private static void tellsOfTheStack(Problem problem) {
        assertThat(problem.toString()).contains("StackOverflowError: made by a test");
    }

    @Test
    void outlivesAListenerThatThrows() throws Exception {
        var problems = new ArrayList<String>();
        var listener =
                new EventLogListener() {
                    @Override
                    public void committed(Commit commit) {
                        throw new IllegalStateException("deaf");
                    }

                    @Override
                    public void troubled(Problem problem) {
                        problems.add(problem.what());
                    }
                };
        try (var log = EventLog.open(folder, new HandTurnedClock(), listener)) {
            assertThat(log.append(List.of(TestLog.event("s", "1"))))
                    .isEqualTo(new Appended.Stored(List.of(1L), 0));
            assertThat(log.append(List.of(TestLog.event("s", "2"))))
                    .isEqualTo(new Appended.Stored(List.of(2L), 0));
        }
        assertThat(problems).isNotEmpty().allMatch(what -> what.contains("deaf"));
    }
}
