package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of the index of words. */
class SearchIndexTest {
    private static final long HOUR = 1_767_268_800_000L;

    @TempDir Path folder;
    private Path file;
    private SearchIndex index;
    private Connection reader;

    private Connection log;

    @BeforeEach
    void begin() throws Exception {
        log = new Database(folder.resolve("events.db")).writer();
        Schema.prepare(log, folder.resolve("events.db"));
        lastId(9);
        file = folder.resolve("events-words.db");
        index = SearchIndex.open(file, log);
        reader = new Database(file).reader();
    }

    private void lastId(long id) throws SQLException {
        Database.run(log, "INSERT OR REPLACE INTO meta VALUES ('last_id', '" + id + "')");
    }

    @AfterEach
    void close() throws SQLException {
        reader.close();
        index.close();
        log.close();
    }

    private static List<SearchEntry> entries(long from, long to) {
        return LongStream.rangeClosed(from, to).mapToObj(SearchIndexTest::entry).toList();
    }

    private static SearchEntry entry(long id) {
        var texts = EventTexts.of("tool_use", "success", "{\"command\":\"make target\"}");
        return new SearchEntry(id, HOUR, "shell", false, "s1", 10, texts);
    }

    private long found() throws SQLException {
        return Schema.number(reader, "SELECT count(*) FROM search('make')");
    }

    private long parts() throws SQLException {
        return Schema.number(reader, "SELECT count(DISTINCT segid) FROM search_idx");
    }

    @Test
    void takesEventsInAndPassesOverThoseThatItHas() throws SQLException {
        index.add(entries(1, 3));
        index.add(entries(2, 5));

        assertThat(index.last()).isEqualTo(5);
        assertThat(found()).isEqualTo(5);
        // An event that comes again begins a part of its own.
        index.add(entries(1, 5));
        assertThat(parts()).isEqualTo(2);
    }

    @Test
    void comesAsFarAsAnEventWithoutWords() throws SQLException {
        mergeAll();
        index.add(List.of(new SearchEntry(7, HOUR, null, true, "", 0, EventTexts.NONE)));

        assertThat(index.last()).isEqualTo(7);
        assertThat(index.scattered()).isFalse();
        assertThat(found()).isZero();
    }

    @Test
    void takesInAllOrNothing() throws SQLException {
        index.add(entries(1, 2));
        try (var other = new Database(file).follower()) {
            Database.run(
                    other,
                    "CREATE TRIGGER full BEFORE UPDATE ON progress BEGIN"
                            + " SELECT raise(ABORT, 'no room'); END");
            assertThatThrownBy(() -> index.add(entries(3, 4))).hasMessageContaining("no room");
            assertThat(index.last()).isEqualTo(2);
            assertThat(found()).isEqualTo(2);
            Database.run(other, "DROP TRIGGER full");
        }
        index.add(entries(3, 4));

        assertThat(found()).isEqualTo(4);
    }

    @Test
    void forgetsWordsAndGivesTheirPagesBack() throws SQLException {
        for (var i = 0; i < 20; i++) {
            index.add(noise(i * 200L + 1, i * 200L + 200));
        }
        var before = Schema.number(reader, "PRAGMA page_count");

        for (var i = 0; i < 20; i++) {
            index.forget(LongStream.rangeClosed(i * 200L + 1, i * 200L + 200).boxed().toList());
        }
        index.forget(List.of(1L, 99_999L)); // gone already, and never there
        index.giveBack();

        assertThat(Schema.number(reader, "SELECT count(*) FROM search('noise')")).isZero();
        assertThat(Schema.number(reader, "PRAGMA page_count")).isLessThan(before / 4);
        assertThat(Schema.number(reader, "PRAGMA freelist_count")).isZero();
    }

    private static List<SearchEntry> noise(long from, long to) {
        return LongStream.rangeClosed(from, to)
                .mapToObj(id -> {
                    var words = new StringBuilder("noise");
                    for (var i = 0; i < 40; i++) {
                        words.append(' ').append(Long.toHexString((id * 40 + i) * 0x9e3779b97f4aL));
                    }
                    var texts = EventTexts.of("tool_use", "", "{\"command\":\"" + words + "\"}");
                    return new SearchEntry(id, HOUR, "shell", false, "s1", words.length(), texts);
                })
                .toList();
    }

    private void scatter(int parts) throws SQLException {
        for (var i = 0; i < parts; i++) {
            index.add(entries(index.last() + 1, index.last() + 2));
        }
    }

    private void mergeAll() throws SQLException {
        for (var i = 0; index.scattered(); i++) {
            assertThat(i).as("merges of almost nothing").isLessThan(10);
            index.merge();
        }
    }

    @Test
    void mergesItsPartsWhenAsked() throws SQLException {
        scatter(20);
        assertThat(parts()).isEqualTo(20); // while much comes it does not

        mergeAll();

        assertThat(parts()).isLessThan(4);
        assertThat(found()).isEqualTo(40);
        try (var other = new Database(file).follower()) {
            Database.run(other, "INSERT INTO search (search) VALUES ('integrity-check')");
        }
    }

    @Test
    void writesNothingOnceItIsMerged() throws SQLException {
        scatter(12);
        mergeAll();
        var before = Schema.number(reader, "PRAGMA data_version");

        index.merge();

        assertThat(index.scattered()).isFalse();
        assertThat(Schema.number(reader, "PRAGMA data_version")).isEqualTo(before);
        index.add(entries(100, 100));
        assertThat(index.scattered()).isTrue();
        assertThat(Schema.number(reader, "PRAGMA data_version")).isNotEqualTo(before);
    }

    @Test
    void mergesLate() throws SQLException {
        var rules = Map.of("automerge", 16L, "crisismerge", 32L, "usermerge", 2L);
        for (var rule : rules.entrySet()) {
            var stored = "SELECT v FROM search_config WHERE k = '" + rule.getKey() + "'";
            assertThat(Schema.number(reader, stored)).as(rule.getKey()).isEqualTo(rule.getValue());
        }
    }

    private void reopen() throws SQLException, IOException {
        reader.close();
        index.close();
        index = SearchIndex.open(file, log);
        reader = new Database(file).reader();
    }

    @Test
    void isKeptForItsLog() throws Exception {
        index.add(entries(1, 5));

        reopen();

        assertThat(index.last()).isEqualTo(5);
        assertThat(found()).isEqualTo(5);
    }

    @Test
    void isMadeAnewForAnotherLogAndForAnOlderStateOfIt() throws Exception {
        index.add(entries(1, 5));
        Database.run(log, "UPDATE meta SET value = 'another' WHERE name = 'log'");
        reopen();
        assertThat(index.last()).isZero();
        assertThat(found()).isZero();

        index.add(entries(1, 5));
        lastId(4);
        reopen();
        assertThat(index.last()).isZero();
        assertThat(found()).isZero();
    }

    @Test
    void isMadeAnewIfItIsSpoiltOrOfAnotherVersion() throws Exception {
        index.add(entries(1, 5));
        index.spoil();
        reopen();
        assertThat(index.last()).isZero();
        assertThat(found()).isZero();

        index.add(entries(1, 5));
        try (var other = new Database(file).follower()) {
            Database.run(other, "PRAGMA user_version = 77");
        }
        reopen();
        assertThat(index.last()).isZero();
    }

    @Test
    void isMadeAnewIfItIsNoDatabaseAnyMore() throws Exception {
        index.add(entries(1, 5));
        reader.close();
        index.close();
        Files.writeString(file, "all lost ".repeat(1_000));

        index = SearchIndex.open(file, log);
        reader = new Database(file).reader();

        assertThat(index.last()).isZero();
        index.add(entries(1, 5));
        assertThat(found()).isEqualTo(5);
    }

    @Test
    void putsAsideWhatIsNoIndex() throws Exception {
        reader.close();
        index.close();
        Files.delete(file);
        try (var connection = new Database(file).follower()) {
            Database.run(connection, "CREATE TABLE diary (day TEXT)");
        }
        var before = Files.readAllBytes(file);

        index = SearchIndex.open(file, log);
        reader = new Database(file).reader();

        assertThat(folder.resolve("events-words.db.unknown-1")).hasBinaryContent(before);
        index.add(entries(1, 5));
        assertThat(found()).isEqualTo(5);
    }

    @Test
    void givesEveryEventItsPlaceInTime() throws SQLException {
        index.add(entries(3, 5));
        index.add(entries(8, 9));

        assertThat(Schema.number(reader, "SELECT min(first) FROM search_hours")).isEqualTo(3);
        assertThat(Schema.number(reader, "SELECT max(last) FROM search_hours")).isEqualTo(9);
    }
}
