package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ZonesTest {
    private static final List<String> TYPES =
            List.of("tool_use", "tool_use", "user_prompt", "llm_response", "error");
    private static final List<String> TOOLS = List.of("Bash", "Edit", "o'clock");
    private static final List<String> AGENTS = List.of("codex", "claude_code");

    private static final DateTimeFormatter MILLIS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX").withZone(ZoneOffset.UTC);

    @TempDir Path folder;
    private final Random random = new Random(7);
    private TestLog log;

    @BeforeEach
    void open() {
        log = new TestLog(folder);
    }

    @AfterEach
    void close() {
        log.close();
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    /**
     * Events of all kinds, some of which happened long before; a few minutes lie between appends.
     */
    private void fill(int appends) throws InterruptedException {
        for (var append = 0; append < appends; append++) {
            log.clock.turn(Duration.ofSeconds(random.nextInt(600)));
            var events = new ArrayList<String>();
            for (var i = random.nextInt(60); i >= 0; i--) {
                events.add(event(append));
            }
            assertThat(log.postAll("{\"events\":[" + String.join(",", events) + "]}").status())
                    .isEqualTo(201);
        }
    }

    private String event(int append) {
        var type = one(TYPES);
        var more = new StringBuilder();
        if (type.equals("tool_use")) {
            more.append(",\"tool_name\":\"").append(one(TOOLS)).append('"');
        }
        if (type.equals("llm_response")) {
            more.append(",\"model\":\"gpt-5\",\"tokens_in\":10");
        }
        if (append % 7 == 3) {
            more.append(",\"branch\":\"next\"");
        }
        if (random.nextInt(10) == 0) {
            var ago = Duration.ofMinutes(random.nextInt(3_000));
            more.append(",\"client_timestamp\":\"")
                    .append(Instant.ofEpochMilli(log.clock.millis()).minus(ago))
                    .append('"');
        }
        return "{\"session_id\":\"s%d\",\"agent_type\":\"%s\",\"event_type\":\"%s\",\"status\":\"%s\"%s}"
                .formatted(
                        append % 5,
                        one(AGENTS),
                        type,
                        random.nextInt(9) == 0 ? "error" : "success",
                        more);
    }

    @Test
    void leaveOutNothingThatAFilterLetsThrough() throws Exception {
        fill(80);

        assertQuestionsAgree(300);
        SheetsAgree.in(log);
    }

    @Test
    void areRightAfterEventsWereDeleted() throws Exception {
        fill(60);
        var kinds = new TreeMap<String, OptionalInt>();
        kinds.put("tool_use", OptionalInt.of(1));
        log.clock.turn(Duration.ofHours(22)); // so that a part of them is a day old
        try (var keeping =
                new Housekeeping(
                        log.log,
                        () ->
                                new SettingValues.Retention(
                                        OptionalInt.empty(), OptionalLong.empty(), kinds))) {
            var pruned = TestLog.json(keeping.prune("{}".getBytes(StandardCharsets.UTF_8)));
            assertThat(pruned.path("events").intValue()).isGreaterThan(Zones.SIZE);
        }
        fill(10);

        assertThat(log.events("event_type", "user_prompt").path("total").intValue()).isPositive();
        assertQuestionsAgree(150);
        log.log.read(connection -> {
            SheetsAgree.zones(connection);
            return true;
        });
    }

    @Test
    void holdNothingOfATransactionThatFailed() throws Exception {
        fill(3);

        var done =
                log.log.change(posting -> {
                    posting.store(TestLog.event("s9", "lost"));
                    throw new SQLException("out of luck");
                });
        fill(1);

        assertThat(done).isFalse();
        SheetsAgree.in(log);
    }

    @Test
    void tellWhereTheFewAreAmongMany() throws Exception {
        fill(40);
        log.post(
                "{\"session_id\":\"s\",\"agent_type\":\"codex\",\"event_type\":\"tool_use\",\"tool_name\":\"Rare\"}");
        var id = log.newest().path("id").longValue();
        fill(40);

        var ranges =
                log.log.read(connection ->
                        Zones.ranges(
                                connection,
                                Map.of("tool_name", "Rare", "agent_type", "codex"),
                                OptionalLong.empty(),
                                OptionalLong.empty()));

        assertThat(ranges).hasSize(1);
        var range = ranges.getFirst();
        assertThat(id).isBetween(range.first(), range.last());
        assertThat(range.last() - range.first()).isLessThan(Zones.SIZE);
    }

    @Test
    void giveMissedEventsOfAKindInTheirOrder() throws Exception {
        fill(60);
        var asked = Map.of("agent_type", "codex", "event_type", "error");
        var wanted = WantedEvents.of(name -> Optional.ofNullable(asked.get(name)));
        var all = log.events("limit", "10000").path("events").valueStream().toList();
        var after = 300L;
        var ids =
                all.reversed().stream()
                        .filter(event -> id(event) > after && fits(event, asked))
                        .map(event -> (long) id(event))
                        .toList();
        var replay = new EventReplay(log.log);

        var given = replay.after(after, 10_000, wanted);
        var newest = replay.newest(after, 20, wanted);

        assertThat(ids).hasSizeGreaterThan(50);
        assertThat(given.stream().map(Commit.StoredEvent::id).toList()).isEqualTo(ids);
        assertThat(newest)
                .isEqualTo(new EventReplay.Newest(ids.get(ids.size() - 21), ids.size() - 20));
    }

    @Test
    void areNotMissedInALogOfAnOlderVersion() throws Exception {
        fill(20);
        var middle = Instant.ofEpochMilli(log.clock.millis()).minus(Duration.ofMinutes(40));
        log.close();
        var before = stored(middle);

        try (var connection = new Database(folder.resolve("events.db")).writer()) {
            Database.run(connection, "DROP TABLE event_zones");
            Database.run(connection, "DROP TABLE zone_values");
            Database.run(connection, "PRAGMA user_version = 6");
        }

        assertThat(before.getFirst()).contains("gpt-5");
        assertThat(before.getLast()).contains("\"tokens_in\":");
        assertThat(stored(middle)).isEqualTo(before);
    }

    /** Events of a kind since a moment, and costs of less than a quarter of an hour before it. */
    private List<String> stored(Instant moment) {
        var stored = new StoredEventLog(folder);
        return List.of(
                TestLog.text(
                        stored.events(
                                TestLog.parameters(
                                        "model", "gpt-5", "since", MILLIS.format(moment)))),
                TestLog.text(
                        stored.costs(
                                TestLog.parameters(
                                        "from",
                                        MILLIS.format(moment.minus(Duration.ofMinutes(14))),
                                        "to",
                                        MILLIS.format(moment)))));
    }

    /** Compares answers with what is left of all events when each is looked at. */
    private void assertQuestionsAgree(int questions) throws InterruptedException {
        var all = log.events("limit", "10000").path("events").valueStream().toList();
        assertThat(all.size()).isGreaterThan(3 * Zones.SIZE);
        for (var i = 0; i < questions; i++) {
            var asked = question(all);
            var limit = 1 + random.nextInt(200);
            var offset = random.nextInt(3) == 0 ? random.nextInt(300) : 0;
            var fit = all.stream().filter(event -> fits(event, asked)).map(ZonesTest::id).toList();
            var parameters = new ArrayList<String>();
            asked.forEach((name, value) -> parameters.addAll(List.of(name, value)));
            parameters.addAll(List.of("limit", "" + limit, "offset", "" + offset));

            var page = log.events(parameters.toArray(String[]::new));

            assertThat(page.path("total").intValue()).as(asked.toString()).isEqualTo(fit.size());
            assertThat(page.path("events").valueStream().map(ZonesTest::id).toList())
                    .as(asked.toString())
                    .isEqualTo(fit.stream().skip(offset).limit(limit).toList());
        }
    }

    private Map<String, String> question(List<JsonNode> all) {
        var asked = new TreeMap<String, String>();
        var like = one(all);
        for (var name : Zones.COLUMNS) {
            if (random.nextInt(4) == 0 && like.path(name).isString()) {
                asked.put(name, like.path(name).stringValue());
            }
        }
        if (random.nextInt(8) == 0) {
            asked.put("session_id", like.path("session_id").stringValue());
        }
        if (random.nextInt(20) == 0) {
            asked.put("tool_name", "Nobody's");
        }
        if (random.nextInt(2) == 0) {
            asked.put("since", moment(all));
        }
        if (random.nextInt(2) == 0) {
            asked.put("until", moment(all));
        }
        if (random.nextInt(5) == 0) {
            asked.put("counted", "true");
        }
        return asked;
    }

    /** When an event was stored, or an edge of that hour. */
    private String moment(List<JsonNode> all) {
        var at = Instant.parse(at(one(all)));
        var hour = at.truncatedTo(ChronoUnit.HOURS);
        var some = List.of(at, at, hour, hour.minusMillis(1), hour.plus(1, ChronoUnit.HOURS));
        return MILLIS.format(one(some));
    }

    private static boolean fits(JsonNode event, Map<String, String> asked) {
        return asked.entrySet().stream()
                .allMatch(each ->
                        switch (each.getKey()) {
                            case "since" -> at(event).compareTo(each.getValue()) >= 0;
                            case "until" -> at(event).compareTo(each.getValue()) <= 0;
                            case "counted" -> event.path("tool_name").isString();
                            default ->
                                    event.path(each.getKey()).asString("").equals(each.getValue());
                        });
    }

    private static String at(JsonNode event) {
        return event.path("created_at").stringValue();
    }

    private static int id(JsonNode event) {
        return event.path("id").intValue();
    }
}
