package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DayCacheTest {
    @TempDir Path folder;
    private TestLog log;
    private int posted;

    /** The days that were read. */
    private final List<Long> read = new ArrayList<>();

    private final DayCache<Long> cache =
            new DayCache<>((connection, day) -> {
                read.add(day);
                return RollupLine.ofDay(connection, day).stream()
                        .mapToLong(RollupLine::events)
                        .sum();
            });

    @BeforeEach
    void open() {
        log = new TestLog(folder);
    }

    @AfterEach
    void close() {
        log.close();
    }

    private void post() throws InterruptedException {
        log.log.append(List.of(TestLog.event("s", "e" + posted++)));
    }

    private List<Long> ask() throws InterruptedException {
        read.clear();
        return log.log.read(connection -> cache.since(connection, 0));
    }

    @Test
    void readsOnlyWhatHasChanged() throws Exception {
        post();
        log.clock.turn(Duration.ofDays(1));
        post();
        assertThat(ask()).containsExactly(1L, 1L);
        assertThat(read).hasSize(2);

        assertThat(ask()).containsExactly(1L, 1L);
        assertThat(read).isEmpty();

        post();
        assertThat(ask()).containsExactly(1L, 2L);
        assertThat(read).containsExactly(DayTables.day(log.clock.millis()));
    }

    @Test
    void aDayOfLongAgoThatChangesIsReadAnew() throws Exception {
        post();
        log.clock.turn(Duration.ofDays(3));
        post();
        assertThat(ask()).containsExactly(1L, 1L);

        log.log.onWriter(sql ->
                Database.run(
                        sql.connection(),
                        "UPDATE rollup SET events = events + 4 WHERE hour = (SELECT min(hour)"
                                + " FROM rollup)"));

        assertThat(ask()).containsExactly(5L, 1L);
    }

    @Test
    void aReaderWithAnOlderViewSpoilsNothingForOthers() throws Exception {
        post();
        var database = new Database(folder.resolve("events.db"));
        try (var old = database.reader()) {
            Database.run(old, "BEGIN");
            assertThat(cache.since(old, 0)).containsExactly(1L);
            post();
            assertThat(ask()).containsExactly(2L);

            assertThat(cache.since(old, 0)).containsExactly(1L);

            assertThat(ask()).containsExactly(2L);
            assertThat(read).isEmpty();
        }
    }

    @Test
    void answersChangeWithTheLog() throws Exception {
        post();
        assertThat(log.stats().path("total_events").intValue()).isEqualTo(1);
        assertThat(calls()).isEqualTo(1);

        post();

        assertThat(log.stats().path("total_events").intValue()).isEqualTo(2);
        assertThat(calls()).isEqualTo(2);
    }

    private int calls() throws InterruptedException {
        return TestLog.json(log.queries.tools(Parameters.none()))
                .at("/tools/0/total_calls")
                .intValue();
    }

    @Test
    void isFilledBeforeAnyoneAsks() throws Exception {
        post();
        log.clock.turn(Duration.ofDays(1));
        post();

        log.log.warming().await();

        assertThat(log.log.days().size()).isEqualTo(2);
        assertThat(log.log.tools().size()).isEqualTo(2);
    }

    @Test
    void fillingEndsWithTheLog() throws Exception {
        post();
        var warming = log.log.warming();

        log.close();

        warming.await();
        assertThat(log.problems).isEmpty();
    }
}
