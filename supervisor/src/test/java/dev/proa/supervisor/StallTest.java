package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.testkit.Await;
import dev.proa.testkit.Fault;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runtime itself is stopped for a while, as a suspended machine or a debugger would. */
class StallTest {
    private static final Duration STALL = Duration.ofSeconds(Fault.isLong() ? 10 : 5);

    @TempDir Path data;

    @Test
    void aRuntimeThatStoodStillAsksOnceAndRestartsNobody() throws Exception {
        var fault = Fault.number(27, "a runtime that stood still asks once and restarts nobody");
        for (int i = fault.trials(1, 2); i > 0; i--) {
            var folder = Files.createDirectory(data.resolve("run" + i));
            fault.hold(() -> standStill(folder, fault));
        }
        fault.figure("stall_s", (double) STALL.toSeconds()).conclude();
    }

    private static void standStill(Path data, Fault fault)
            throws IOException, InterruptedException {
        var runtime =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "-Xmx64m",
                                "--enable-native-access=ALL-UNNAMED",
                                "-Dproa.guard=" + System.getProperty("proa.guard"),
                                "-cp",
                                classPath(),
                                StalledRuntime.class.getName(),
                                data.toString())
                        .redirectErrorStream(true)
                        .start();
        try {
            Await.until("it asks", () -> asked(data).size() > 6);

            signal("STOP", runtime.pid());
            stand(STALL);
            int before = asked(data).size();
            signal("CONT", runtime.pid());
            stand(StalledRuntime.EVERY.multipliedBy(4));
            int burst = asked(data).size() - before;
            Await.until("it goes on asking", () -> asked(data).size() > before + 4);
            Files.createFile(data.resolve("end"));
            var said = new String(runtime.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(said).contains("READY restarts 0 same");
            // Of each kind one at once and four at their pace, and none of the ten that were
            // missed.
            fault.figure("checks_of_two_kinds_in_four_periods", burst);
            assertThat(burst).isLessThanOrEqualTo(2 * 5);
            assertThat(runtime.waitFor()).isZero();
        } finally {
            runtime.destroyForcibly().waitFor();
        }
    }

    private static List<String> asked(Path data) throws IOException {
        var notes = data.resolve("asked");
        return Files.exists(notes) ? Files.readAllLines(notes) : List.of();
    }

    private static void stand(Duration duration) {
        var end = System.nanoTime() + duration.toNanos();
        Await.until("time passes", duration.multipliedBy(3), () -> System.nanoTime() - end >= 0);
    }

    private static void signal(String name, long pid) throws IOException, InterruptedException {
        var kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start();
        assertThat(kill.waitFor()).isZero();
    }

    /** Of a program that runs classes of these tests. */
    static String classPath() {
        var paths = new LinkedHashSet<String>();
        for (var property : List.of("java.class.path", "jdk.module.path")) {
            paths.addAll(List.of(System.getProperty(property, "").split(File.pathSeparator, -1)));
        }
        // With modules the test's own classes are patched in, and on neither path.
        paths.add(Path.of("target/test-classes").toAbsolutePath().toString());
        paths.remove("");
        return String.join(File.pathSeparator, paths);
    }
}
