package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class LimitQueriesTest {
    @TempDir Path folder;
    private TestLog log;
    private LimitQueries limits;

    @BeforeEach
    void open() {
        log = new TestLog(folder);
        limits = new LimitQueries(log.log, Settings.open(folder, List.of())::values);
    }

    @AfterEach
    void close() {
        log.close();
    }

    private void use(String agent, String more) throws InterruptedException {
        log.post(
                "{\"session_id\":\"%s\",\"agent_type\":\"%s\",\"event_type\":\"llm_response\"%s}"
                        .formatted(agent, agent, more));
    }

    private JsonNode monitor() throws InterruptedException {
        return TestLog.json(limits.usageMonitor());
    }

    private JsonNode windows() throws InterruptedException {
        return TestLog.json(limits.limits()).path("windows");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void sumsWhatAnAgentUsedInItsWindows() throws Exception {
        use("claude_code", ",\"tokens_in\":321,\"tokens_out\":123,\"cache_read_tokens\":7");
        use("codex", ",\"tokens_in\":1,\"cost_usd\":1.23");
        use("gemini_cli", ",\"tokens_in\":1");

        assertThat(monitor().toString())
                .isEqualTo(
                        """
                        [{"agent_type":"claude_code","limitType":"tokens",\
                        "session":{"used":444,"limit":44000,"windowHours":5},"extended":null},\
                        {"agent_type":"codex","limitType":"cost",\
                        "session":{"used":1.23,"limit":500,"windowHours":5},\
                        "extended":{"used":1.23,"limit":1500,"windowHours":168}}]\
                        """);
    }

    @Test
    void letsUseOutOfTheWindowWithTheMinute() throws Exception {
        use("codex", ",\"cost_usd\":2");
        log.clock.turn(Duration.ofHours(5));
        var atTheEdge = monitor().path(0).path("session").path("used").intValue();
        log.clock.turn(Duration.ofMinutes(1));
        var after = monitor().path(0);

        assertThat(atTheEdge).isEqualTo(2);
        assertThat(after.path("session").path("used").intValue()).isZero();
        assertThat(after.path("extended").path("used").intValue()).isEqualTo(2);
    }

    @Test
    void countsUseWhenItHappenedAndNotWhenItWasImported() throws Exception {
        use("codex", ",\"cost_usd\":2,\"client_timestamp\":\"2025-12-31T12:00:00Z\"");
        use("codex", ",\"cost_usd\":3,\"client_timestamp\":\"2025-10-01T12:00:00Z\"");

        var codex = monitor().path(0);

        assertThat(codex.path("session").path("used").intValue()).isZero();
        assertThat(codex.path("extended").path("used").intValue()).isEqualTo(2);
    }

    @Test
    void saysWhenAWindowHasRoomAgain() throws Exception {
        use("codex", ",\"cost_usd\":125");
        log.clock.turn(Duration.ofHours(1));

        assertThat(windows().path(0).toString())
                .isEqualTo(
                        """
                        {"agent_type":"codex","name":"5 h","kind":"cost","used":125,"limit":500,\
                        "started_at":"2026-01-01T00:00:00.000Z",\
                        "resets_at":"2026-01-01T05:00:00.000Z","source":"configured",\
                        "used_percent":25.0}\
                        """);
        assertThat(windows().path(1).path("name").stringValue()).isEqualTo("7 d");
    }

    @Test
    void takesWhatClaudeCodeTellsAStatusLine() throws Exception {
        var reply =
                limits.statusline(
                        bytes(
                                "{\"session_id\":\"x\",\"rate_limits\":{"
                                        + "\"five_hour\":{\"used_percentage\":12,\"resets_at\":1776933923},"
                                        + "\"seven_day\":{\"used_percentage\":134,\"resets_at\":null}}}"));
        var claude = TestLog.json(limits.quotas()).path(0);

        assertThat(reply.status()).isEqualTo(202);
        assertThat(TestLog.text(reply)).isEqualTo("{\"accepted\":true}");
        assertThat(claude.toString())
                .isEqualTo(
                        """
                        {"provider":"claude","agent_type":"claude_code","status":"available",\
                        "source":"claude-statusline","updated_at":"2026-01-01T00:00:00.000Z",\
                        "account_label":null,"plan_type":null,"limit_id":null,"limit_name":null,\
                        "error_message":null,\
                        "primary":{"used_percent":12,"remaining_percent":88,\
                        "resets_at":"2026-04-23T08:45:23.000Z","window_minutes":300},\
                        "secondary":{"used_percent":100,"remaining_percent":0,"resets_at":null,\
                        "window_minutes":10080},"credits":null}\
                        """);
        assertThat(windows().path(0).path("started_at").stringValue())
                .isEqualTo("2026-04-23T03:45:23.000Z");
        assertThat(windows().path(0).path("source").stringValue()).isEqualTo("provider");
    }

    @Test
    void saysWhatAStatusLineLacks() throws Exception {
        for (var body : List.of("{}", "[]", "nonsense", "{\"rate_limits\":null}")) {
            assertThat(TestLog.text(limits.statusline(bytes(body))))
                    .isEqualTo("{\"accepted\":false,\"reason\":\"missing rate_limits payload\"}");
        }
        assertThat(TestLog.json(limits.quotas()).path(0).path("status").stringValue())
                .isEqualTo("unavailable");
    }

    @Test
    void putsTheProvidersWordIntoTheRowOfItsAgent() throws Exception {
        use("codex", ",\"cost_usd\":1");
        limits.quota(
                "codex",
                bytes(
                        "{\"plan_type\":\"plus\",\"primary\":{\"used_percent\":5,"
                                + "\"resets_at\":\"2026-04-23T08:45:23Z\",\"window_minutes\":300},"
                                + "\"credits\":{\"has_credits\":false,\"unlimited\":false,\"balance\":\"0\"}}"));
        limits.quota("claude", bytes("{\"status\":\"error\",\"error_message\":\"no\"}"));

        var codex = monitor().path(0);
        var claude = monitor().path(1);

        assertThat(monitor().size()).isEqualTo(2);
        assertThat(codex.path("limitType").stringValue()).isEqualTo("cost");
        assertThat(codex.path("status").stringValue()).isEqualTo("available");
        assertThat(codex.path("plan_type").stringValue()).isEqualTo("plus");
        assertThat(codex.path("credits").path("has_credits").booleanValue()).isFalse();
        assertThat(claude.path("provider").stringValue()).isEqualTo("claude");
        assertThat(claude.path("error_message").stringValue()).isEqualTo("no");
    }

    @Test
    void aSecretInWhatAProviderSaysIsNotKept() throws Exception {
        var token = "gh" + "p_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8";
        limits.quota(
                "codex",
                bytes(
                        "{\"plan_type\":\"plus %s\",\"error_message\":\"401: Authorization: Bearer abc123def456\"}"
                                .formatted(token)));

        assertThat(TestLog.json(limits.quotas()).toString())
                .contains("plus ***", "Bearer ***")
                .doesNotContain(token, "abc123");
    }

    @Test
    void refusesStrangersAndWhatIsNoObject() throws Exception {
        assertThat(limits.quota("gemini", bytes("{}")).status()).isEqualTo(404);
        assertThat(limits.quota("codex", bytes("[]")).status()).isEqualTo(400);
        assertThat(limits.quota("codex", bytes("{")).status()).isEqualTo(400);
    }

    @Test
    void remembersOverARestart() throws Exception {
        use("codex", ",\"cost_usd\":1");
        limits.quota("codex", bytes("{\"primary\":{\"used_percent\":5}}"));
        log.close();
        log = new TestLog(folder, log.clock, Writer.Limits.USUAL);
        limits = new LimitQueries(log.log, Settings.open(folder, List.of())::values);

        assertThat(monitor().path(0).path("session").path("used").intValue()).isEqualTo(1);
        assertThat(monitor().path(0).path("primary").path("used_percent").intValue()).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource({"300, 5 h", "1440, 24 h", "2880, 2 d", "10080, 7 d", "90, 90 min"})
    void namesWindowsByTheirLength(long minutes, String name) {
        assertThat(LimitQueries.name(Duration.ofMinutes(minutes))).isEqualTo(name);
    }
}
