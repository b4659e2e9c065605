package dev.proa.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.Problem;
import dev.proa.core.Redaction;
import dev.proa.core.Where;
import dev.proa.testkit.HandTurnedClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalFileTest {
    @TempDir Path folder;

    private final HandTurnedClock clock = new HandTurnedClock();

    private Path path() {
        return folder.resolve("journal.jsonl");
    }

    @Test
    void writesOneJsonObjectALineAndNumbersGoOnAfterARestart() throws IOException {
        try (var journal = JournalFile.open(path(), clock, new Redaction())) {
            journal.record(new RuntimeEvent.RuntimeStopping("Ctrl-C"));
        }
        try (var journal = JournalFile.open(path(), clock, new Redaction())) {
            journal.record(
                    new RuntimeEvent.SidecarExited(
                            "api",
                            7,
                            OptionalInt.empty(),
                            OptionalInt.of(9),
                            List.of("a \"quoted\" line, password=hunter2")));
        }

        assertThat(new JournalReader(path()).after(0, 10))
                .containsExactly(
                        "{\"seq\":1,\"at\":\"2026-01-01T00:00:00Z\",\"event\":\"runtime_stopping\",\"reason\":\"Ctrl-C\"}",
                        "{\"seq\":2,\"at\":\"2026-01-01T00:00:00Z\",\"event\":\"sidecar_exited\",\"sidecar\":\"api\","
                                + "\"pid\":7,\"code\":null,\"signal\":9,\"log_tail\":[\"a \\\"quoted\\\" line, password=***\"]}");
    }

    @Test
    void readsPastATornLastLineAndGoesOnBehindIt() throws IOException {
        try (var journal = JournalFile.open(path(), clock, new Redaction())) {
            journal.record(new RuntimeEvent.RuntimeStopping("one"));
        }
        Files.writeString(path(), "{\"seq\":2,\"at\":\"20", StandardOpenOption.APPEND);
        try (var journal = JournalFile.open(path(), clock, new Redaction())) {
            journal.record(new RuntimeEvent.RuntimeStopping("two"));
            journal.record(new RuntimeEvent.RuntimeStopping("three"));
        }

        var reasons = new JournalReader(path()).after(0, 10);

        assertThat(reasons).hasSize(3).last().asString().contains("three");
        assertThat(reasons.get(1)).contains("two").startsWith("{\"seq\":2,");
    }

    @Test
    void keepsThreeOlderFilesAndReadsOverThem() throws IOException {
        try (var journal = JournalFile.open(path(), 200, clock, new Redaction())) {
            for (int i = 1; i <= 30; i++) {
                journal.record(new RuntimeEvent.RuntimeStopping("number " + i));
            }
        }

        var kept = new JournalReader(path()).after(0, 100);

        assertThat(kept).hasSizeBetween(4, 12).last().asString().contains("number 30");
        assertThat(Files.exists(folder.resolve("journal.jsonl.3"))).isTrue();
        assertThat(Files.exists(folder.resolve("journal.jsonl.4"))).isFalse();
    }

    @Test
    void belongsToItsOwnerAlone() throws IOException {
        try (var journal = JournalFile.open(path(), clock, new Redaction())) {
            journal.record(
                    new RuntimeEvent.ProblemFound(
                            new Problem(Where.of("disk"), "It is full", "Make room")));
        }

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path())))
                .isEqualTo("rw-------");
        assertThat(new JournalReader(path()).after(0, 1).getFirst())
                .contains("\"where\":\"disk\",\"what\":\"It is full\",\"remedy\":\"Make room\"");
    }

    @Test
    void answersOnlyTheNewestEntriesAboveANumber() throws IOException {
        try (var journal = JournalFile.open(path(), clock, new Redaction())) {
            for (int i = 1; i <= 9; i++) {
                journal.record(new RuntimeEvent.RuntimeStopping("number " + i));
            }
        }

        assertThat(new JournalReader(path()).after(3, 2))
                .hasSize(2)
                .first()
                .asString()
                .contains("number 8");
        assertThat(new JournalReader(path()).after(9, 2)).isEmpty();
    }
}
