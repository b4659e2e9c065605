package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.testkit.HandTurnedClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
    /** What a page takes in the -wal file. */
    private static final int FRAME = 4_096 + 24;

    @TempDir Path folder;
    private final List<SQLException> failures = new ArrayList<>();
    private Database database;
    private Connection connection;
    private Checkpoints checkpoints;

    @BeforeEach
    void begin() throws Exception {
        database = new Database(folder.resolve("events.db"));
        connection = database.writer();
        Schema.prepare(connection, database.file());
        Database.run(connection, "CREATE TABLE pages (page BLOB)");
        checkpoints = new Checkpoints(database, failures::add);
    }

    @AfterEach
    void close() throws SQLException {
        checkpoints.close();
        connection.close();
        assertThat(failures).isEmpty();
    }

    private void write(int pages) throws SQLException {
        write(connection, pages);
    }

    private static void write(Connection connection, int pages) throws SQLException {
        Database.run(
                connection,
                """
                WITH RECURSIVE counted (n) AS
                    (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < %d)
                INSERT INTO pages SELECT zeroblob(3500) FROM counted\
                """
                        .formatted(pages));
    }

    private long pages() throws Exception {
        return Files.size(folder.resolve("events.db-wal")) / FRAME;
    }

    /** Of the present round of the file. */
    private int present() throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("PRAGMA wal_checkpoint(PASSIVE)")) {
            return row.next() ? row.getInt("log") : -1;
        }
    }

    @Test
    void keepsTheFileShortThoughTransactionsFollowAtOnce() throws Exception {
        for (var i = 0; i < 24; i++) {
            checkpoints.beginning();
            Database.run(connection, "BEGIN IMMEDIATE");
            write(500);
            if (i % 3 == 0) {
                checkpoints.run(checkpoints::copy);
            }
            Database.run(connection, "COMMIT");
        }

        assertThat(pages()).isBetween(4_000L, 8_000L);
    }

    private void copyBesideAReader() throws Exception {
        write(100);
        try (var reader = database.reader()) {
            Database.run(reader, "BEGIN");
            assertThat(Schema.number(reader, "SELECT count(*) FROM pages")).isEqualTo(100);
            write(4_500);
            checkpoints.run(checkpoints::copy);
        }
    }

    @Test
    void hasNoTransactionWaitForTheManyPagesOfAReader() throws Exception {
        copyBesideAReader();
        checkpoints.beginning();
        write(1);
        assertThat(present()).isGreaterThan(4_500);
    }

    @Test
    void beginsTheFileAnewOnceTheReaderHasGone() throws Exception {
        copyBesideAReader();

        checkpoints.run(checkpoints::copy);
        checkpoints.beginning();
        write(1);

        assertThat(present()).isLessThan(10);
    }

    @Test
    void leavesAShortFileAlone() throws Exception {
        write(100);
        Database.run(connection, "BEGIN IMMEDIATE");
        write(1);
        checkpoints.run(checkpoints::copy);
        Database.run(connection, "COMMIT");

        checkpoints.beginning();
        write(1);

        assertThat(present()).isGreaterThan(100); // no transaction waits for few pages
    }

    @Test
    void hasTheWritersNextTransactionBeginTheFileAnew() throws Exception {
        var statements = new Statements(database.writer(), new SessionCube());
        var prices = new PriceBook(Prices.bundled());
        var listener = new TestLog(Files.createDirectory(folder.resolve("other")));
        try (listener;
                var writer =
                        new Writer(
                                database,
                                statements,
                                prices,
                                new HandTurnedClock(),
                                listener,
                                Writer.Limits.USUAL,
                                Indexer.of(database, connection, listener::troubled))) {
            writer.run(sql -> write(sql.connection(), 4_500));
            writer.change(posting -> {
                write(posting.sql().connection(), 10);
                copy(writer.checkpoints());
            });

            writer.change(posting -> write(posting.sql().connection(), 1));

            assertThat(present()).isLessThan(100);
        }
    }

    private static void copy(Checkpoints checkpoints) {
        try {
            checkpoints.run(checkpoints::copy);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
