package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ToolsQueryTest {
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

    private void call(String agent, String tool, String more) throws InterruptedException {
        log.post(
                "{\"session_id\":\"%s\",\"agent_type\":\"%s\",\"event_type\":\"tool_use\",\"tool_name\":\"%s\"%s}"
                        .formatted(agent, agent, tool, more));
    }

    private JsonNode tools(String... parameters) throws InterruptedException {
        return TestLog.json(log.queries.tools(TestLog.parameters(parameters))).path("tools");
    }

    @Test
    void countsCallsErrorsAndDurations() throws Exception {
        call("codex", "Read", "");
        call("claude_code", "Bash", ",\"duration_ms\":100");
        call("claude_code", "Bash", ",\"duration_ms\":301");
        call("codex", "Bash", ",\"status\":\"error\",\"metadata\":{\"error\":\"exit 12\"}");
        log.hook(
                "{\"session_id\":\"x\",\"hook_event_name\":\"PreToolUse\",\"tool_name\":\"Read\"}");

        var bash = tools().path(0);

        assertThat(tools().size()).isEqualTo(2);
        assertThat(bash.path("tool_name").stringValue()).isEqualTo("Bash");
        assertThat(bash.path("total_calls").intValue()).isEqualTo(3);
        assertThat(bash.path("error_count").intValue()).isEqualTo(1);
        assertThat(bash.path("error_rate").doubleValue()).isEqualTo(0.3333);
        assertThat(bash.path("avg_duration_ms").intValue()).isEqualTo(201);
        assertThat(bash.path("by_agent").toString()).isEqualTo("{\"claude_code\":2,\"codex\":1}");
        assertThat(bash.path("by_error").toString())
                .isEqualTo("[{\"text\":\"exit …\",\"count\":1}]");
        assertThat(bash.path("p50_ms").intValue()).isBetween(90, 110);
        assertThat(bash.path("p95_ms").intValue()).isBetween(270, 331);
        assertThat(bash.path("last_at").stringValue()).isEqualTo("2026-01-01T00:00:00.000Z");
        assertThat(tools().path(1).path("avg_duration_ms").isNull()).isTrue();
        assertThat(tools().path(1).path("total_calls").intValue()).isEqualTo(1);
    }

    @Test
    void filtersByAgentAndTime() throws Exception {
        call("codex", "Bash", ",\"duration_ms\":5");
        log.clock.turn(Duration.ofMinutes(90));
        call("claude_code", "Bash", "");
        log.clock.turn(Duration.ofMinutes(1));

        var recent = tools("since", "2026-01-01T01:29:00Z").path(0);

        assertThat(recent.path("total_calls").intValue()).isEqualTo(1);
        assertThat(recent.path("by_agent").toString()).isEqualTo("{\"claude_code\":1}");
        assertThat(tools("agent_type", "codex").path(0).path("total_calls").intValue())
                .isEqualTo(1);
        assertThat(tools("since", "2026-01-01T01:30:00.001Z").size()).isZero();
        assertThat(log.queries.tools(TestLog.parameters("since", "x")).status()).isEqualTo(400);
    }

    /** Calls, errors and one kind of error of Bash, before and after the first hour. */
    private void fillWithRepeats() throws InterruptedException {
        var said = ",\"status\":\"error\",\"metadata\":{\"error\":\"%s\"}";
        call("codex", "Bash", said.formatted("exit 12"));
        log.clock.turn(Duration.ofMinutes(90));
        call("codex", "Bash", "");
        call("codex", "Bash", ",\"status\":\"timeout\"");
        call("codex", "Bash", said.formatted("exit 13"));
        call("codex", "Bash", said.formatted("no such file"));
        call("codex", "Edit", said.formatted("exit 13"));
        for (var kind : List.of("PreToolUse", "PostToolUse")) {
            log.hook(
                    "{\"session_id\":\"x\",\"hook_event_name\":\"%s\",\"tool_name\":\"Bash\",\"tool_use_id\":\"t1\"}"
                            .formatted(kind));
        }
        log.post(
                """
                {"session_id":"x","agent_type":"claude_code","event_type":"tool_use","source":"otel",
                 "tool_name":"Bash","metadata":{"tool_use_id":"t1"}}\
                """);
    }

    /** The numbers of a page of tools are those of the events that they lead to. */
    @ParameterizedTest
    @ValueSource(strings = {"", "2026-01-01T01:00:00Z", "2026-01-01T01:20:00Z"})
    void countsWhatTheListOfEventsHas(String since) throws Exception {
        fillWithRepeats();
        var bash = tools("since", since).path(0);

        assertThat(bash.path("total_calls").intValue()).isEqualTo(since.isEmpty() ? 6 : 5);
        assertThat(events(since, "counted=true")).isEqualTo(bash.path("total_calls").intValue());
        assertThat(events(since, "counted=true&status=error&failed=true"))
                .isEqualTo(bash.path("error_count").intValue())
                .isEqualTo(since.isEmpty() ? 3 : 2);
        assertThat(events(since, "failed=true")).isEqualTo(since.isEmpty() ? 4 : 3);
        // Texts are counted by whole days.
        var exit = bash.path("by_error").path(0);
        assertThat(exit.toString()).isEqualTo("{\"text\":\"exit …\",\"count\":2}");
        assertThat(events("2026-01-01T00:00:00Z", "counted=true&status=error&error=exit …"))
                .isEqualTo(2);
    }

    /** Calls at half past each hour of three days, of which every fifth fails. */
    private void fillDays() throws InterruptedException {
        log.clock.turn(Duration.ofMinutes(30));
        for (var hour = 0; hour < 72; hour++) {
            call(
                    "codex",
                    "Bash",
                    hour % 5 == 0
                            ? ",\"status\":\"error\",\"metadata\":{\"error\":\"exit 1\"}"
                            : "");
            log.clock.turn(Duration.ofHours(1));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-01T00:00:00Z, 2026-01-03T23:59:59.999Z",
        "2026-01-01T05:00:00Z, 2026-01-03T06:59:59.999Z",
        "2026-01-01T05:30:00Z, 2026-01-03T06:30:00Z",
        "2026-01-01T05:31:00Z, 2026-01-03T06:29:00Z",
        "2026-01-02T00:00:00Z, 2026-01-02T23:59:59.999Z",
        "2026-01-01T22:00:00Z, 2026-01-02T02:00:00Z",
        "2026-01-02T03:10:00Z, 2026-01-02T09:10:00Z",
        "2026-01-02T03:10:00Z, 2026-01-02T04:29:59.999Z",
        "2026-01-02T03:30:00Z, 2026-01-02T03:30:00Z",
        "2026-01-02T03:31:00Z, 2026-01-02T03:40:00Z",
        "2026-01-03T00:00:00Z, 2026-01-02T00:00:00Z",
        "'', 2026-01-02T11:45:00Z",
        "'', 2025-12-31T00:00:00Z",
        "2026-01-02T11:45:00Z, ''"
    })
    void countsWhatTheListOfEventsHasBetweenTwoMoments(String since, String until)
            throws Exception {
        fillDays();
        var bash = tools("since", since, "until", until).path(0);

        assertThat(bash.path("total_calls").intValue(0))
                .isEqualTo(events(since, "until=" + until + "&counted=true"));
        assertThat(bash.path("error_count").intValue(0))
                .isEqualTo(events(since, "until=" + until + "&failed=true"));
    }

    @Test
    void tellsErrorsAndTheLastCallOfTheDaysUpToTheEnd() throws Exception {
        fillDays();
        var bash = tools("since", "2026-01-01T20:00:00Z", "until", "2026-01-02T03:00:00Z").path(0);

        assertThat(bash.path("last_at").stringValue()).isEqualTo("2026-01-02T23:30:00.000Z");
        // Of the hours 0 to 47.
        assertThat(bash.path("by_error").toString())
                .isEqualTo("[{\"text\":\"exit 1\",\"count\":10}]");
        assertThat(log.queries.tools(TestLog.parameters("until", "x")).status()).isEqualTo(400);
    }

    private int events(String since, String more) throws InterruptedException {
        var all = "tool_name=Bash&since=%s&limit=1000&%s".formatted(since, more);
        var page = log.events(all.split("[=&]"));
        assertThat(page.path("events").size()).isEqualTo(page.path("total").intValue());
        return page.path("total").intValue();
    }

    @Test
    void findsAKindOfErrorPageByPage() throws Exception {
        for (var n = 10; n < 15; n++) {
            call(
                    "a",
                    "Bash",
                    ",\"status\":\"error\",\"metadata\":{\"error\":\"exit %d\"}".formatted(n));
            call("a", "Bash", ",\"status\":\"error\",\"metadata\":{\"error\":\"else\"}");
        }

        var page = log.events("error", "exit …", "limit", "2", "offset", "1");

        assertThat(page.path("total").intValue()).isEqualTo(5);
        assertThat(page.path("events").valueStream().map(e -> e.path("id").intValue()))
                .containsExactly(7, 5);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 7, 100, 999, 60_000, 3_600_000, 9_007_199_254_740_991L})
    void isRightAboutAnyDurationWithinTenPercentAndOneMillisecond(long millis) {
        var steps = new TreeMap<Integer, Long>();
        steps.merge(DurationSteps.of(millis), 1L, Long::sum);

        assertThat((double) DurationSteps.percentile(steps, 0.5))
                .isBetween(millis * 0.9 - 1, millis * 1.1 + 1);
    }

    @Test
    void takesErrorsTogetherThatDifferInPathsAndNumbersOnly() {
        assertThat(ToolDetails.kind("No such file: /home/me/a.txt (line 12)\nmore"))
                .isEqualTo(ToolDetails.kind("No such file: /home/me/b.txt (line 99)"))
                .isEqualTo("No such file: … (line …)");
        assertThat(ToolDetails.kind(null)).isEmpty();
    }
}
