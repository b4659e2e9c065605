package dev.proa.eventlog;

import static dev.proa.eventlog.IndexerTest.LONG;
import static dev.proa.eventlog.IndexerTest.append;
import static dev.proa.eventlog.IndexerTest.delete;
import static dev.proa.eventlog.IndexerTest.number;
import static dev.proa.eventlog.IndexerTest.parts;
import static dev.proa.eventlog.IndexerTest.total;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proa.core.ProaException;
import dev.proa.testkit.Await;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the index of words when it or a part of it is lost. */
class LostIndexTest {
    @TempDir Path folder;

    private Path words() {
        return folder.resolve("events-words.db");
    }

    @Test
    void takesInWhatIsMissingWhenTheLogIsOpened() throws Exception {
        try (var log = new TestLog(folder)) {
            append(log, "a", 3);
        }
        var early = Files.readAllBytes(words());
        try (var log = new TestLog(folder)) {
            append(log, "b", 2_000);
            assertThat(total(log)).isEqualTo(1_000); // as many as are counted
        }
        Files.write(words(), early); // as after a loss of power

        try (var log = new TestLog(folder)) {
            assertThat(total(log)).isEqualTo(1_000);
            assertThat(number(log, "SELECT count(*) FROM words.search('make')")).isEqualTo(2_003);
            append(log, "c", 2);
            log.log.index(LONG);
            assertThat(number(log, "SELECT count(*) FROM words.search('make')")).isEqualTo(2_005);
        }
    }

    @Test
    void isKeptAfterACrash() throws Exception {
        var copy = Files.createDirectory(folder.resolve("copy"));
        try (var log = new TestLog(folder)) {
            append(log, "a", 3);
            log.log.index(LONG);
            for (var name : List.of("events.db", "events-words.db")) {
                for (var part : List.of(name, name + "-wal")) {
                    Files.copy(folder.resolve(part), copy.resolve(part));
                }
            }
        }
        try (var connection = new Database(copy.resolve("events.db")).writer();
                var index = SearchIndex.open(copy.resolve("events-words.db"), connection)) {
            assertThat(index.last()).isEqualTo(3);
        }
    }

    @Test
    void isMadeAnewWhenItsFileIsGone() throws Exception {
        try (var log = new TestLog(folder)) {
            append(log, "a", 5);
            delete(log, " WHERE id = 3");
        }
        Files.delete(words());

        try (var log = new TestLog(folder)) {
            assertThat(total(log)).isEqualTo(4);
            assertThat(log.problems).isEmpty();
        }
    }

    @Test
    void isMadeAnewForABackupThatIsPutBack() throws Exception {
        var copy = folder.resolve("monday.db");
        try (var log = new TestLog(folder)) {
            append(log, "a", 3);
            log.log.backup(copy);
            append(log, "b", 5);
            assertThat(total(log)).isEqualTo(8);
        }
        Files.copy(copy, folder.resolve("events.db"), StandardCopyOption.REPLACE_EXISTING);

        try (var log = new TestLog(folder)) {
            assertThat(total(log)).isEqualTo(3);
        }
    }

    @Test
    void findsAgainWhatABackupBringsBack() throws Exception {
        var copy = folder.resolve("monday.db");
        try (var log = new TestLog(folder)) {
            append(log, "a", 5);
            log.log.backup(copy);
            delete(log, " WHERE id <= 3");
            assertThat(total(log)).isEqualTo(2);
        }
        Files.copy(copy, folder.resolve("events.db"), StandardCopyOption.REPLACE_EXISTING);

        try (var log = new TestLog(folder)) {
            assertThat(total(log)).isEqualTo(5);
        }
    }

    @Test
    void forgetsAfterACrashWhatWasDeletedBefore() throws Exception {
        try (var log = new TestLog(folder)) {
            append(log, "a", 1_200);
            log.log.index(LONG);
        }
        try (var connection = new Database(folder.resolve("events.db")).writer()) {
            Database.run(connection, LastId.KEEP);
            Database.run(connection, "DELETE FROM events WHERE id > 5"); // and then it died
        }

        try (var log = new TestLog(folder)) {
            assertThat(total(log)).isEqualTo(5);
            assertThat(number(log, "SELECT count(*) FROM words.search('make')")).isEqualTo(5);
            Await.until(
                    "nothing left to forget",
                    () -> number(log, "SELECT count(*) FROM forgotten") == 0);
        }
    }

    @Test
    void theLogCanBeReadWithoutIt() throws Exception {
        try (var log = new TestLog(folder)) {
            append(log, "a", 2);
            log.log.index(LONG);
            Files.delete(words()); // by somebody who cleans up

            assertThat(log.events().path("total").intValue()).isEqualTo(2);
            assertThat(log.stats().path("total_events").intValue()).isEqualTo(2);
        }
        try (var log = new TestLog(folder)) {
            assertThat(total(log)).isEqualTo(2);
        }
    }

    @Test
    void isMadeAnewAfterItWasDamaged() throws Exception {
        try (var log = new TestLog(folder)) {
            append(log, "a", 3_000);
            log.log.index(LONG);
        }
        damage();
        try (var log = new TestLog(folder)) {
            append(log, "b", 3_000);
            Await.until(
                    "told",
                    () -> {
                        log.log.index(LONG);
                        append(log, "c" + System.nanoTime() + "-", 1_500);
                        return !log.problems.isEmpty();
                    });
            assertThat(log.problems.getFirst().toString())
                    .contains("events-words.db", "cannot be read", "made anew from the log");
        }

        try (var log = new TestLog(folder)) {
            log.log.index(LONG);
            assertThat(log.problems).isEmpty();
            assertThat(number(log, "SELECT count(*) FROM words.search('make')"))
                    .isEqualTo(number(log, "SELECT count(*) FROM events"));
        }
    }

    @Test
    void aSearchThatMeetsDamageNamesTheIndexAndHasItMadeAnew() throws Exception {
        try (var log = new TestLog(folder)) {
            append(log, "a", 3_000);
            log.log.index(LONG);
            Await.until("merged", () -> parts(log) < 4);
        }
        damage();
        try (var log = new TestLog(folder)) {
            assertThatThrownBy(() -> total(log))
                    .isInstanceOf(ProaException.class)
                    .hasMessageContaining("events-words.db")
                    .hasMessageContaining("made anew from the log");
            Await.until("told", () -> !log.problems.isEmpty());
        }

        try (var log = new TestLog(folder)) {
            assertThat(total(log)).isEqualTo(1_000);
            assertThat(log.problems).isEmpty();
        }
    }

    private void damage() throws Exception {
        try (var file = FileChannel.open(words(), StandardOpenOption.WRITE)) {
            // Neither the header nor the small tables at the beginning.
            for (var at = 12 * 4_096L; at < file.size(); at += 4_096) {
                file.write(
                        ByteBuffer.wrap(
                                "no such page ".repeat(300).getBytes(StandardCharsets.US_ASCII)),
                        at);
            }
        }
    }
}
