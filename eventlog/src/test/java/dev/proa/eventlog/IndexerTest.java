package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.testkit.Await;
import java.nio.file.Files;
import java.nio.file.Path;
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
    static final Duration LONG = Duration.ofSeconds(30);

    @TempDir Path folder;

    private Path words() {
        return folder.resolve("events-words.db");
    }

    static void append(TestLog log, String name, int count) throws InterruptedException {
        var events = new ArrayList<NewEvent>();
        for (var i = 0; i < count; i++) {
            events.add(TestLog.event("s", name + i));
        }
        assertThat(log.log.append(events)).isInstanceOf(Appended.Stored.class);
    }

    static int total(TestLog log) throws InterruptedException {
        return TestLog.json(new SearchQueries(log.log).search(TestLog.parameters("q", "make")))
                .path("total")
                .intValue();
    }

    static long parts(TestLog log) throws InterruptedException {
        return number(log, "SELECT count(DISTINCT segid) FROM words.search_idx");
    }

    static long number(TestLog log, String query) throws InterruptedException {
        return log.log.readWords(connection -> Schema.number(connection, query));
    }

    static void delete(TestLog log, String condition) throws InterruptedException {
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
