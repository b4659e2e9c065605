package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class CostQueriesTest {
    private static final String SONNET = "claude-sonnet-4-5"; // 3 and 15 dollars

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

    private void use(String at, @Nullable String model, @Nullable String project, long in)
            throws InterruptedException {
        log.log.append(
                List.of(
                        new EventDraft("s-" + project, "claude_code", "llm_response")
                                .happened(Instant.parse(at).toEpochMilli())
                                .model(model)
                                .project(project)
                                .tokens(new NewEvent.Tokens(in, 0, 0, 0))
                                .event()));
    }

    private JsonNode costs(String... parameters) throws InterruptedException {
        return TestLog.json(costs.costs(TestLog.parameters(parameters)));
    }

    private static List<String> keys(JsonNode rows) {
        var keys = new ArrayList<String>();
        for (var row : rows) {
            keys.add(row.path("key").asString("") + " " + row.path("cost_usd"));
        }
        return keys;
    }

    @Test
    void sumsDaysOfTheZoneThatIsAsked() throws Exception {
        use("2026-11-20T17:45:00Z", SONNET, "a", 1_000); // 23:15 in Kolkata
        use("2026-11-20T18:15:00Z", SONNET, "a", 2_000); // 23:45
        use("2026-11-20T18:31:00Z", SONNET, "a", 4_000); // 00:01 on the 21st

        assertThat(keys(costs("by", "day", "zone", "Asia/Kolkata").path("rows")))
                .containsExactly("2026-11-20 0.009", "2026-11-21 0.012");
        assertThat(keys(costs("by", "day").path("rows"))).containsExactly("2026-11-20 0.021");
    }

    @Test
    void countsWhatLiesWithinTheSpanToTheMillisecond() throws Exception {
        use("2026-11-20T10:00:00.000Z", SONNET, "a", 1_000);
        use("2026-11-20T10:29:59.999Z", SONNET, "a", 2_000);
        use("2026-11-20T10:30:00.000Z", SONNET, "a", 4_000);
        use("2026-11-20T12:30:00.000Z", SONNET, "a", 8_000);

        var part = costs("from", "2026-11-20T10:29:59.999Z", "to", "2026-11-20T12:30:00Z");

        assertThat(part.path("total").path("tokens_in").intValue()).isEqualTo(6_000);
        assertThat(part.path("first_at").stringValue()).isEqualTo("2026-11-20T10:29:59.999Z");
        assertThat(costs("from", "2026-11-20", "to", "2026-11-20").path("total").path("events"))
                .hasToString("4");
    }

    @Test
    void listsWhatHasNoPriceAndNeverCallsItFree() throws Exception {
        use("2026-11-20T10:00:00Z", "nobody-knows", "a", 1_000);
        use("2026-11-20T11:00:00Z", null, "a", 500);

        var report = costs("by", "model");

        assertThat(keys(report.path("rows"))).containsExactly("nobody-knows null", " null");
        assertThat(report.path("total").path("cost_usd").isNull()).isTrue();
        assertThat(report.path("total").path("unpriced_tokens").intValue()).isEqualTo(1_500);
        assertThat(report.path("unknown_models").path(0).path("model").stringValue())
                .isEqualTo("nobody-knows");
        assertThat(report.path("unknown_models").path(0).path("first_at").stringValue())
                .isEqualTo("2026-11-20T10:00:00.000Z");
    }

    @Test
    void opensATotalDownToItsEvents() throws Exception {
        for (var i = 10; i < 20; i++) {
            use("2026-11-20T" + i + ":00:00Z", i % 2 == 0 ? SONNET : "unknown", "a", i);
        }

        var page =
                TestLog.json(
                        costs.events(
                                TestLog.parameters(
                                        "unpriced", "true", "limit", "2", "offset", "1")));

        assertThat(page.path("total").intValue()).isEqualTo(5);
        assertThat(page.path("events").valueStream().map(e -> e.path("tokens_in").intValue()))
                .containsExactly(17, 15);
    }

    @Test
    void saysWhichEventADuplicateRepeats() throws Exception {
        var line =
                new EventDraft("s", "claude_code", "llm_response")
                        .model(SONNET)
                        .source("import")
                        .tokens(new NewEvent.Tokens(1, 1, 0, 0))
                        .identity(new NewEvent.Identity("m", "r", null, false))
                        .event();
        log.log.append(List.of(line, line));

        var events = TestLog.json(costs.events(Parameters.none())).path("events");

        assertThat(events.path(0).path("duplicate_of").intValue()).isEqualTo(1);
        assertThat(events.path(0).path("counted").booleanValue()).isFalse();
        assertThat(events.path(1).path("counted").booleanValue()).isTrue();
        assertThat(costs().path("total").path("duplicates").intValue()).isEqualTo(1);
    }

    @Test
    void drawsGapsAsGapsAndTheRestAsOthers() throws Exception {
        use("2026-11-18T10:00:00Z", SONNET, "a", 9_000);
        for (var i = 0; i < 7; i++) {
            use("2026-11-20T10:00:00Z", SONNET, "p" + i, 1_000 + i);
        }

        var series =
                TestLog.json(costs.series(TestLog.parameters("bucket", "day", "by", "project")));

        assertThat(series.path("starts").size()).isEqualTo(3);
        assertThat(series.path("series").size()).isEqualTo(6);
        assertThat(series.path("series").path(0))
                .hasToString(
                        "{\"key\":\"a\",\"cost_usd\":[0.027,null,null],\"tokens\":[9000,null,null]}");
        assertThat(series.path("series").path(5).path("key").stringValue()).isEqualTo("others");
        assertThat(series.path("series").path(5).path("tokens").path(2).intValue())
                .isEqualTo(1_000 + 1_001 + 1_002);
    }

    @Test
    void anHourHasNoCostWithoutAPriceAndStopsAtTheLargestNumber() throws Exception {
        use("2026-11-18T10:20:00Z", SONNET, "a", 9_000);
        use("2026-11-18T10:50:00Z", "unknown", "a", 1);
        use("2026-11-18T11:00:00Z", "unknown", "a", 5);
        var huge =
                new EventDraft("s-h", "codex", "llm_response")
                        .happened(Instant.parse("2026-11-18T13:00:00Z").toEpochMilli())
                        .model("unknown")
                        .tokens(new NewEvent.Tokens(Long.MAX_VALUE, Long.MAX_VALUE, 1, 0))
                        .identity(new NewEvent.Identity("m", "r", null, false))
                        .event();
        log.log.append(List.of(huge, huge));

        var series = TestLog.json(costs.series(TestLog.parameters("bucket", "hour")));

        assertThat(series.path("series"))
                .hasToString(
                        "[{\"key\":\"total\",\"cost_usd\":[0.027,null,null,null],"
                                + "\"tokens\":[9001,5,null,9223372036854775807]}]");
    }

    @Test
    void keepsTheContractsTimelineProjectsAndModels() throws Exception {
        use("2026-11-20T10:10:00Z", SONNET, "a", 1_000);
        log.post(
                """
                {"session_id":"s-a","agent_type":"claude_code","event_type":"tool_use",
                 "client_timestamp":"2026-11-20T10:20:00Z"}\
                """);
        use("2026-11-20T12:00:00Z", "unknown", null, 5);

        var answer = TestLog.json(costs.contract(Parameters.none()));

        assertThat(answer.path("timeline"))
                .hasToString(
                        "[{\"bucket\":\"2026-11-20T10:00:00Z\",\"cost_usd\":0.003,"
                                + "\"tokens_in\":1000,\"tokens_out\":0,\"event_count\":2},"
                                + "{\"bucket\":\"2026-11-20T12:00:00Z\",\"cost_usd\":0,"
                                + "\"tokens_in\":5,\"tokens_out\":0,\"event_count\":1}]");
        assertThat(answer.path("by_project"))
                .hasToString(
                        "[{\"project\":\"a\",\"cost_usd\":0.003,\"session_count\":1,"
                                + "\"event_count\":1}]");
        assertThat(answer.path("by_model").path(0).path("model").stringValue()).isEqualTo(SONNET);
        var since = TestLog.parameters("since", "2026-11-20T10:15:00Z");
        assertThat(TestLog.json(costs.contract(since)).path("timeline").path(0))
                .hasToString(
                        "{\"bucket\":\"2026-11-20T10:00:00Z\",\"cost_usd\":0,\"tokens_in\":0,"
                                + "\"tokens_out\":0,\"event_count\":1}");
    }

    @Test
    void aProjectOfTheContractCountsTheEventsThatItsCostIsOf() throws Exception {
        use("2026-11-20T10:10:00Z", SONNET, "a", 1_000);
        use("2026-11-20T10:11:00Z", "unknown", "a", 5);

        var project = TestLog.json(costs.contract(Parameters.none())).path("by_project").path(0);

        assertThat(project.path("event_count").intValue()).isEqualTo(1);
    }

    @Test
    void pricesWhatHadNoPriceOnceItIsTold() throws Exception {
        use("2026-11-20T10:00:00Z", "our-own", "a", 1_000);
        var body = "{\"input_per_mtok\": 2.5, \"output_per_mtok\": 10, \"aliases\": [\"mine\"]}";

        var reply = costs.put("our-own", body.getBytes(StandardCharsets.UTF_8));

        assertThat(TestLog.json(reply).path("changed").intValue()).isEqualTo(1);
        assertThat(costs().path("total").path("cost_usd")).hasToString("0.0025");
        use("2026-11-20T10:00:00Z", "mine", "a", 1_000);
        assertThat(costs().path("total").path("cost_usd")).hasToString("0.005");
        assertThat(Files.readString(folder.resolve("prices.json"))).contains("our-own");
    }

    @Test
    void namesEveryFaultOfAPrice() throws Exception {
        var body = "{\"input_per_mtok\": -1, \"tiers\": [{\"above_prompt_tokens\": \"x\"}]}";

        var reply = costs.put("m", body.getBytes(StandardCharsets.UTF_8));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(TestLog.json(reply).path("details").valueStream())
                .extracting(fault -> fault.path("field").stringValue())
                .containsExactly(
                        "input_per_mtok",
                        "output_per_mtok",
                        "tiers/0/above_prompt_tokens",
                        "tiers/0/input_per_mtok",
                        "tiers/0/output_per_mtok");
    }

    @Test
    void tellsOfPricesThatCannotBeReadAndGoesOnWithItsOwn() throws Exception {
        log.close();
        Files.writeString(folder.resolve("prices.json"), "{\"models\": [{\"model\": \"m\"}]}");

        log = new TestLog(folder);

        assertThat(log.problems)
                .extracting(problem -> problem.where().pointer())
                .containsExactly("/models/0/input_per_mtok", "/models/0/output_per_mtok");
        assertThat(log.log.prices().present().of(SONNET)).isPresent();
    }

    @Test
    void saysWhatOfABudgetIsSpentInItsPeriod() throws Exception {
        var now = log.clock.instant();
        use(now.toString(), SONNET, "a", 1_000_000);
        use(now.minusSeconds(40L * 86_400).toString(), SONNET, "a", 1_000_000);
        use(now.toString(), SONNET, "b", 1_000_000);
        var budget =
                new SettingValues.Budget(
                        "a month",
                        SettingValues.Period.MONTH,
                        2_000_000_000L,
                        Optional.of("a"),
                        Optional.empty());

        var spent =
                TestLog.json(costs.budgets(List.of(budget), ZoneId.of("UTC")))
                        .path("budgets")
                        .path(0);

        assertThat(spent.path("spent_usd")).hasToString("3");
        assertThat(spent.path("over").booleanValue()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"by", "zone", "from"})
    void refusesWhatItDoesNotKnow(String name) throws Exception {
        assertThat(costs.costs(TestLog.parameters(name, "nonsense")).status()).isEqualTo(400);
    }

    /** Every way to ask gives the sums of the same events. */
    @ParameterizedTest
    @ValueSource(longs = {5, 55})
    void agreesHoweverItIsAsked(long seed) throws Exception {
        var random = new Random(seed);
        var models = List.of(SONNET, "gpt-5", "unknown");
        for (var i = 0; i < 200; i++) {
            var at = Instant.parse("2026-10-20T00:00:00Z").plusSeconds(random.nextInt(1_000_000));
            use(at.toString(), models.get(i % 3), "p" + random.nextInt(4), random.nextInt(9_000));
        }
        var from = Instant.parse("2026-10-20T00:00:00Z").plusSeconds(random.nextInt(400_000));
        var to = from.plusSeconds(random.nextInt(500_000));
        for (var by : CostReport.WORDS) {
            var report =
                    costs(
                            "by",
                            by,
                            "from",
                            from.toString(),
                            "to",
                            to.toString(),
                            "zone",
                            "Asia/Kathmandu");
            var rows =
                    report.path("rows").valueStream().mapToLong(r -> r.path("tokens_in").asLong());
            assertThat(rows.sum())
                    .as(seed + " " + by)
                    .isEqualTo(report.path("total").path("tokens_in").longValue());
        }
        var events =
                TestLog.json(
                        costs.events(
                                TestLog.parameters(
                                        "from",
                                        from.toString(),
                                        "to",
                                        to.toString(),
                                        "limit",
                                        "1000")));
        assertThat(events.path("total").intValue()).isEqualTo(events.path("events").size());
        assertThat(costs("from", from.toString(), "to", to.toString()).path("total").path("events"))
                .hasToString(events.path("total").toString());
    }
}
