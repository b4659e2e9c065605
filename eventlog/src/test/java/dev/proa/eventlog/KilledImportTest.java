package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.testkit.MadeHistory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An import that is killed goes on where it was, and ends with what one alone would have. */
class KilledImportTest {
    private static final int KILLS = 8;

    @TempDir Path folder;

    @Test
    void losesAndDoublesNothingWhenItIsKilled() throws Exception {
        var seed = 20_261_121L;
        var home = Files.createDirectory(folder.resolve("home"));
        var made = MadeHistory.in(home, 6_000_000, seed);
        var killed = Files.createDirectory(folder.resolve("killed"));
        var whole = Files.createDirectory(folder.resolve("whole"));
        var random = new Random(seed);

        var stored = 0L;
        for (var kill = 0; kill < KILLS; kill++) {
            stored += runAndKill(killed, home, 1 + random.nextInt(6));
        }
        var last = run(killed, home, Integer.MAX_VALUE);
        var again = run(killed, home, Integer.MAX_VALUE);
        run(whole, home, Integer.MAX_VALUE);

        assertThat(last).last().asString().isEqualTo("done");
        assertThat(last).allMatch(line -> line.matches("stored \\d+ 0|done"));
        assertThat(again).containsExactly("done");
        assertThat(stored).isPositive();
        try (var one = new TestLog(killed);
                var other = new TestLog(whole)) {
            assertThat(events(one)).isEqualTo(events(other)).hasSizeGreaterThan(1_000);
            assertThat(sessions(one)).isEqualTo(sessions(other));
            assertThat(one.stats().path("total_events"))
                    .isEqualTo(other.stats().path("total_events"));
            assertThat(one.events("event_type", "user_prompt").path("total").longValue())
                    .isEqualTo(made.prompts());
            assertThat(one.events("event_type", "tool_use").path("total").longValue())
                    .isEqualTo(made.calls());
        }
    }

    private static long runAndKill(Path log, Path home, int lines) throws Exception {
        return run(log, home, lines).stream()
                .filter(line -> line.startsWith("stored"))
                .mapToLong(line -> Long.parseLong(line.split(" ", -1)[1]))
                .sum();
    }

    /** What it printed before it was killed after so many lines, or ended. */
    private static List<String> run(Path log, Path home, int lines) throws Exception {
        var process = ChildProcess.started(KilledImport.class, log.toString(), home.toString());
        var said = new ArrayList<String>();
        try (var out = process.inputReader()) {
            for (var line = out.readLine(); line != null; line = out.readLine()) {
                said.add(line);
                if (said.size() >= lines) {
                    // By its handle: Process.destroyForcibly() would close the pipe.
                    process.toHandle().destroyForcibly();
                }
            }
        } finally {
            process.destroyForcibly();
            process.waitFor();
        }
        return said;
    }

    /** Every event by its id, with what does not depend on the moment of the import. */
    private static Map<String, String> events(TestLog log) throws InterruptedException {
        return log.log.read(connection -> {
            var all = new TreeMap<String, String>();
            try (var statement = connection.createStatement();
                    var rows =
                            statement.executeQuery(
                                    "SELECT event_id, session_id || event_type || status || tokens_in"
                                            + " || coalesce(duration_ms, '') || client_timestamp"
                                            + " || metadata FROM events")) {
                while (rows.next()) {
                    all.put(rows.getString(1), rows.getString(2));
                }
            }
            return all;
        });
    }

    private static List<String> sessions(TestLog log) throws InterruptedException {
        return log.sessions("limit", "0")
                .path("sessions")
                .valueStream()
                .map(session ->
                        session.path("id").asString()
                                + " "
                                + session.path("event_count")
                                + " "
                                + session.path("tokens_in")
                                + " "
                                + session.path("lines_added")
                                + " "
                                + session.path("started_at")
                                + session.path("last_event_at"))
                .sorted()
                .toList();
    }
}
