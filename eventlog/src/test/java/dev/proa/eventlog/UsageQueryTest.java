package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Whatever the sums come from, they are those of the events. */
class UsageQueryTest {
    private static final Instant BEGIN = Instant.parse("2026-03-20T00:00:00Z");
    private static final Instant END = Instant.parse("2027-01-01T00:00:00Z");
    private static final long SPAN = ChronoUnit.DAYS.getDuration().toMillis() * 20;

    @TempDir Path folder;
    private TestLog log;
    private CostQueries costs;

    @BeforeEach
    void open() {
        log = new TestLog(folder);
        costs = new CostQueries(log.log);
    }

    @AfterEach
    void close() throws Exception {
        SheetsAgree.in(log);
        log.close();
    }

    /** What was used at a moment. */
    private record Used(
            long at, String session, String model, @Nullable String project, long tokens) {
        NewEvent event() {
            return new EventDraft(session, "codex", "llm_response")
                    .happened(at)
                    .model(model)
                    .project(project)
                    .tokens(new NewEvent.Tokens(tokens, 0, 0, 0))
                    .event();
        }
    }

    private static Used any(Random random) {
        var session = random.nextInt(5);
        // Two of five sessions never say where they are, the others do now and then.
        var project = session < 2 || random.nextBoolean() ? null : "p" + session;
        return new Used(
                BEGIN.toEpochMilli() + random.nextLong(SPAN),
                "s" + session,
                "m" + random.nextInt(3),
                project,
                1 + random.nextInt(1_000));
    }

    /**
     * Stores them in several transactions, which are in no order of time, and knows their place.
     */
    private List<Used> store(Random random) throws InterruptedException {
        var all = new ArrayList<Used>();
        var places = new HashMap<String, String>();
        for (var i = 0; i < 40; i++) {
            var some = new ArrayList<Used>();
            for (var j = 0; j < 10; j++) {
                some.add(any(random));
            }
            log.log.append(some.stream().map(Used::event).toList());
            for (var used : some) {
                if (used.project() != null) {
                    places.put(used.session(), used.project());
                }
            }
            all.addAll(some);
            if (i % 7 == 0) {
                costs.costs(Parameters.none()); // keeps something in mind that changes
            }
        }
        return all.stream()
                .map(u ->
                        new Used(
                                u.at(),
                                u.session(),
                                u.model(),
                                places.get(u.session()),
                                u.tokens()))
                .toList();
    }

    private Map<String, Long> asked(String... parameters) throws InterruptedException {
        var report = TestLog.json(costs.costs(TestLog.parameters(parameters)));
        var found = new TreeMap<String, Long>();
        for (JsonNode row : report.path("rows")) {
            found.put(row.path("key").asString(""), row.path("tokens_in").asLong());
        }
        return found;
    }

    private static Map<String, Long> told(
            List<Used> all, Instant from, Instant to, Function<Used, String> key) {
        var found = new TreeMap<String, Long>();
        for (var used : all) {
            if (used.at() >= from.toEpochMilli() && used.at() < to.toEpochMilli()) {
                found.merge(key.apply(used), used.tokens(), Long::sum);
            }
        }
        return found;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UTC",
                "Europe/London",
                "Europe/Berlin",
                "America/New_York",
                "Asia/Kolkata",
                "Pacific/Chatham",
                "Pacific/Kiritimati"
            })
    void daysAreThoseOfTheZoneAndSpansAreExact(String zone) throws Exception {
        var random = new Random(zone.hashCode());
        var all = store(random);
        Function<Used, String> day =
                used -> Instant.ofEpochMilli(used.at()).atZone(ZoneId.of(zone)).toLocalDate() + "";

        assertThat(asked("by", "day", "zone", zone)).isEqualTo(told(all, Instant.EPOCH, END, day));
        for (var round = 0; round < 20; round++) {
            var from = BEGIN.plusMillis(random.nextLong(SPAN));
            var to = from.plusMillis(random.nextLong(SPAN / 2));
            assertThat(
                            asked(
                                    "by",
                                    "day",
                                    "zone",
                                    zone,
                                    "from",
                                    from.toString(),
                                    "to",
                                    to.toString()))
                    .as(from + " to " + to)
                    .isEqualTo(told(all, from, to, day));
            assertThat(asked("by", "project", "from", from.toString(), "to", to.toString()))
                    .isEqualTo(told(all, from, to, used -> orEmpty(used.project())));
            assertThat(asked("by", "session", "from", from.toString(), "to", to.toString()))
                    .isEqualTo(told(all, from, to, Used::session));
            assertThat(asked("by", "model", "project", "p3", "from", from.toString()))
                    .isEqualTo(
                            told(
                                    all.stream()
                                            .filter(used -> orEmpty(used.project()).equals("p3"))
                                            .toList(),
                                    from,
                                    END,
                                    Used::model));
        }
    }

    private static String orEmpty(@Nullable String project) {
        return project == null ? "" : project;
    }

    /** What a series has of each key, by the hour. */
    private Map<String, Map<Instant, Long>> series(String... parameters)
            throws InterruptedException {
        var answer = TestLog.json(costs.series(TestLog.parameters(parameters)));
        var found = new TreeMap<String, Map<Instant, Long>>();
        for (var line : answer.path("series")) {
            var hours = found.computeIfAbsent(line.path("key").asString(""), _ -> new TreeMap<>());
            for (var i = 0; i < answer.path("starts").size(); i++) {
                if (!line.path("tokens").path(i).isNull()) {
                    var start = Instant.parse(answer.path("starts").path(i).stringValue());
                    hours.put(start, line.path("tokens").path(i).longValue());
                }
            }
        }
        return found;
    }

    @Test
    void hoursAreThoseOfTheEvents() throws Exception {
        var random = new Random(7);
        var all = store(random);
        for (var round = 0; round < 20; round++) {
            // Both ends cut a quarter of an hour in which something was used; some cut the same.
            var one = all.get(round).at();
            var other = round % 4 == 0 ? one + 60_000 : all.get(round + 20).at();
            var from = Instant.ofEpochMilli(Math.min(one, other));
            var to = Instant.ofEpochMilli(Math.max(one, other) + 1);
            var expected = new TreeMap<String, Map<Instant, Long>>();
            var ofOne = new TreeMap<Instant, Long>();
            for (var used : all) {
                var at = Instant.ofEpochMilli(used.at());
                if (!at.isBefore(from) && at.isBefore(to)) {
                    var hour = at.truncatedTo(ChronoUnit.HOURS);
                    expected.computeIfAbsent(orEmpty(used.project()), _ -> new TreeMap<>())
                            .merge(hour, used.tokens(), Long::sum);
                    if (used.session().equals("s3")) {
                        ofOne.merge(hour, used.tokens(), Long::sum);
                    }
                }
            }
            var span = List.of("from", from.toString(), "to", to.toString(), "bucket", "hour");

            assertThat(series(with(span, "by", "project"))).as(span + "").isEqualTo(expected);
            assertThat(series(with(span, "session_id", "s3")))
                    .isEqualTo(ofOne.isEmpty() ? Map.of() : Map.of("total", ofOne));
        }
    }

    private static String[] with(List<String> some, String name, String value) {
        return Stream.concat(some.stream(), Stream.of(name, value)).toArray(String[]::new);
    }

    @Test
    void oneSessionCanBeAskedForBySession() throws Exception {
        var at = BEGIN.toEpochMilli();
        log.log.append(
                List.of(
                        new Used(at, "s", "m", null, 7).event(),
                        new Used(at, "t", "m", null, 5).event()));

        assertThat(asked("by", "session", "session_id", "s")).isEqualTo(Map.of("s", 7L));
    }

    @Test
    void whatASessionSaysLaterOfItsPlaceHoldsForWhatItUsedBefore() throws Exception {
        var at = BEGIN.toEpochMilli();
        log.log.append(List.of(new Used(at, "s", "m", null, 7).event()));
        assertThat(asked("by", "project")).isEqualTo(Map.of("", 7L));

        log.log.append(List.of(new Used(at + 1, "s", "m", "first", 2).event()));
        assertThat(asked("by", "project")).isEqualTo(Map.of("first", 9L));

        log.log.append(List.of(new Used(at + 2, "s", "m", "second", 1).event()));
        assertThat(asked("by", "project")).isEqualTo(Map.of("first", 2L, "second", 8L));
    }
}
