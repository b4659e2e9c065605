package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** A call of a tool that several sources tell of is stored as often, and counted once. */
class ToolCallTest {
    @TempDir Path folder;
    private TestLog log;
    private boolean pruned;

    @BeforeEach
    void open() throws Exception {
        log = new TestLog(Files.createDirectory(folder.resolve("log")));
    }

    @AfterEach
    void close() throws Exception {
        if (!pruned) { // some sums outlive events
            SheetsAgree.in(log);
        }
        log.close();
    }

    private void hook(String call) throws InterruptedException {
        log.hook(
                """
                {"session_id":"s","hook_event_name":"PostToolUse","tool_name":"Edit","tool_use_id":"%s",
                 "tool_input":{"file_path":"/a","old_string":"x","new_string":"y\\nz"},"tool_response":{}}\
                """
                        .formatted(call));
    }

    private void otlp(String agent, String name, String... attributes) throws Exception {
        var all = new String[attributes.length + 4];
        System.arraycopy(attributes, 0, all, 4, attributes.length);
        all[0] = "session.id";
        all[1] = "s";
        all[2] = "event.name";
        all[3] = name;
        var record = Otlp.log(1_767_225_600_000_000_000L, Otlp.text(""), all);
        var resource = Otlp.attributes("service.name", agent);
        assertThat(log.otlp.take(Otlp.json(OtlpSignal.LOGS, Otlp.logs(resource, record))).status())
                .isEqualTo(200);
    }

    private void result(String call) throws Exception {
        otlp(
                "claude-code",
                "tool_result",
                "tool_name",
                "Edit",
                "tool_use_id",
                call,
                "duration_ms",
                "30",
                "success",
                "false",
                "error",
                "no such text");
    }

    private JsonNode tool(String... parameters) throws InterruptedException {
        var tools = TestLog.json(log.queries.tools(TestLog.parameters(parameters))).path("tools");
        assertThat(tools).hasSize(1);
        return tools.path(0);
    }

    private long calls() throws InterruptedException {
        return tool().path("total_calls").longValue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ofHooksAndOtlpIsOneCallWhoeverComesFirst(boolean hookFirst) throws Exception {
        var withinTheHour = Json.iso(log.clock.millis() + 1);
        log.clock.turn(Duration.ofMinutes(10));
        if (hookFirst) {
            hook("c1");
            result("c1");
        } else {
            result("c1");
            hook("c1");
        }

        assertThat(calls()).isEqualTo(1);
        assertThat(tool("since", withinTheHour).path("total_calls").intValue()).isEqualTo(1);
        assertThat(tool().path("by_agent").path("claude_code").intValue()).isEqualTo(1);
        assertThat(log.stats().at("/tool_breakdown/Edit").intValue()).isEqualTo(1);
        assertThat(tool().path("error_count").intValue()).isEqualTo(hookFirst ? 0 : 1);
        assertThat(log.session("s").path("event_count").intValue()).isEqualTo(2);
        assertThat(log.session("s").path("lines_added").intValue()).isEqualTo(2);
        assertThat(log.session("s").path("lines_removed").intValue()).isEqualTo(1);
        assertThat(log.events("tool_name", "Edit").path("total").intValue()).isEqualTo(2);
    }

    @Test
    void ofOneAppendIsOneCall() throws Exception {
        log.postAll(
                """
                {"events":[
                 {"session_id":"s","agent_type":"a","event_type":"tool_use","tool_name":"Edit","source":"hook",
                  "metadata":{"tool_use_id":"c","file_path":"/a","lines_added":3}},
                 {"session_id":"s","agent_type":"a","event_type":"tool_use","tool_name":"Edit","source":"otel",
                  "metadata":{"call_id":"c","file_path":"/a","lines_added":3}}]}\
                """);

        assertThat(calls()).isEqualTo(1);
        assertThat(log.session("s").path("lines_added").intValue()).isEqualTo(3);
    }

    @Test
    void ofAnotherNameSessionOrOfTheSameSourceIsAnotherCall() throws Exception {
        hook("c1");
        hook("c1");
        result("c2");
        log.post(
                """
                {"session_id":"t","agent_type":"a","event_type":"tool_use","tool_name":"Edit","source":"otel",
                 "metadata":{"tool_use_id":"c1"}}\
                """);

        assertThat(calls()).isEqualTo(4);
    }

    @Test
    void ofCodexIsCountedByItsResultAndNotByTheDecision() throws Exception {
        otlp("codex", "codex.tool_decision", "tool_name", "shell", "call_id", "c1");
        otlp(
                "codex",
                "codex.tool_result",
                "tool_name",
                "shell",
                "call_id",
                "c1",
                "duration_ms",
                "12",
                "success",
                "true");

        assertThat(calls()).isEqualTo(1);
        assertThat(tool().path("avg_duration_ms").intValue()).isEqualTo(12);
        assertThat(log.session("s").path("event_count").intValue()).isEqualTo(2);
    }

    @Test
    void ofCodexIsNotCountedAgainWhenItsRolloutIsImported() throws Exception {
        otlp(
                "codex",
                "codex.tool_result",
                "tool_name",
                "shell",
                "call_id",
                "c1",
                "success",
                "true");
        var rollout =
                TestImport.file(
                        folder,
                        "rollout-s.jsonl",
                        "{\"timestamp\":\"2026-01-01T00:00:00Z\",\"type\":\"session_meta\",\"payload\":{\"id\":\"s\"}}",
                        "{\"timestamp\":\"2026-01-01T00:00:00Z\",\"type\":\"response_item\",\"payload\":{\"type\":\"function_call\",\"name\":\"shell\",\"call_id\":\"c1\",\"arguments\":\"{}\"}}",
                        "{\"timestamp\":\"2026-01-01T00:00:01Z\",\"type\":\"response_item\",\"payload\":{\"type\":\"function_call_output\",\"call_id\":\"c1\",\"output\":\"ok\"}}");

        var imported = TestImport.of(log, HistorySource.CODEX, rollout);

        assertThat(imported.events).isEqualTo(2);
        assertThat(calls()).isEqualTo(1);
    }

    @Test
    void isTakenOutOfTheSumsWithItsEventsWhenTheyArePruned() throws Exception {
        hook("c1");
        result("c1");
        result("c2");
        var pruning = new Pruning(new TreeMap<>(), 2);
        pruned = true;
        var gone = new AtomicInteger();
        log.log.onWriter(sql -> gone.set(pruning.step(sql.connection())));

        assertThat(gone).hasValue(2);
        assertThat(calls()).isEqualTo(1);
        assertThat(tool().path("error_count").intValue()).isEqualTo(1);
        assertThat(log.events().path("total").intValue()).isEqualTo(1);
    }

    @Test
    void isKnownAgainByItsExport() throws Exception {
        hook("c1");
        result("c1");
        var lines =
                log.log.read(connection ->
                        EventsQuery.rows(connection, new Filter(), 10, 0).stream()
                                .map(row ->
                                        new String(EventLine.of(row, "x"), StandardCharsets.UTF_8))
                                .toList());
        try (var other = new TestLog(Files.createDirectory(folder.resolve("other")))) {
            var history = new EventLines("y", (_, _) -> false, new TestImport());
            for (var line : List.copyOf(lines).reversed()) {
                other.log.append(history.line(Json.read(line), 0));
            }
            var tools = TestLog.json(other.queries.tools(Parameters.none())).path("tools");
            assertThat(tools.path(0).path("total_calls").intValue()).isEqualTo(1);
        }
    }
}
