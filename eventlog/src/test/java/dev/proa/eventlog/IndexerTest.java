package dev.proa.eventlog;

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
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the index of words follows the log. */
class IndexerTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir Path folder;

    private Path words() {
        return folder.resolve("events-words.db");
    }

    private static void append(TestLog log, String name, int count) throws InterruptedException {
        var events = new ArrayList<NewEvent>();
        for (var i = 0; i < count; i++) {
            events.add(TestLog.event("s", name + i));
        }
        assertThat(log.log.append(events)).isInstanceOf(Appended.Stored.class);
    }

    private static int total(TestLog log) throws InterruptedException {
        return TestLog.json(new SearchQueries(log.log).search(TestLog.parameters("q", "make")))
                .path("total")
                .intValue();
    }

    private static long parts(TestLog log) throws InterruptedException {
        return number(log, "SELECT count(DISTINCT segid) FROM words.search_idx");
    }

    private static long number(TestLog log, String query) throws InterruptedException {
        return log.log.readWords(connection -> Schema.number(connection, query));
    }

    private static void delete(TestLog log, String condition) throws InterruptedException {
        var done =
                log.log.onWriter(
                        sql -> Database.run(sql.connection(), "DELETE FROM events" + condition));
        assertThat(done).isTrue();
    }

    @Test
    void findsAtOnceWhatWasAcknowledgedAndForgetsAtOnceWhatWasDeleted() throws Exception {
        try (var log = new TestLog(folder)) {
            for (var i = 0; i < 20; i++) {
                append(log, "a" + i + "-", 1);
                assertThat(total(log)).isOne();

                delete(log, "");
                assertThat(total(log)).isZero();

                append(log, "b" + i + "-", 1);
                delete(log, "");
                assertThat(total(log)).isZero();
            }
            Await.until(
                    "nothing left to forget",
                    () -> number(log, "SELECT count(*) FROM forgotten") == 0);
            assertThat(number(log, "SELECT count(*) FROM words.search")).isZero();
        }
    }

    @Test
    void takesManyTransactionsInAtOnceAndAllOfThemByItself() throws Exception {
        try (var log = new TestLog(folder)) {
            for (var i = 0; i < 50; i++) {
                append(log, "a" + i + "-", 1);
            }
            Await.until(
                    "found by itself",
                    () -> number(log, "SELECT count(*) FROM words.search('make')") == 50);
            assertThat(number(log, "SELECT indexed FROM words.progress")).isEqualTo(50);
        }
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
    void goesOnWithWhatItCouldNotTakeInAndTellsOnce() throws Exception {
        try (var log = new TestLog(folder);
                var other = new Database(words()).follower()) {
            append(log, "a", 2);
            assertThat(total(log)).isEqualTo(2);
            Database.run(
                    other,
                    "CREATE TRIGGER full BEFORE UPDATE ON progress BEGIN"
                            + " SELECT raise(ABORT, 'no room'); END");

            append(log, "b", 5_000); // nobody who stores waits for it
            assertThat(total(log)).isEqualTo(2);
            append(log, "c", 3);
            Await.until("tried again", () -> total(log) == 2 && !log.problems.isEmpty());
            assertThat(log.problems)
                    .singleElement()
                    .asString()
                    .contains(
                            "events-words.db",
                            "the index of words cannot be read or written",
                            "no room");

            Database.run(other, "DROP TRIGGER full");
            Await.until(
                    "everything is found",
                    () -> number(log, "SELECT count(*) FROM words.search('make')") == 5_005);
            assertThat(log.problems).hasSize(1);
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
    void whoeverStoresWaitsForAnIndexThatCannotKeepUp() throws Exception {
        try (var log = new TestLog(folder);
                var other = new Database(words()).follower();
                var agent = Executors.newSingleThreadExecutor()) {
            append(log, "a", 1);
            assertThat(total(log)).isOne();
            Database.run(other, "BEGIN IMMEDIATE"); // the index waits for some seconds

            var stored =
                    agent.submit(() -> {
                        append(log, "b", 1_024);
                        append(log, "c", 1_024);
                        append(log, "d", 1_024);
                        append(log, "e", 1_024);
                        return true;
                    });
            Await.until("the writer waits", () -> waits("proa-eventlog-writer"));
            assertThat(stored).isNotDone();

            Database.run(other, "COMMIT");
            assertThat(stored.get(30, TimeUnit.SECONDS)).isTrue();
            log.log.index(LONG);
            assertThat(number(log, "SELECT count(*) FROM words.search('make')")).isEqualTo(4_097);
            assertThat(log.problems).isEmpty();
        }
    }

    /** Whether a thread waits for the index rather than for work. */
    private static boolean waits(String name) {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(entry -> entry.getKey().getName().equals(name))
                .filter(entry -> entry.getKey().getState() == Thread.State.WAITING)
                .anyMatch(entry -> within(entry.getValue(), Indexer.class));
    }

    private static boolean within(StackTraceElement[] stack, Class<?> type) {
        return List.of(stack).stream()
                .anyMatch(frame -> frame.getClassName().equals(type.getName()));
    }

    private static boolean writesTheIndex() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(entry -> entry.getKey().getName().equals("proa-eventlog-words"))
                .anyMatch(entry -> within(entry.getValue(), SearchIndex.class));
    }

    /** What is deleted before its words are in the index must not come into it later. */
    @Test
    void forgetsWhatIsStoredAndDeletedWhileItForgets() throws Exception {
        try (var log = new TestLog(folder);
                var other = new Database(words()).follower()) {
            append(log, "a", 1);
            assertThat(total(log)).isOne();
            Database.run(other, "BEGIN IMMEDIATE");
            append(log, "b", 1);
            delete(log, " WHERE id = 1");
            Await.until("it takes both in", IndexerTest::writesTheIndex);

            append(log, "c", 1);
            delete(log, " WHERE id = 3");
            Database.run(other, "COMMIT");

            assertThat(total(log)).isOne();
            assertThat(number(log, "SELECT count(*) FROM words.search")).isOne();
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

    @Test
    void saysThatTheIndexIsBeingMade() throws Exception {
        try (var log = new TestLog(folder)) {
            append(log, "a", 3);
            assertThat(total(log)).isEqualTo(3);
        }
        Files.delete(words());
        try (var log = new TestLog(folder);
                var other = new Database(words()).follower()) {
            Database.run(other, "BEGIN IMMEDIATE");
            append(log, "b", 1);

            assertThat(log.log.index(Duration.ofMillis(1))).isEqualTo(Indexer.State.BEHIND);
            var impatient = new SearchQueries(log.log, Duration.ofMillis(1));
            var refused = impatient.search(TestLog.parameters("q", "make"));
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.retryAfter()).isPresent();

            Database.run(other, "COMMIT");
            assertThat(log.log.index(LONG)).isEqualTo(Indexer.State.CURRENT);
            assertThat(total(log)).isEqualTo(4);
        }
    }

    @Test
    void mergesInALogThatIsLeftAlone() throws Exception {
        scatter();
        try (var log = new TestLog(folder)) {
            Await.until("few parts", () -> parts(log) < 4);
            assertThat(total(log)).isEqualTo(24);
        }
    }

    private void scatter() throws Exception {
        try (var log = new TestLog(folder)) {
            append(log, "a", 24);
        }
        try (var log = new Database(folder.resolve("events.db")).reader()) {
            Files.delete(words());
            try (var index = SearchIndex.open(words(), log)) {
                for (var i = 0L; i < 12; i++) {
                    index.add(entries(log, i * 2));
                }
            }
        }
        try (var reader = new Database(words()).reader()) {
            assertThat(Schema.number(reader, "SELECT count(DISTINCT segid) FROM search_idx"))
                    .isEqualTo(12);
        }
    }

    private static List<SearchEntry> entries(Connection log, long after) throws SQLException {
        var entries = new ArrayList<SearchEntry>();
        try (var statement = log.createStatement();
                var rows =
                        statement.executeQuery(
                                "SELECT %s FROM events WHERE id > %d ORDER BY id LIMIT 2"
                                        .formatted(Columns.EVENT, after))) {
            while (rows.next()) {
                entries.add(SearchEntry.of(Columns.event(rows)));
            }
        }
        return entries;
    }

    /** Events that come one by one leave room between them. */
    @Test
    void mergesBetweenEventsThatComeSlowly() throws Exception {
        scatter();
        try (var log = new TestLog(folder);
                var agent = Executors.newSingleThreadScheduledExecutor()) {
            var number = new AtomicInteger();
            var _ =
                    agent.scheduleAtFixedRate(
                            () -> post(log, number), 0, 25, TimeUnit.MILLISECONDS);

            Await.until("few parts", () -> parts(log) < 4);

            agent.shutdown();
            assertThat(agent.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
            assertThat(total(log)).isEqualTo(24 + number.get());
        }
    }

    private static void post(TestLog log, AtomicInteger number) {
        try {
            log.log.append(List.of(TestLog.event("s", "slow" + number.incrementAndGet())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
