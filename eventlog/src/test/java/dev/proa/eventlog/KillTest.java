package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was acknowledged is there after the process was killed, once. */
class KillTest {
    private static final int KILLS = 20;
    private static final int MOST_ACKNOWLEDGED = 600;

    @TempDir Path folder;

    @Test
    void losesNothingAcknowledgedInTwentyKills() throws Exception {
        var seed = 20_261_120L;
        var random = new Random(seed);
        var acknowledged = new HashSet<String>();

        for (var kill = 0; kill < KILLS; kill++) {
            var lines = runAndKill("k" + kill, 1 + random.nextInt(MOST_ACKNOWLEDGED));

            assertThat(lines).as("kill %d, seed %d", kill, seed).allMatch(KillTest::complete);
            lines.forEach(line -> acknowledged.add(line.substring("stored ".length())));
        }

        try (var log = new TestLog(folder)) {
            var stored = storedIds(log);
            assertThat(stored).doesNotHaveDuplicates().containsAll(acknowledged);
            assertThat(acknowledged).hasSizeGreaterThan(KILLS);
            assertThat(log.stats().path("total_events").intValue()).isEqualTo(stored.size());
            assertThat(log.stats().path("total_tokens_in").intValue()).isEqualTo(stored.size());
            assertThat(sumOfSessions(log)).isEqualTo(stored.size());
            assertThat(integrity(log)).isEqualTo("ok");
        }
    }

    private static boolean complete(String line) {
        return line.matches("stored k\\d+-\\d+-\\d+");
    }

    /** Everything that the process said before it was killed, in the middle of its work. */
    private List<String> runAndKill(String name, int afterLines) throws Exception {
        var process = started(name);
        var lines = new ArrayList<String>();
        try (var out = process.inputReader()) {
            for (var i = 0; i < afterLines; i++) {
                var line = out.readLine();
                assertThat(line).as("the writer ended by itself").isNotNull();
                lines.add(line);
            }
            // By its handle: Process.destroyForcibly() would close the pipe with what is in it.
            assertThat(process.toHandle().destroyForcibly()).isTrue();
            // What was written before the kill is still in the pipe; a cut line proves nothing.
            out.lines().filter(KillTest::complete).forEach(lines::add);
        } finally {
            process.destroyForcibly();
            process.waitFor();
        }
        assertThat(process.exitValue()).isEqualTo(128 + 9);
        return lines;
    }

    private Process started(String name) throws IOException {
        return ChildProcess.started(KilledWriter.class, folder.toString(), name);
    }

    private static List<String> storedIds(TestLog log) throws InterruptedException {
        return log.log.read(connection -> {
            var ids = new ArrayList<String>();
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery("SELECT event_id FROM events")) {
                while (rows.next()) {
                    ids.add(rows.getString(1));
                }
            }
            return ids;
        });
    }

    private static int sumOfSessions(TestLog log) throws InterruptedException {
        return log.sessions("limit", "0")
                .path("sessions")
                .valueStream()
                .mapToInt(session -> session.path("event_count").intValue())
                .sum();
    }

    private static String integrity(TestLog log) throws InterruptedException {
        return log.log.read(connection -> {
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery("PRAGMA integrity_check")) {
                return rows.next() ? rows.getString(1) : "";
            }
        });
    }
}
