package dev.proa.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.Problem;
import dev.proa.core.Redaction;
import dev.proa.core.Secret;
import dev.proa.core.Where;
import dev.proa.journal.JournalEntry.Level;
import dev.proa.testkit.HandTurnedClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.LongStream;
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

        assertThat(Files.readAllLines(path()))
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

        assertThat(reasons).extracting(JournalEntry::seq).containsExactly(1L, 2L, 3L);
        assertThat(reasons)
                .extracting(JournalEntry::text)
                .containsExactly("stopping (one)", "stopping (two)", "stopping (three)");
        assertThat(new JournalReader(path()).damaged()).isEqualTo(1);
    }

    @Test
    void aRemoteThatIsAwayAndASwitchThatFailedAreWarnings() throws IOException {
        try (var journal = JournalFile.open(path(), clock, new Redaction())) {
            journal.record(new RuntimeEvent.RemoteChanged("r", "connected", "retrying", "gone"));
            journal.record(new RuntimeEvent.RemoteChanged("r", "retrying", "connected", ""));
            journal.record(new RuntimeEvent.ModeSwitchEnded("a", "b", Duration.ZERO, "no"));
            journal.record(new RuntimeEvent.ModeSwitchEnded("a", "b", Duration.ZERO, ""));
        }

        assertThat(new JournalReader(path()).after(0, 10))
                .extracting(JournalEntry::level)
                .containsExactly(Level.WARN, Level.INFO, Level.WARN, Level.INFO);
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
        assertThat(kept)
                .extracting(JournalEntry::seq)
                .isEqualTo(LongStream.rangeClosed(31 - kept.size(), 30).boxed().toList());
        assertThat(new JournalReader(path()).oldest()).isEqualTo(31 - kept.size());
        assertThat(new JournalReader(path()).newest()).isEqualTo(30);
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
        assertThat(path())
                .content()
                .contains("\"where\":\"disk\",\"what\":\"It is full\",\"remedy\":\"Make room\"");
    }

    @Test
    void goesOnBehindANumberPageByPageAndGivesTheNewestWithoutOne() throws IOException {
        try (var journal = JournalFile.open(path(), 300, clock, new Redaction())) {
            for (int i = 1; i <= 9; i++) {
                journal.record(new RuntimeEvent.RuntimeStopping("number " + i));
            }
        }
        var reader = new JournalReader(path());

        assertThat(reader.after(3, 2)).extracting(JournalEntry::seq).containsExactly(4L, 5L);
        assertThat(reader.after(5, 100))
                .extracting(JournalEntry::seq)
                .containsExactly(6L, 7L, 8L, 9L);
        assertThat(reader.after(9, 2)).isEmpty();
        assertThat(reader.newest(2)).extracting(JournalEntry::seq).containsExactly(8L, 9L);
        assertThat(reader.newest(7)).hasSize(7).first().extracting(JournalEntry::seq).isEqualTo(3L);
    }

    @Test
    void leavesOutWhatIsNoEntryAndSaysHowMuchThatIs() throws IOException {
        Files.writeString(
                path(),
                """
                nonsense
                {"seq":1,"at":"2026-01-01T00:00:00Z","event":"runtime_ready","after_ms":12}
                {"seq":2,"at":"2026-01-01T00:00:00Z","event":"runtime
                {"seq":3,"at":"yesterday","event":"runtime_ready"}
                [1]
                {"seq":4,"at":"2026-01-01T00:00:00Z","event":"runtime_stopped","took_ms":3}
                {"seq":5,"at":"20\
                """);
        var reader = new JournalReader(path());

        assertThat(reader.after(0, 10))
                .extracting(JournalEntry::text)
                .containsExactly("everything is ready after 12 ms", "stopped, in 3 ms");
        assertThat(reader.newest(1)).extracting(JournalEntry::seq).containsExactly(4L);
        assertThat(reader.damaged()).isEqualTo(4);
        assertThat(new JournalReader(folder.resolve("none")).newest(3)).isEmpty();
    }

    @Test
    void saysInWordsWhatHappenedHowMuchItMattersAndNoSecret() throws IOException {
        var redaction = new Redaction();
        redaction.know(Secret.of("a-value-that-is-secret"));
        try (var journal = JournalFile.open(path(), clock, redaction)) {
            journal.record(new RuntimeEvent.SidecarStarted("api", 12, 4000));
            journal.record(
                    new RuntimeEvent.SidecarExited(
                            "api", 12, OptionalInt.of(3), OptionalInt.empty(), List.of("no db")));
            journal.record(
                    new RuntimeEvent.SidecarChanged(
                            "api", "READY", "SAFE_MODE", "a-value-that-is-secret"));
            journal.record(new RuntimeEvent.PageReady("/?token=abcdefgh", "x"));
        }

        var entries = new JournalReader(path()).newest(10);

        assertThat(entries)
                .extracting(JournalEntry::text)
                .containsExactly(
                        "api: started as pid 12, port 4000",
                        "api: exited with code 3 (its last line: no db)",
                        "api: SAFE_MODE, was READY (***)",
                        "a page runs at /?token=***");
        assertThat(entries)
                .extracting(entry -> entry.level().word())
                .containsExactly("info", "warn", "error", "info");
        assertThat(entries.get(2).json().toString())
                .contains("\"level\":\"error\"")
                .doesNotContain("a-value-that-is-secret");
    }
}
