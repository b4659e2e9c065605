package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.testkit.Await;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a log does by itself goes on after a failure, and says so. */
class ChoresTest {
    private static final Duration SOON = Duration.ofMillis(10);

    @TempDir Path folder;
    private TestLog log;

    @BeforeEach
    void open() {
        log = new TestLog(folder);
    }

    @AfterEach
    void close() {
        log.close();
    }

    private static void fail(boolean error) {
        if (error) {
            throw new OutOfMemoryError("made up");
        }
        throw new IllegalStateException("a query failed", new ArithmeticException("made up"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsTooOldIsDeletedAfterAFailureToo(boolean error) {
        var times = new AtomicInteger();
        var none =
                new SettingValues.Retention(
                        OptionalInt.empty(), OptionalLong.empty(), new TreeMap<>());
        try (var _ =
                new Housekeeping(
                        log.log,
                        () -> {
                            if (times.incrementAndGet() == 1) {
                                fail(error);
                            }
                            return none;
                        },
                        SOON,
                        SOON)) {
            Await.until("it is tried again", () -> times.get() > 2);
        }

        assertThat(log.problems).hasSize(1);
        assertThat(log.problems.getFirst().toString()).contains("a chore", "made up");
    }

    @Test
    void anErrorOfTheMachineEndsTheImportAndNotThoseThatFollow() throws Exception {
        var broken =
                (Path)
                        Proxy.newProxyInstance(
                                Path.class.getClassLoader(),
                                new Class<?>[] {Path.class},
                                (_, _, _) -> {
                                    throw new OutOfMemoryError("made up");
                                });
        var places = new HistoryPlaces(List.of(broken), List.of());
        try (var imports = new Imports(log.log, places, () -> Duration.ZERO, _ -> {})) {
            var failed = TestJobs.run(imports, "{\"source\":\"claude\"}");

            assertThat(failed.path("state").stringValue()).isEqualTo("failed");
            assertThat(failed.path("problem").stringValue()).contains("made up");
            assertThat(TestJobs.run(imports, "{\"source\":\"codex\"}").path("state").stringValue())
                    .isEqualTo("done");
        }
    }
}
