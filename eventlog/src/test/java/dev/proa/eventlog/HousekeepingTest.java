package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteConfig;
import tools.jackson.databind.JsonNode;

class HousekeepingTest {
    @TempDir Path folder;
    private TestLog log;
    private SettingValues.Retention retention =
            new SettingValues.Retention(OptionalInt.empty(), OptionalLong.empty(), new TreeMap<>());
    private Housekeeping keeping;

    @BeforeEach
    void open() {
        log = new TestLog(folder);
        keeping = new Housekeeping(log.log, () -> retention);
    }

    @AfterEach
    void close() {
        keeping.close();
        log.close();
    }

    @Test
    void deletesNothingWithoutALimit() throws Exception {
        fill(3, 50);

        assertThat(prune(false).path("events").intValue()).isZero();
        assertThat(log.events().path("total").intValue()).isEqualTo(150);
    }

    @Test
    void deletesWhatIsOldAndSaysSoBefore() throws Exception {
        fill(40, 30);
        retention = days(OptionalInt.of(10), new TreeMap<>());

        var planned = prune(true);
        var before = log.events().path("total").intValue();
        var done = prune(false);

        assertThat(before).isEqualTo(1_200);
        assertThat(planned.path("events").intValue())
                .isEqualTo(29 * 30); // ten days ago is not before
        assertThat(done.path("events")).isEqualTo(planned.path("events"));
        assertThat(done.path("by_kind")).isEqualTo(planned.path("by_kind"));
        assertThat(done.path("oldest_kept")).isEqualTo(planned.path("oldest_kept"));
        var left = log.events("limit", "10000").path("events");
        assertThat(done.path("oldest_kept")).isEqualTo(left.path(329).path("created_at"));
        assertThat(log.events().path("total").intValue()).isEqualTo(11 * 30);
        assertThat(log.stats().path("total_events").intValue()).isEqualTo(11 * 30);
        assertThat(prune(false).path("events").intValue()).isZero();
        assertSumsAreThoseOfTheEvents();
    }

    /** A word that is not known may be a mistyped {@code dry_run}. */
    @Test
    void deletesNothingOnARequestThatItDoesNotUnderstand() throws Exception {
        for (var body : List.of("{\"dryrun\":true}", "[]", "[true]", "{\"dry_run\":1}")) {
            var reply = keeping.prune(body.getBytes(StandardCharsets.UTF_8));
            assertThat(reply.status()).as(body).isEqualTo(400);
        }
    }

    @Test
    void keepsKindsAsLongAsTheyAreToBeKept() throws Exception {
        fill(40, 30);
        var kinds = new TreeMap<String, OptionalInt>();
        kinds.put("tool_use", OptionalInt.of(2));
        kinds.put("llm_response", OptionalInt.empty());
        retention = days(OptionalInt.of(20), kinds);

        prune(false);

        assertThat(count("tool_use")).isEqualTo(3 * 10);
        assertThat(count("llm_response")).isEqualTo(40 * 10);
        assertThat(count("error")).isEqualTo(21 * 10);
        assertSumsAreThoseOfTheEvents();
    }

    @Test
    void saysHowManyEventsOfATotalAreGoneAndOpensItToTheRest() throws Exception {
        fill(4, 30);
        var kinds = new TreeMap<String, OptionalInt>();
        kinds.put("tool_use", OptionalInt.of(1));
        retention = days(OptionalInt.empty(), kinds);
        var before = behind("true").path("total").intValue();
        assertThat(behind("true").path("pruned").intValue()).isZero();

        prune(false);
        post("s00", "tool_use", ",\"tokens_in\":9");

        for (var unpriced : List.of("true", "false")) {
            var shown = new TreeSet<Integer>();
            for (var offset = 0; offset < 120; offset += 7) {
                behind(unpriced, "limit", "7", "offset", String.valueOf(offset))
                        .path("events")
                        .forEach(event ->
                                assertThat(shown.add(event.path("id").intValue())).isTrue());
            }
            var totals = behind(unpriced);
            assertThat(shown).hasSize(stored(unpriced)).hasSizeGreaterThan(7);
            assertThat(totals.path("pruned").intValue())
                    .isPositive()
                    .isEqualTo(totals.path("total").intValue() - shown.size());
        }
        assertThat(behind("true").path("total").intValue()).isEqualTo(before + 1);
        var kept = behind("false", "from", "2026-01-04");
        assertThat(kept.path("pruned").intValue()).isZero();
        assertThat(behind("false", "session_id", "s00").path("pruned").intValue()).isPositive();
        assertThat(behind("false", "session_id", "s30").path("pruned").intValue()).isZero();
    }

    @Test
    void takesASessionAwayWithItsLastEvent() throws Exception {
        post("old", "tool_use", "");
        log.clock.turn(Duration.ofDays(5));
        post("new", "tool_use", "");
        retention = days(OptionalInt.of(3), new TreeMap<>());

        prune(false);

        assertThat(log.session("old").isMissingNode()).isTrue();
        assertThat(log.session("new").path("event_count").intValue()).isEqualTo(1);
    }

    @Test
    void numbersGoOnWhenEverythingIsGone() throws Exception {
        post("s", "tool_use", "");
        post("s", "tool_use", "");
        log.clock.turn(Duration.ofDays(5));
        retention = days(OptionalInt.of(1), new TreeMap<>());
        prune(false);
        keeping.close();
        log.close();

        open();
        post("s", "tool_use", "");

        assertThat(log.newest().path("id").intValue()).isEqualTo(3);
    }

    @Test
    void numbersGoOnWhenTheNewestGoFirst() throws Exception {
        for (var i = 0; i < 2 * Pruning.STEP; i++) {
            post("s", i < Pruning.STEP ? "tool_use" : "error", "");
        }
        log.clock.turn(Duration.ofDays(5));
        retention = days(OptionalInt.of(1), new TreeMap<>());
        prune(false);
        var span = new EventReplay(log.log).span();
        keeping.close();
        log.close();

        open();
        post("s", "tool_use", "");

        assertThat(log.newest().path("id").intValue()).isEqualTo(2 * Pruning.STEP + 1);
        assertThat(span.latest()).isEqualTo(2 * Pruning.STEP);
        assertThat(span.oldest()).isEqualTo(2 * Pruning.STEP + 1);
    }

    @Test
    void shrinksTheFileBelowItsLimitTheOldestFirst() throws Exception {
        fill(30, 60);
        var noise = noise(3_000);
        for (var i = 0; i < 500; i++) {
            post("late", "response", ",\"metadata\":{\"text\":\"" + noise + i + "\"}");
        }
        log.log.index(Duration.ofSeconds(30));
        log.log.emptyWal();
        var before =
                log.log.readWords(connection ->
                        Pruning.used(connection, "main") + Pruning.used(connection, "words"));
        var most = before * 2 / 3;
        retention =
                new SettingValues.Retention(
                        OptionalInt.empty(), OptionalLong.of(most), new TreeMap<>());

        var done = prune(false);

        var after = keeping(keeping.storage());
        assertThat(after.path("db_bytes").longValue()).isBetween(most / 3, most);
        assertThat(after.path("wal_bytes").longValue()).isLessThan(before / 3);
        assertThat(done.path("events").intValue()).isPositive();
        assertThat(log.events("session_id", "late").path("total").intValue()).isPositive();
        assertThat(log.newest().at("/metadata/text").stringValue()).endsWith("499");
        assertSumsAreThoseOfTheEvents();
    }

    @Test
    void tellsWhatTheLogHoldsAndThatItIsSound() throws Exception {
        fill(2, 30);
        retention = days(OptionalInt.of(90), new TreeMap<>());

        var before = keeping(keeping.storage());
        var after = keeping(keeping.checked());

        assertThat(before.path("events").intValue()).isEqualTo(60);
        assertThat(before.path("by_kind").findValuesAsString("event_type"))
                .containsExactly("error", "llm_response", "tool_use");
        assertThat(before.path("by_kind").path(0).path("events").intValue()).isEqualTo(20);
        assertThat(before.path("by_kind").path(0).path("bytes").intValue())
                .isBetween(4_000, 20_000);
        assertThat(before.at("/integrity/ok").isNull()).isTrue();
        assertThat(after.at("/integrity/ok").booleanValue()).isTrue();
        assertThat(before.path("oldest_at").stringValue()).isEqualTo("2026-01-01T00:00:00.000Z");
        assertThat(before.at("/retention/days").intValue()).isEqualTo(90);
        assertThat(before.at("/retention/max_bytes").isNull()).isTrue();
    }

    /** Each commit adds to the search index, whose parts are merged now and then. */
    @Test
    void aSearchAndCommitsAfterItAreNoDamage() throws Exception {
        var searches = new SearchQueries(log.log);
        for (var round = 0; round < 5; round++) {
            assertThat(searches.search(TestLog.parameters("q", "word")).status()).isEqualTo(200);
            for (var i = 0; i < 20; i++) {
                post("s", "user_prompt", ",\"metadata\":{\"message\":\"word %d\"}".formatted(i));
            }

            assertThat(keeping(keeping.checked()).path("integrity").path("faults")).isEmpty();
        }
    }

    @Test
    void copiesTheLogWhileItIsWritten() throws Exception {
        fill(2, 30);
        var file = folder.resolve("copy.db");

        var reply = TestLog.json(backup("{\"file\":\"" + file + "\"}"));
        post("later", "tool_use", "");

        assertThat(reply.path("file").stringValue()).isEqualTo(file.toString());
        assertThat(reply.path("bytes").longValue()).isEqualTo(Files.size(file)).isPositive();
        var copy = Files.createDirectory(folder.resolve("restored"));
        Files.copy(file, copy.resolve("events.db"));
        try (var restored = new TestLog(copy)) {
            assertThat(restored.events().path("total").intValue()).isEqualTo(60);
            assertThat(restored.log.<Long>read(c -> Schema.number(c, "PRAGMA auto_vacuum")))
                    .isEqualTo(2);
        }
        assertThat(backup("{\"file\":\"" + file + "\"}").status()).isEqualTo(409);
        assertThat(backup("{\"file\":\"relative\"}").status()).isEqualTo(400);
        assertThat(backup("{\"file\":\"/nowhere/at/all.db\"}").status()).isEqualTo(400);
        var usual = TestLog.json(backup(""));
        assertThat(Path.of(usual.path("file").stringValue()))
                .exists()
                .hasParent(folder.resolve("backups"));
    }

    @Test
    void findsDamage() throws Exception {
        fill(3, 60);
        keeping.close();
        log.close();
        var file = folder.resolve("events.db");
        var bytes = Files.readAllBytes(file);
        for (var i = bytes.length / 2; i < bytes.length / 2 + 9_000; i++) {
            bytes[i] = 7;
        }
        Files.write(file, bytes);

        try (var connection = new SQLiteConfig().createConnection("jdbc:sqlite:" + file)) {
            var looked = Integrity.of(connection, 5);
            assertThat(looked.ok()).isFalse();
            assertThat(looked.faults()).isNotEmpty().hasSizeLessThanOrEqualTo(10);
        }
        Files.delete(file);
        open();
    }

    private static SettingValues.Retention days(
            OptionalInt days, SortedMap<String, OptionalInt> kinds) {
        return new SettingValues.Retention(days, OptionalLong.empty(), kinds);
    }

    private Reply backup(String body) throws InterruptedException {
        return keeping.backup(body.getBytes(StandardCharsets.UTF_8));
    }

    private JsonNode prune(boolean dryRun) throws InterruptedException {
        return keeping(
                keeping.prune(("{\"dry_run\":" + dryRun + "}").getBytes(StandardCharsets.UTF_8)));
    }

    private static JsonNode keeping(Reply reply) {
        assertThat(reply.status()).as(TestLog.text(reply)).isEqualTo(200);
        return TestLog.json(reply);
    }

    /** What is behind the total of costs. */
    private JsonNode behind(String unpriced, String... more) throws InterruptedException {
        var parameters = new ArrayList<>(List.of("unpriced", unpriced));
        parameters.addAll(List.of(more));
        return keeping(
                new CostQueries(log.log)
                        .events(TestLog.parameters(parameters.toArray(String[]::new))));
    }

    /** How many events are stored that used something. */
    private int stored(String unpriced) throws InterruptedException {
        var query =
                "SELECT count(*) FROM events WHERE "
                        + UsageTables.USES
                        + (unpriced.equals("true") ? " AND counted AND cost_nanos IS NULL" : "");
        return log.log.<Long>read(connection -> Schema.number(connection, query)).intValue();
    }

    private int count(String type) throws InterruptedException {
        return log.events("event_type", type).path("total").intValue();
    }

    /** So many events a day, each day of so many, in two sessions a day. */
    private void fill(int days, int events) throws Exception {
        for (var day = 0; day < days; day++) {
            for (var i = 0; i < events; i++) {
                var type = List.of("tool_use", "llm_response", "error").get(i % 3);
                post(
                        "s" + day + i % 2,
                        type,
                        ",\"tokens_in\":%d,\"tool_name\":%s,\"duration_ms\":%d%s"
                                .formatted(
                                        i % 5,
                                        i % 3 == 0 ? "\"t" + i % 2 + "\"" : "null",
                                        i,
                                        i % 4 == 0 ? ",\"cost_usd\":0.25" : ""));
            }
            log.clock.turn(Duration.ofDays(1));
        }
        log.clock.turn(Duration.ofDays(-1));
    }

    private void post(String session, String type, String more) throws Exception {
        var reply =
                log.post(
                        "{\"session_id\":\"%s\",\"agent_type\":\"a\",\"event_type\":\"%s\"%s}"
                                .formatted(session, type, more));
        assertThat(reply.status()).as(TestLog.text(reply)).isEqualTo(201);
    }

    private static String noise(int length) {
        return new Random(1)
                .ints(length, 'a', 'z' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private void assertSumsAreThoseOfTheEvents() throws InterruptedException {
        log.log.read(connection -> {
            SheetsAgree.zones(connection);
            for (var column :
                    List.of(
                            "count(*)|total(events)",
                            "sum(status = 'error')|total(errors)",
                            "total(counted * tokens_in)|total(tokens_in)",
                            "total(counted * cost_nanos)|total(cost_nanos)",
                            "sum(counted AND cost_nanos IS NOT NULL)|total(priced)",
                            "total(duration_ms)|total(duration_ms)",
                            "count(duration_ms)|total(timed)")) {
                var sides = column.split("\\|", -1);
                for (var table : List.of("rollup", "rollup_day")) {
                    assertThat(Schema.number(connection, "SELECT " + sides[1] + " FROM " + table))
                            .as(sides[1] + " of " + table)
                            .isEqualTo(
                                    Schema.number(
                                            connection, "SELECT " + sides[0] + " FROM events"));
                }
            }
            assertThat(Schema.number(connection, "SELECT count(*) FROM rollup WHERE events <= 0"))
                    .isZero();
            assertThat(Schema.number(connection, "SELECT total(event_count) FROM sessions"))
                    .isEqualTo(Schema.number(connection, "SELECT count(*) FROM events"));
            assertThat(Schema.number(connection, "SELECT count(DISTINCT session_id) FROM events"))
                    .isEqualTo(Schema.number(connection, "SELECT count(*) FROM sessions"));
            return true;
        });
    }
}
