package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class SessionStoryTest {
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

    private void post(String type, String more) throws InterruptedException {
        var reply =
                log.post(
                        "{\"session_id\":\"s\",\"agent_type\":\"claude_code\",\"event_type\":\"%s\"%s}"
                                .formatted(type, more));
        assertThat(reply.status()).as(TestLog.text(reply)).isEqualTo(201);
    }

    private JsonNode session() throws InterruptedException {
        return log.session("s");
    }

    @Test
    void isCalledByItsFirstPrompt() throws Exception {
        post("session_start", "");
        post("user_prompt", ",\"metadata\":{\"message\":\" Fix the\\n  two failing cases \"}");
        post("user_prompt", ",\"metadata\":{\"message\":\"And another\"}");

        assertThat(session().path("title").stringValue()).isEqualTo("Fix the two failing cases");
    }

    @Test
    void cutsALongTitleAtTwoHundredCharactersAndSplitsNone() throws Exception {
        post("user_prompt", ",\"metadata\":{\"prompt\":\"%s\"}".formatted("x" + "😀".repeat(200)));

        var title = session().path("title").stringValue();

        assertThat(title.length()).isLessThanOrEqualTo(200);
        assertThat(title).endsWith("😀…");
    }

    @Test
    void tellsWhatWasDoneLastAndWhatRunsNow() throws Exception {
        post("tool_use", ",\"tool_name\":\"Bash\",\"metadata\":{\"command\":\"make check\"}");
        var done = session().path("activity");
        log.clock.turn(Duration.ofSeconds(1));
        log.hook(
                "{\"session_id\":\"s\",\"hook_event_name\":\"PreToolUse\",\"tool_name\":\"Edit\","
                        + "\"tool_use_id\":\"t\",\"tool_input\":{\"file_path\":\"/a/B.java\"}}");
        var running = session().path("activity");
        post("session_end", "");

        assertThat(done.toString())
                .isEqualTo(
                        "{\"tool\":\"Bash\",\"text\":\"make check\","
                                + "\"at\":\"2026-01-01T00:00:00.000Z\",\"status\":\"success\"}");
        assertThat(running.toString())
                .isEqualTo(
                        "{\"tool\":\"Edit\",\"text\":\"/a/B.java\","
                                + "\"at\":\"2026-01-01T00:00:01.000Z\",\"status\":\"running\"}");
        assertThat(session().path("activity")).isEqualTo(running);
    }

    @Test
    void saysHowFullTheContextOfTheLastRequestWas() throws Exception {
        post(
                "llm_response",
                ",\"model\":\"claude-haiku-4-5\",\"tokens_in\":100,\"tokens_out\":7,"
                        + "\"cache_read_tokens\":5000,\"cache_write_tokens\":400");
        post("tool_use", ",\"tool_name\":\"Read\"");

        assertThat(session().path("model").stringValue()).isEqualTo("claude-haiku-4-5");
        assertThat(session().path("context_tokens").longValue()).isEqualTo(5500);
        assertThat(session().path("context_window").longValue()).isEqualTo(200_000);
        assertThat(session().path("cache_read_tokens").longValue()).isEqualTo(5000);
        assertThat(session().path("unpriced_events").longValue()).isBetween(0L, 1L);
    }

    @ParameterizedTest
    @CsvSource({
        "claude-sonnet-4-5-20250929, 10,      200000",
        "claude-sonnet-4-5-20250929, 200001,  1000000",
        "claude-opus-4-20250514,     10,      200000",
        "claude-opus-4-6,            10,      1000000",
        "claude-sonnet-4-5[1m],      10,      1000000",
        "anthropic/claude-haiku-4-5, 10,      200000",
        "gpt-5.1-codex,              10,      272000",
        "gemini-2.5-pro,             10,      1048576",
        "mystery,                    10,      ",
        "gpt-5,                      1200000, 1200000"
    })
    void knowsTheWindowsOfModels(String model, long observed, Long window) {
        assertThat(ContextWindow.of(model, null, observed)).isEqualTo(window);
    }

    /** However the number is written; what is no number of tokens is not believed. */
    @ParameterizedTest
    @CsvSource({"258400, 258400", "2.584e5, 258400", "0.5, 272000", "-1, 272000", "1e99, 272000"})
    void believesTheWindowThatTheAgentReports(String reported, long window) throws Exception {
        post(
                "llm_response",
                ",\"model\":\"gpt-5\",\"tokens_in\":9,\"metadata\":{\"model_context_window\":"
                        + reported
                        + "}");

        assertThat(session().path("context_window").longValue()).isEqualTo(window);
    }

    @Test
    void listsEveryFileThatWasEdited() throws Exception {
        for (var i = 0; i < 2; i++) {
            post(
                    "tool_use",
                    ",\"tool_name\":\"Edit\",\"metadata\":{\"file_path\":\"/a\",\"lines_added\":3,\"lines_removed\":1}");
        }
        log.clock.turn(Duration.ofSeconds(5));
        post("tool_use", ",\"tool_name\":\"Write\",\"metadata\":{\"file_path\":\"/b\"}");
        post("tool_use", ",\"tool_name\":\"Read\",\"metadata\":{\"file_path\":\"/c\"}");

        assertThat(TestLog.text(new SessionQueries(log.log).files("s")))
                .isEqualTo(
                        "{\"files\":[{\"path\":\"/b\",\"edits\":1,\"lines_added\":0,"
                                + "\"lines_removed\":0,\"last_at\":\"2026-01-01T00:00:05.000Z\"},"
                                + "{\"path\":\"/a\",\"edits\":2,\"lines_added\":6,"
                                + "\"lines_removed\":2,\"last_at\":\"2026-01-01T00:00:00.000Z\"}]}");
        assertThat(session().path("files_edited").intValue()).isEqualTo(2);
        assertThat(new SessionQueries(log.log).files("nobody").status()).isEqualTo(404);
    }

    private void hook(String name, String more) throws InterruptedException {
        log.hook("{\"session_id\":\"s\",\"hook_event_name\":\"%s\"%s}".formatted(name, more));
    }

    @Test
    void keepsSubAgentsUnderTheirSession() throws Exception {
        hook("UserPromptSubmit", ",\"prompt\":\"go\"");
        hook("SubagentStart", ",\"agent_id\":\"a1\",\"agent_type\":\"reviewer\"");
        log.clock.turn(Duration.ofSeconds(2));
        hook(
                "PostToolUse",
                ",\"agent_id\":\"a1\",\"agent_type\":\"reviewer\",\"tool_name\":\"Read\"");
        var running = session();
        var told = log.commits().getLast().sessions().getFirst();
        hook("SubagentStop", ",\"agent_id\":\"a1\",\"agent_type\":\"reviewer\"");
        var ended = session();

        assertThat(running.path("subagents").toString())
                .isEqualTo(
                        "[{\"id\":\"a1\",\"name\":\"reviewer\",\"status\":\"active\","
                                + "\"started_at\":\"2026-01-01T00:00:00.000Z\","
                                + "\"last_event_at\":\"2026-01-01T00:00:02.000Z\",\"ended_at\":null,"
                                + "\"event_count\":2,\"tokens_in\":0,\"tokens_out\":0,"
                                + "\"total_cost_usd\":null}]");
        assertThat(Json.read(new String(told.json(), java.nio.charset.StandardCharsets.UTF_8)))
                .isEqualTo(running);
        assertThat(ended.path("subagents").path(0).path("status").stringValue()).isEqualTo("ended");
        assertThat(ended.path("status").stringValue()).isEqualTo("active");
        assertThat(log.sessions().path("total").intValue()).isEqualTo(1);
        assertThat(ended.path("activity").path("text").stringValue()).isEqualTo("go");
    }

    @Test
    void forgetsNothingOfASubAgentOverARestart() throws Exception {
        hook("SubagentStart", ",\"agent_id\":\"a1\",\"agent_type\":\"reviewer\"");
        log.close();
        log = new TestLog(folder, log.clock, Writer.Limits.USUAL);
        hook("PostToolUse", ",\"agent_id\":\"a1\",\"tool_name\":\"Read\"");

        assertThat(session().path("subagents").path(0).path("event_count").intValue()).isEqualTo(2);
    }
}
