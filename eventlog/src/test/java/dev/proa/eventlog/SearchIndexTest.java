package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proa.testkit.Await;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the index of words follows the log. */
class SearchIndexTest {
    private static final long NOON = 1_767_268_800_000L;

    @TempDir Path folder;
    private Database database;
    private Connection connection;
    private Transactions transactions;

    @BeforeEach
    void begin() throws Exception {
        database = new Database(folder.resolve("events.db"));
        connection = database.writer();
        Schema.prepare(connection, database.file());
        transactions =
                new Transactions(
                        database,
                        new Statements(connection, new SessionCube()),
                        new PriceBook(Prices.bundled()));
    }

    @AfterEach
    void close() throws SQLException {
        transactions.close();
    }

    private void append(long now, String... ids) throws SQLException {
        var events = List.of(ids).stream().map(id -> TestLog.event("s", id)).toList();
        transactions.run(now, Lifecycle.USUAL, posting -> posting.take(events, Along.NOTHING));
    }

    private long indexed() throws SQLException {
        return Schema.number(connection, "SELECT value FROM meta WHERE name = 'indexed'");
    }

    private long found() throws SQLException {
        return Schema.number(connection, "SELECT count(*) FROM search('make')");
    }

    @Test
    void takesManyTransactionsAtOnce() throws SQLException {
        append(NOON, "a");
        append(NOON + 249, "b");
        assertThat(transactions.behind()).isTrue();
        assertThat(indexed()).isZero();

        append(NOON + 250, "c");

        assertThat(transactions.behind()).isFalse();
        assertThat(indexed()).isEqualTo(3);
        assertThat(found()).isEqualTo(3);
    }

    @Test
    void letsNoMoreThanAThousandWait() throws SQLException {
        append(NOON, IntStream.range(0, 1_023).mapToObj(i -> "a" + i).toArray(String[]::new));
        assertThat(found()).isZero();

        append(NOON, "b");

        assertThat(found()).isEqualTo(1_024);
    }

    @Test
    void leavesOutWhatCameToNothing() throws SQLException {
        append(NOON, "a");
        assertThatThrownBy(() ->
                        transactions.run(
                                NOON + 1_000,
                                Lifecycle.USUAL,
                                posting -> {
                                    posting.take(List.of(TestLog.event("s", "b")), Along.NOTHING);
                                    posting.index();
                                    throw new SQLException("no room");
                                }))
                .hasMessage("no room");
        assertThat(transactions.behind()).isTrue();

        transactions.run(NOON + 1_000, Lifecycle.USUAL, Posting::index);

        assertThat(found()).isOne();
        assertThat(indexed()).isOne();
    }

    @Test
    void takesInAfterACrashWhatWasStoredWithoutIt() throws Exception {
        append(NOON, "a");
        append(NOON + 500, "b");
        append(NOON + 600, "c");
        assertThat(found()).isEqualTo(2);
        transactions.close();

        try (var log = new TestLog(folder)) {
            var hits =
                    TestLog.json(
                            new SearchQueries(log.log).search(TestLog.parameters("q", "make")));

            assertThat(hits.path("total").intValue()).isEqualTo(3);
        }
        connection = database.writer();
        transactions =
                new Transactions(
                        database,
                        new Statements(connection, new SessionCube()),
                        new PriceBook(Prices.bundled()));
        assertThat(found()).isEqualTo(3);
        assertThat(indexed()).isEqualTo(3);
    }

    @Test
    void findsAtOnceWhatWasAcknowledgedAndForgetsAtOnceWhatWasDeleted() throws Exception {
        transactions.close();
        try (var log = new TestLog(folder)) {
            for (var i = 0; i < 20; i++) {
                log.log.append(List.of(TestLog.event("s", "a" + i)));
                assertThat(total(log)).isOne();

                log.log.append(List.of(TestLog.event("s", "b" + i)));
                log.log.onWriter(sql -> Database.run(sql.connection(), "DELETE FROM events"));
                assertThat(total(log)).isZero();
            }
        }
    }

    @Test
    void takesNothingInTwice() throws Exception {
        append(NOON, "a", "b");
        transactions.run(NOON + 500, Lifecycle.USUAL, Posting::index);

        // An event that comes again in a transaction begins a segment of its own.
        assertThat(parts(connection)).isOne();
        assertThat(transactions.behind()).isFalse();
    }

    private static long parts(Connection connection) throws SQLException {
        return Schema.number(connection, "SELECT count(DISTINCT segid) FROM search_idx");
    }

    private void scatter(int parts) throws SQLException {
        for (var i = 0; i < parts; i++) {
            append(NOON, "a" + i, "b" + i);
            transactions.run(NOON, Lifecycle.USUAL, Posting::index);
        }
    }

    private void merge() throws SQLException {
        transactions.run(NOON, Lifecycle.USUAL, Posting::merge);
    }

    private void mergeAll() throws SQLException {
        for (var i = 0; transactions.scattered(); i++) {
            assertThat(i).as("merges of almost nothing").isLessThan(10);
            merge();
        }
    }

    @Test
    void mergesItsPartsWhenNothingComes() throws SQLException {
        scatter(20);
        assertThat(parts(connection)).isEqualTo(20); // while much comes it does not
        append(NOON, "c");

        mergeAll();
        transactions.run(NOON, Lifecycle.USUAL, Posting::index);

        assertThat(parts(connection)).isLessThan(4);
        assertThat(found()).isEqualTo(41);
        Database.run(connection, "INSERT INTO search (search) VALUES ('integrity-check')");
    }

    @Test
    void writesNothingOnceItIsMerged() throws SQLException {
        scatter(12);
        mergeAll();
        try (var other = database.reader()) {
            var before = Schema.number(other, "PRAGMA data_version");

            merge();

            assertThat(transactions.scattered()).isFalse();
            assertThat(Schema.number(other, "PRAGMA data_version")).isEqualTo(before);
            transactions.run(NOON, Lifecycle.USUAL, _ -> append(connection));
            assertThat(Schema.number(other, "PRAGMA data_version")).isNotEqualTo(before);
        }
    }

    private static void append(Connection connection) throws SQLException {
        Database.run(connection, "INSERT INTO meta VALUES ('something', '')");
    }

    @Test
    void mergesAgainWhatCameToNothingOnlyAfterMoreWords() throws SQLException {
        scatter(12);
        assertThatThrownBy(() ->
                        transactions.run(
                                NOON,
                                Lifecycle.USUAL,
                                posting -> {
                                    posting.merge();
                                    throw new SQLException("no room");
                                }))
                .hasMessage("no room");
        transactions.run(NOON, Lifecycle.USUAL, _ -> {});
        assertThat(parts(connection)).isEqualTo(12);
        assertThat(transactions.scattered()).isFalse(); // it might come to nothing for ever

        append(NOON, "c");
        transactions.run(NOON, Lifecycle.USUAL, Posting::index);

        assertThat(transactions.scattered()).isTrue();
    }

    @Test
    void mergesLateInAnyLogAndWritesThatOnce() throws Exception {
        for (var name : List.of("automerge", "crisismerge", "usermerge")) {
            Database.run(
                    connection, "INSERT INTO search (search, rank) VALUES ('" + name + "', 4)");
        }
        try (var first = new Statements(database.writer(), new SessionCube());
                var second = new Statements(database.writer(), new SessionCube())) {
            assertThat(written(first)).isPositive();
            assertThat(written(second)).isZero();
        }
        assertThat(rule("automerge")).isEqualTo(16);
        assertThat(rule("crisismerge")).isEqualTo(32);
        assertThat(rule("usermerge")).isEqualTo(2);
    }

    private static long written(Statements statements) throws SQLException {
        return Schema.number(statements.connection(), "SELECT total_changes()");
    }

    private long rule(String name) throws SQLException {
        return Schema.number(connection, "SELECT v FROM search_config WHERE k = '" + name + "'");
    }

    @Test
    void mergesInALogThatIsLeftAlone() throws Exception {
        scatter(12);
        transactions.close();
        try (var log = new TestLog(folder)) {
            Await.until("few parts", () -> log.log.read(SearchIndexTest::parts) < 4);
            assertThat(total(log)).isEqualTo(24);
        }
    }

    /** Events that come one by one leave room between them. */
    @Test
    void mergesBetweenEventsThatComeSlowly() throws Exception {
        scatter(12);
        transactions.close();
        try (var log = new TestLog(folder);
                var agent = Executors.newSingleThreadScheduledExecutor()) {
            var number = new AtomicInteger();
            var _ =
                    agent.scheduleAtFixedRate(
                            () -> post(log, number), 0, 25, TimeUnit.MILLISECONDS);

            Await.until("few parts", () -> log.log.read(SearchIndexTest::parts) < 4);

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

    private static int total(TestLog log) throws InterruptedException {
        return TestLog.json(new SearchQueries(log.log).search(TestLog.parameters("q", "make")))
                .path("total")
                .intValue();
    }
}
