package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.testkit.Await;
import dev.proa.testkit.HandTurnedClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteConfig;

class EventLogTest {
    private static final String SMALL =
            "{\"session_id\":\"s\",\"agent_type\":\"a\",\"event_type\":\"error\"}";

    @TempDir Path folder;

    private Path file() {
        return folder.resolve("events.db");
    }

    private static ProaException refusal(Path folder) {
        try (var log = new TestLog(folder)) {
            throw new AssertionError("opened " + log.log.sizeBytes());
        } catch (ProaException e) {
            return e;
        }
    }

    @Test
    void keepsWhatWasStoredWhenItIsOpenedAgain() throws Exception {
        try (var log = new TestLog(folder)) {
            log.post("{\"session_id\":\"s\",\"agent_type\":\"a\",\"event_type\":\"error\"}");
        }
        try (var log = new TestLog(folder)) {
            var reply =
                    log.post(
                            "{\"session_id\":\"s\",\"agent_type\":\"a\",\"event_type\":\"error\"}");

            assertThat(TestLog.json(reply).path("ids").path(0).intValue()).isEqualTo(2);
            assertThat(log.session("s").path("event_count").intValue()).isEqualTo(2);
        }
    }

    @Test
    void writesEachCommitThroughToTheDisk() throws Exception {
        try (var log = new TestLog(folder)) {
            var modes = new ArrayList<String>();
            log.log.onWriter(sql -> {
                modes.add("synchronous " + pragma(sql, "synchronous"));
                modes.add("journal " + pragma(sql, "journal_mode"));
            });

            assertThat(modes).containsExactly("synchronous 2", "journal wal");
        }
    }

    private static String pragma(Statements sql, String name) throws SQLException {
        try (var statement = sql.connection().createStatement();
                var rows = statement.executeQuery("PRAGMA " + name)) {
            return rows.next() ? rows.getString(1) : "";
        }
    }

    @Test
    void cannotBeWrittenByItsReaders() throws Exception {
        try (var log = new TestLog(folder)) {
            assertThatThrownBy(() ->
                            log.log.read(connection ->
                                    connection
                                            .createStatement()
                                            .executeUpdate("DELETE FROM events")))
                    .isInstanceOf(ProaException.class)
                    .hasMessageContaining("readonly");
        }
    }

    @Test
    void refusesASecondOwnerAndNamesTheFirst() {
        try (var log = new TestLog(folder)) {
            var refusal = refusal(folder);

            assertThat(refusal.exitCode()).isEqualTo(ExitCode.TRY_LATER);
            assertThat(refusal).hasMessageContaining("pid " + ProcessHandle.current().pid());
            assertThat(log.problems).isEmpty();
        }
        new TestLog(folder).close();
    }

    @Test
    void refusesANewerVersionAndLeavesItAlone() throws Exception {
        try (var log = new TestLog(folder)) {
            log.log.onWriter(sql -> Database.run(sql.connection(), "PRAGMA user_version = 99"));
        }
        var before = Files.readAllBytes(file());

        var refusal = refusal(folder);

        assertThat(refusal.exitCode()).isEqualTo(ExitCode.BAD_DATA);
        assertThat(refusal)
                .hasMessageContaining("version 99")
                .hasMessageContaining("up to " + Schema.VERSION)
                .hasMessageContaining("newer Proa");
        assertThat(Files.readAllBytes(file())).isEqualTo(before);
    }

    @Test
    void refusesTheDatabaseOfAnotherProgram() throws Exception {
        try (var connection = new SQLiteConfig().createConnection("jdbc:sqlite:" + file());
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE events (id INTEGER)");
        }

        var refusal = refusal(folder);

        assertThat(refusal.exitCode()).isEqualTo(ExitCode.BAD_DATA);
        assertThat(refusal).hasMessageContaining("not written by Proa");
    }

    @Test
    void refusesACorruptFileAndDeletesNothing() throws Exception {
        var garbage = "this was a database once".repeat(100).getBytes(StandardCharsets.UTF_8);
        Files.write(file(), garbage);

        var refusal = refusal(folder);

        assertThat(refusal.exitCode()).isEqualTo(ExitCode.BAD_DATA);
        assertThat(refusal)
                .hasMessageContaining(file().toString())
                .hasMessageContaining("Restore the file from a backup, or rename it");
        assertThat(Files.readAllBytes(file())).isEqualTo(garbage);
    }

    @Test
    void saysSoWhenATableTurnsOutToBeCorrupt() throws Exception {
        try (var log = new TestLog(folder)) {
            for (var i = 0; i < 300; i++) {
                log.post("{\"session_id\":\"s\",\"agent_type\":\"a\",\"event_type\":\"error\"}");
            }
        }
        var bytes = Files.readAllBytes(file());
        for (var at = 4_096; at < bytes.length; at++) {
            bytes[at] = (byte) 0xA5;
        }
        Files.write(file(), bytes);

        var refusal = refusal(folder);

        assertThat(refusal.exitCode()).isEqualTo(ExitCode.BAD_DATA);
        assertThat(refusal).hasMessageContaining("cannot be read");
    }

    @Test
    void refusesAFolderThatIsNotThere() {
        var refusal = refusal(folder.resolve("absent"));

        assertThat(refusal.exitCode()).isEqualTo(ExitCode.CANNOT_CREATE);
        assertThat(refusal).hasMessageContaining("absent");
    }

    @Test
    void acknowledgesNothingOnAFullDiskAndGoesOnWhenThereIsRoom() throws Exception {
        try (var log = new TestLog(folder)) {
            var big =
                    "{\"session_id\":\"s\",\"agent_type\":\"a\",\"event_type\":\"error\",\"metadata\":\""
                            + "x".repeat(9_000)
                            + "\"}";
            log.post(big);
            log.log.onWriter(sql -> Database.run(sql.connection(), "PRAGMA max_page_count = 60"));

            var stored = 1;
            Reply reply;
            do {
                reply = log.post(big);
                stored += reply.status() == 201 ? 1 : 0;
            } while (reply.status() == 201 && stored < 1_000);

            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.retryAfter()).isPresent();
            assertThat(TestLog.text(reply))
                    .contains("not stored", "the disk is full", "Free space on the disk");
            assertThat(log.post(big).status()).isEqualTo(503);
            assertThat(log.problems).hasSize(1);
            assertThat(log.events().path("total").intValue()).isEqualTo(stored);

            log.log.onWriter(
                    sql -> Database.run(sql.connection(), "PRAGMA max_page_count = 100000"));
            var again = log.post(big);

            assertThat(again.status()).isEqualTo(201);
            assertThat(TestLog.json(again).path("ids").path(0).intValue()).isEqualTo(stored + 1);
            assertThat(log.session("s").path("event_count").intValue()).isEqualTo(stored + 1);
            assertThat(log.stats().path("total_events").intValue()).isEqualTo(stored + 1);
        }
    }

    @Test
    void storesABatchThatDoesNotFitAtAllOrNotAtAll() throws Exception {
        try (var log = new TestLog(folder)) {
            log.log.onWriter(sql -> Database.run(sql.connection(), "PRAGMA max_page_count = 60"));
            var item =
                    "{\"session_id\":\"s\",\"agent_type\":\"a\",\"event_type\":\"error\",\"metadata\":\""
                            + noise(9_000)
                            + "\"}";

            var reply =
                    log.postAll(
                            "{\"events\":["
                                    + String.join(",", Collections.nCopies(90, item))
                                    + "]}");

            assertThat(reply.status()).isEqualTo(503);
            assertThat(log.events().path("total").intValue()).isZero();
            assertThat(log.session("s").isMissingNode()).isTrue();
        }
    }

    /** A text that cannot be packed. */
    private static String noise(int length) {
        return new Random(1)
                .ints(length, 'a', 'z' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** Keeps the writer from writing until it is closed. */
    private record Hold(CountDownLatch release) implements AutoCloseable {
        static Hold of(TestLog log, ExecutorService senders) throws InterruptedException {
            var held = new CountDownLatch(1);
            var release = new CountDownLatch(1);
            var _ = senders.submit(() -> log.log.onWriter(_ -> hold(held, release)));
            held.await();
            return new Hold(release);
        }

        private static void hold(CountDownLatch held, CountDownLatch release) {
            held.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        void letGo() {
            release.countDown();
        }

        @Override
        public void close() {
            letGo();
        }
    }

    private static Reply soon(Future<Reply> reply) throws Exception {
        return reply.get(20, TimeUnit.SECONDS);
    }

    private static List<Future<Reply>> send(
            int times, TestLog log, ExecutorService senders, String body) {
        var replies = new ArrayList<Future<Reply>>();
        for (var i = 0; i < times; i++) {
            replies.add(senders.submit(() -> log.post(body)));
        }
        Await.until("all wait", () -> log.log.waiting() == times);
        return replies;
    }

    @Test
    void refusesAppendsBeyondItsLimitAndStoresThoseThatWait() throws Exception {
        var limits = new Writer.Limits(8, Long.MAX_VALUE);
        try (var log = new TestLog(folder, new HandTurnedClock(), limits);
                var senders = Executors.newVirtualThreadPerTaskExecutor();
                var hold = Hold.of(log, senders)) {
            var waiting = send(8, log, senders, SMALL);

            var refused = soon(senders.submit(() -> log.post(SMALL)));
            hold.letGo();

            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.retryAfter()).isPresent();
            assertThat(TestLog.text(refused)).contains("\"error\":");
            for (var reply : waiting) {
                assertThat(soon(reply).status()).isEqualTo(201);
            }
            assertThat(log.events().path("total").intValue()).isEqualTo(8);
            assertThat(log.post(SMALL).status()).isEqualTo(201);
        }
    }

    @Test
    void refusesMoreBytesThanMayWait() throws Exception {
        var limits = new Writer.Limits(1_000, 10_000);
        try (var log = new TestLog(folder, new HandTurnedClock(), limits);
                var senders = Executors.newVirtualThreadPerTaskExecutor();
                var hold = Hold.of(log, senders)) {
            var big = SMALL.replace("}", ",\"metadata\":\"" + "x".repeat(9_000) + "\"}");
            var waiting = send(1, log, senders, big);

            var refused = soon(senders.submit(() -> log.post(SMALL)));
            hold.letGo();

            assertThat(refused.status()).isEqualTo(429);
            assertThat(soon(waiting.getFirst()).status()).isEqualTo(201);
        }
    }

    @Test
    void groupsAppendsThatWaitIntoOneCommit() throws Exception {
        try (var log = new TestLog(folder);
                var senders = Executors.newVirtualThreadPerTaskExecutor();
                var hold = Hold.of(log, senders)) {
            var waiting = send(40, log, senders, SMALL);
            hold.letGo();

            var ids = new ArrayList<Integer>();
            for (var reply : waiting) {
                ids.add(TestLog.json(soon(reply)).path("ids").path(0).intValue());
            }
            assertThat(ids).doesNotHaveDuplicates().doesNotContain(0);
            // Who waits for the disk is told before who listens.
            assertThat(log.commits()).hasSize(1);
            assertThat(log.commits().getFirst().events()).hasSize(40);
            assertThat(log.commits().getFirst().sessions()).hasSize(1);
        }
    }

    @Test
    void storesWhatWaitsWhenItIsClosedAndRefusesWhatComesLater() throws Exception {
        var log = new TestLog(folder);
        try (log;
                var senders = Executors.newVirtualThreadPerTaskExecutor();
                var hold = Hold.of(log, senders)) {
            var waiting = send(1, log, senders, SMALL);
            var closing = senders.submit(log::close);
            hold.letGo();
            closing.get(20, TimeUnit.SECONDS);

            assertThat(soon(waiting.getFirst()).status()).isEqualTo(201);
            var late = log.post(SMALL);
            assertThat(late.status()).isEqualTo(503);
            assertThat(TestLog.text(late)).contains("the event log is closed");
            assertThatThrownBy(log::events)
                    .isInstanceOf(ProaException.class)
                    .hasMessageContaining("closed");
        }
    }
}
