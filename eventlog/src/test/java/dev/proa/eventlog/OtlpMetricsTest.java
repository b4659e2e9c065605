package dev.proa.eventlog;

import static dev.proa.eventlog.Otlp.attributes;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OtlpMetricsTest {
    private static final String TOKENS = "claude_code.token.usage";
    private static final String COST = "claude_code.cost.usage";
    private static final int DELTA = 1;
    private static final int CUMULATIVE = 2;

    @TempDir Path folder;
    private TestLog log;

    @BeforeEach
    void open() {
        log = new TestLog(folder);
    }

    @AfterEach
    void close() {
        log.close();
    }

    private static String metrics(String resource, String metric) {
        return "{\"resourceMetrics\":[{\"resource\":{\"attributes\":[%s]},\"scopeMetrics\":[{\"metrics\":[%s]}]}]}"
                .formatted(resource, metric);
    }

    private static String sum(String name, int temporality, String... points) {
        return metrics(
                attributes("service.name", "claude-code"),
                "{\"name\":\"%s\",\"sum\":{\"aggregationTemporality\":%d,\"isMonotonic\":true,\"dataPoints\":[%s]}}"
                        .formatted(name, temporality, String.join(",", points)));
    }

    /** A data point of session s and model m. */
    private static String point(String value, long start, long at, String type) {
        return "{%s,\"startTimeUnixNano\":\"%d\",\"timeUnixNano\":\"%d\",\"attributes\":[%s]}"
                .formatted(
                        value,
                        start,
                        at,
                        attributes("session.id", "s", "model", "m", "type", type));
    }

    private static String integer(long value) {
        return "\"asInt\":\"" + value + "\"";
    }

    private OtlpReply post(String json) throws InterruptedException {
        var reply = log.otlp.take(Otlp.json(OtlpSignal.METRICS, json));
        assertThat(reply.status()).isEqualTo(200);
        return reply;
    }

    /** The tokens that went in by the events of a session, the oldest first. */
    private List<Integer> tokensIn(String session) throws InterruptedException {
        return log.events("session_id", session)
                .path("events")
                .valueStream()
                .map(event -> event.path("tokens_in").intValue())
                .toList()
                .reversed();
    }

    private void cumulative(long total, long start, long at) throws InterruptedException {
        post(sum(TOKENS, CUMULATIVE, point(integer(total), start, at, "input")));
    }

    private void reopen() {
        log.close();
        log = new TestLog(folder, log.clock, Writer.Limits.USUAL);
    }

    @ParameterizedTest
    @CsvSource({
        "input, tokens_in",
        "output, tokens_out",
        "cacheRead, cache_read_tokens",
        "cache_read, cache_read_tokens",
        "cacheCreation, cache_write_tokens",
        "cache_creation, cache_write_tokens",
        "cache_write, cache_write_tokens",
        "something, tokens_in",
    })
    void aDeltaIsAnEventOfItsClassOfTokens(String type, String field) throws Exception {
        post(sum(TOKENS, DELTA, point(integer(250), 1, 2_000_000, type)));

        var event = log.newest();
        assertThat(event.path("event_type").stringValue()).isEqualTo("llm_response");
        assertThat(event.path("session_id").stringValue()).isEqualTo("s");
        assertThat(event.path("agent_type").stringValue()).isEqualTo("claude_code");
        assertThat(event.path("model").stringValue()).isEqualTo("m");
        assertThat(event.path("source").stringValue()).isEqualTo("otel");
        assertThat(event.path(field).intValue()).isEqualTo(250);
        assertThat(event.path("metadata").path("_synthetic").booleanValue()).isTrue();
        assertThat(event.path("metadata").path("_source").stringValue()).isEqualTo("otel_metric");
        assertThat(log.session("s").path("tokens_in").intValue())
                .isEqualTo(field.equals("tokens_in") ? 250 : 0);
    }

    @Test
    void increasesAreMarkedAsThoseOfAMeter() throws Exception {
        post(sum(TOKENS, DELTA, point(integer(1), 1, 2, "input")));
        post(sum(TOKENS, CUMULATIVE, point(integer(1), 1, 2, "output")));

        var metered = log.log.read(c -> Schema.number(c, "SELECT sum(metered) FROM events"));

        assertThat(metered).isEqualTo(2);
    }

    @Test
    void costsAreDollars() throws Exception {
        post(sum(COST, CUMULATIVE, point("\"asDouble\":0.05", 1, 2, "")));
        post(sum(COST, CUMULATIVE, point("\"asDouble\":0.0712345", 1, 3, "")));

        assertThat(log.newest().path("cost_usd").decimalValue()).isEqualByComparingTo("0.0212345");
        assertThat(log.session("s").path("total_cost_usd").decimalValue())
                .isEqualByComparingTo("0.0712345");
    }

    @Test
    void ofARunningTotalTheGrowthCounts() throws Exception {
        cumulative(1000, 1, 10);
        cumulative(1500, 1, 20);
        cumulative(1500, 1, 30);

        assertThat(tokensIn("s")).containsExactly(1000, 500);
    }

    @Test
    void aTotalGoesOnOverARestartOfTheMonitor() throws Exception {
        cumulative(1000, 1, 10);

        reopen();
        cumulative(1600, 1, 20);

        assertThat(tokensIn("s")).containsExactly(1000, 600);
    }

    @Test
    void aMeterThatBeginsAgainCountsWhole() throws Exception {
        cumulative(1000, 1, 10);
        cumulative(300, 15, 20);
        cumulative(400, 15, 30);

        assertThat(tokensIn("s")).containsExactly(1000, 300, 100);
    }

    @Test
    void twoProcessesOfOneSessionDoNotDisturbEachOther() throws Exception {
        cumulative(1000, 1, 10);
        cumulative(50, 5, 11);
        cumulative(1100, 1, 20);
        cumulative(60, 5, 21);

        assertThat(tokensIn("s")).containsExactly(1000, 50, 100, 10);
    }

    @Test
    void aDecreaseCountsNothingAndIsWhereItGoesOnFrom() throws Exception {
        cumulative(1000, 1, 10);
        cumulative(400, 1, 20);
        cumulative(450, 1, 30);

        assertThat(tokensIn("s")).containsExactly(1000, 50);
    }

    @Test
    void whatComesTooLateCountsNothing() throws Exception {
        cumulative(1000, 1, 30);
        cumulative(400, 1, 20);
        cumulative(1100, 1, 40);

        assertThat(tokensIn("s")).containsExactly(1000, 100);
    }

    @Test
    void totalsOfDifferentAttributesAreDifferentMeters() throws Exception {
        post(
                sum(
                        TOKENS,
                        CUMULATIVE,
                        point(integer(10), 1, 2, "input"),
                        point(integer(20), 1, 2, "output"),
                        point(integer(30), 1, 2, "cacheRead").replace("\"m\"", "\"other\"")));
        post(sum(TOKENS, CUMULATIVE, point(integer(15), 1, 3, "input")));

        assertThat(tokensIn("s")).containsExactly(10, 0, 0, 5);
    }

    @Test
    void aRepeatedExportOfDeltasChangesNothing() throws Exception {
        var export = sum(TOKENS, DELTA, point(integer(7), 1, 2, "input"));
        post(export);
        post(export);
        var timeless = export.replace("\"timeUnixNano\":\"2\"", "\"timeUnixNano\":\"0\"");
        post(timeless);
        post(timeless);

        assertThat(tokensIn("s")).containsExactly(7, 7, 7);
    }

    @Test
    void aMeterThatNobodyReadsIsForgotten() throws Exception {
        cumulative(1000, 1, 10);
        log.clock.turn(Duration.ofDays(31));
        cumulative(5, 99, 20);
        log.log.ageSessions();

        assertThat(log.log.<Long>read(c -> Schema.number(c, "SELECT count(*) FROM meters")))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"gauge\":{\"dataPoints\":[{\"asDouble\":12.0,%s}]}",
                "\"histogram\":{\"aggregationTemporality\":1,\"dataPoints\":[{\"count\":\"2\",\"sum\":12.0,%s}]}",
                "\"exponentialHistogram\":{\"aggregationTemporality\":2,\"dataPoints\":[{\"count\":2,\"sum\":12,%s}]}",
            })
    void gaugesAndDistributionsCountToo(String form) throws Exception {
        var said =
                "\"timeUnixNano\":\"5\",\"attributes\":["
                        + attributes("gen_ai.token.type", "input", "session.id", "s")
                        + "]";
        post(
                metrics(
                        attributes("service.name", "my-agent"),
                        "{\"name\":\"gen_ai.client.token.usage\"," + form.formatted(said) + "}"));

        assertThat(tokensIn("s")).containsExactly(12);
        assertThat(log.newest().path("agent_type").stringValue()).isEqualTo("my-agent");
    }

    @Test
    void ofTheMetersOfInferenceEachClassCountsOnce() throws Exception {
        var about =
                "\"timeUnixNano\":\"%d\",\"attributes\":[" + attributes("session.id", "s") + "]";
        var meter =
                "{\"name\":\"gen_ai.client.inference.usage.%s\",\"sum\":{\"aggregationTemporality\":2,"
                        + "\"dataPoints\":[{\"asInt\":\"%d\","
                        + about
                        + "}]}}";
        for (var round = 1; round <= 2; round++) {
            post(
                    metrics(
                            "",
                            String.join(
                                    ",",
                                    meter.formatted("input_tokens", 1000 * round, round),
                                    meter.formatted("output_tokens", 50 * round, round),
                                    meter.formatted("cache_read.input_tokens", 700 * round, round),
                                    meter.formatted("cache_write.input_tokens", 200 * round, round),
                                    meter.formatted("reasoning.output_tokens", 9, round))));
        }

        var session = log.session("s");
        assertThat(session.path("tokens_in").intValue()).isEqualTo(200);
        assertThat(session.path("tokens_out").intValue()).isEqualTo(100);
        assertThat(log.stats().path("total_events").intValue()).isEqualTo(8);
        assertThat(session.path("cache_read_tokens").intValue()).isEqualTo(1400);
        assertThat(session.path("cache_write_tokens").intValue()).isEqualTo(400);
    }

    @Test
    void theSessionMayBeTheResources() throws Exception {
        var own = attributes("session.id", "s", "model", "m", "type", "input");
        var export =
                sum(TOKENS, DELTA, point(integer(7), 1, 2, "input"))
                        .replace(own, attributes("type", "input"))
                        .replace(
                                attributes("service.name", "claude-code"),
                                attributes(
                                        "service.name", "codex_cli_rs", "gen_ai.session.id", "r"));
        post(export);

        assertThat(tokensIn("r")).containsExactly(7);
        assertThat(log.newest().path("agent_type").stringValue()).isEqualTo("codex");
    }

    @Test
    void withoutASessionItIsRejectedAndSaidSo() throws Exception {
        var export =
                sum(TOKENS, DELTA, point(integer(7), 1, 2, "input"))
                        .replace("session.id", "other.id");
        var partial = Otlp.json(post(export)).path("partialSuccess");
        var contract = log.otlp.takeJson(Otlp.json(OtlpSignal.METRICS, export));

        assertThat(partial.path("rejectedDataPoints").asString()).isEqualTo("1");
        assertThat(partial.path("errorMessage").stringValue()).contains("no session");
        assertThat(TestLog.text(contract)).isEqualTo("{}");
        assertThat(log.sessions().path("sessions")).isEmpty();
        var counts = TestLog.json(log.otlp.status()).path("metrics");
        assertThat(counts.path("skipped").path("no_session").intValue()).isEqualTo(2);
    }

    @Test
    void whatIsNoUsageIsSkippedAndCounted() throws Exception {
        post(sum("claude_code.session.count", DELTA, point(integer(1), 1, 2, "fresh")));
        post(sum(TOKENS, DELTA, point(integer(0), 1, 2, "input")));
        post(sum(TOKENS, DELTA, point(integer(-5), 1, 2, "input")));
        post(sum(TOKENS, DELTA, point("\"asDouble\":\"NaN\"", 1, 2, "input")));
        post(sum(TOKENS, DELTA, point(integer(5) + ",\"flags\":1", 1, 2, "input")));
        cumulative(5, 1, 2);
        cumulative(5, 1, 3);

        assertThat(tokensIn("s")).containsExactly(5);
        var counts = TestLog.json(log.otlp.status()).path("metrics");
        assertThat(counts.path("received").intValue()).isEqualTo(7);
        assertThat(counts.path("stored").intValue()).isEqualTo(1);
        assertThat(counts.path("skipped").toString())
                .isEqualTo("{\"no_increase\":2,\"no_value\":3,\"unknown_name\":1}");
    }
}
