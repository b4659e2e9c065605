package dev.proa.product;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.testkit.Await;
import dev.proa.testkit.Fault;
import dev.proa.testkit.MadeHistory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A long history is taken in by the command: in little memory, whole after a kill, and once. */
class ImportIT {
    private static final long SHORT = 20L << 20;
    private static final long LONG = 1L << 30;
    private static final long MOST_KIB = 300 * 1024;
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir Path temp;

    @Test
    void survivesKillsInLittleMemoryAndIsTakenInOnce() throws Exception {
        var fault = Fault.number(35, "an import of a long history is killed and goes on");
        try (var home = new Home(temp)) {
            var made = MadeHistory.in(home.folder(), Fault.isLong() ? LONG : SHORT, 7);
            var data = home.data("d");
            for (var kill = 1; kill <= 2; kill++) {
                killed(home, data, kill * 40);
            }

            var most = new AtomicLong();
            var rest = imported(home, data, most);
            var again = imported(home, data, most);

            assertThat(rest.path("state").asString()).isEqualTo("done");
            assertThat(rest.path("events").asLong()).isPositive();
            assertThat(again.path("events").asLong()).isZero();
            assertThat(again.path("duplicates").asLong()).isZero();
            assertThat(tokens(home, data)).isEqualTo(made.tokens());
            assertThat(most.get()).as("KiB of memory").isBetween(1L, MOST_KIB);
            var priced = recalculated(home, data);
            assertThat(priced.path("events").asLong()).isEqualTo(made.messages());
            assertThat(priced.path("changed").asLong()).isZero();
            fault.tried(true);
            fault.figure("bytes of history", (double) made.bytes())
                    .figure("messages", (double) made.messages())
                    .figure(
                            "events of the run after the kills",
                            (double) rest.path("events").asLong())
                    .figure("events of a second run", (double) again.path("events").asLong())
                    .figure("highest memory in KiB", (double) most.get())
                    .figure("events priced anew", (double) priced.path("events").asLong());
            fault.conclude();
        }
    }

    private static List<String> command(Path data) {
        return Home.launcher("events", "import", "--json", "--data-dir", data.toString());
    }

    /** Kills an import that has stored something, and is not done. */
    private static void killed(Home home, Path data, int grown) throws Exception {
        var log = data.resolve("events.db-wal");
        var before = size(log) + size(data.resolve("events.db"));
        var process =
                home.prepare(command(data))
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        Await.until(
                "something to be stored",
                () ->
                        size(log) + size(data.resolve("events.db")) > before + grown * 4_096L
                                || !process.isAlive());
        assertThat(process.isAlive()).as("killed in the midst of it").isTrue();
        process.destroyForcibly().waitFor();
    }

    private static JsonNode imported(Home home, Path data, AtomicLong most) throws Exception {
        var process =
                home.prepare(command(data)).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        var watch =
                Thread.ofPlatform()
                        .start(() -> {
                            while (process.isAlive()) {
                                most.accumulateAndGet(peak(process.pid()), Math::max);
                                LockSupport.parkNanos(20_000_000);
                            }
                        });
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        watch.join();
        return JSON.readTree(said);
    }

    /** The most memory that a process has had, in KiB; 0 if it has ended. */
    private static long peak(long pid) {
        try {
            for (var line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
                if (line.startsWith("VmHWM:")) {
                    return Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
            return 0;
        } catch (IOException e) {
            return 0;
        }
    }

    private static long size(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }

    /** What the command says that asks the log. */
    private static JsonNode said(Home home, Path data, String command) throws Exception {
        var words = Home.launcher("events", command, "--json", "--data-dir", data.toString());
        var process = home.prepare(words).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return JSON.readTree(said);
    }

    /** All events priced anew by a running monitor, however long that takes. */
    private static JsonNode recalculated(Home home, Path data) throws Exception {
        try (var _ = home.monitor(data.getFileName().toString())) {
            return said(home, data, "recalculate");
        }
    }

    /** All that was used, by the sums of the log. */
    private static long tokens(Home home, Path data) throws Exception {
        var total = said(home, data, "costs").path("total");
        return total.path("tokens_in").asLong()
                + total.path("tokens_out").asLong()
                + total.path("cache_read_tokens").asLong()
                + total.path("cache_write_tokens").asLong();
    }
}
