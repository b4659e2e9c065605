package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class TranscriptQueryTest {
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
        log.post(
                "{\"session_id\":\"s\",\"agent_type\":\"codex\",\"event_type\":\"%s\"%s}"
                        .formatted(type, more));
    }

    @Test
    void saysHowManyLinesACallChanged() throws Exception {
        post(
                "tool_use",
                ",\"tool_name\":\"Edit\",\"metadata\":{\"lines_added\":3,\"lines_removed\":1}");
        post("tool_use", ",\"tool_name\":\"Read\"");

        var entries = transcript().path("entries");

        assertThat(entries.get(0).path("lines_added").intValue()).isEqualTo(3);
        assertThat(entries.get(0).path("lines_removed").intValue()).isEqualTo(1);
        assertThat(entries.get(1).has("lines_added")).isFalse();
    }

    private JsonNode transcript(String... parameters) throws InterruptedException {
        return TestLog.json(
                new SessionQueries(log.log).transcript("s", TestLog.parameters(parameters)));
    }

    @Test
    void readsAsAConversation() throws Exception {
        post("session_start", "");
        post("user_prompt", ",\"metadata\":{\"message\":\"Hello\",\"command\":\"no\"}");
        post(
                "tool_use",
                ",\"tool_name\":\"Bash\",\"status\":\"error\",\"duration_ms\":12,"
                        + "\"client_timestamp\":\"2025-12-31T23:59:59Z\","
                        + "\"metadata\":{\"command\":\"make\",\"error\":\"exit 2\"}");
        post(
                "llm_response",
                ",\"model\":\"gpt-5\",\"tokens_in\":3,\"cost_usd\":0.5,"
                        + "\"metadata\":{\"content_preview\":\"Done\",\"diff_preview\":\"+a\"}");

        assertThat(transcript().toString())
                .isEqualTo(
                        """
                        {"session_id":"s","entries":[\
                        {"event_id":1,"role":"system","type":"session_start",\
                        "status":"success",\
                        "timestamp":"2026-01-01T00:00:00.000Z","at":"2026-01-01T00:00:00.000Z",\
                        "subagent":null,"diff":null},\
                        {"event_id":2,"role":"user","type":"user_prompt",\
                        "detail":"Hello","status":"success",\
                        "timestamp":"2026-01-01T00:00:00.000Z","at":"2026-01-01T00:00:00.000Z",\
                        "subagent":null,"diff":null},\
                        {"event_id":3,"role":"tool","type":"tool_use","tool_name":"Bash",\
                        "detail":"make","status":"error","duration_ms":12,\
                        "timestamp":"2025-12-31T23:59:59.000Z","at":"2025-12-31T23:59:59.000Z",\
                        "subagent":null,"diff":null,"error":"exit 2"},\
                        {"event_id":4,"role":"assistant","type":"llm_response",\
                        "detail":"Done","status":"success","model":"gpt-5","tokens_in":3,\
                        "cost_usd":0.5,\
                        "timestamp":"2026-01-01T00:00:00.000Z","at":"2026-01-01T00:00:00.000Z",\
                        "subagent":null,"diff":"+a"}]}\
                        """);
    }

    @Test
    void saysWhatIsToldTwiceAndNotCounted() throws Exception {
        var answer =
                new EventDraft("s", "claude_code", "llm_response")
                        .source("import")
                        .tokens(new NewEvent.Tokens(1, 1, 0, 0))
                        .identity(new NewEvent.Identity("m", "r", null, false))
                        .event();
        log.log.append(List.of(answer, answer));

        var entries = transcript().path("entries");

        assertThat(entries.path(0).has("counted")).isFalse();
        assertThat(entries.path(1).path("counted").booleanValue(true)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "user_prompt  | {'message':'m','content_preview':'c'}       | m",
                "llm_response | {'message':'m','content_preview':'c'}       | c",
                "tool_use     | {'file_path':'f','command':'c'}             | c",
                "tool_use     | {'pattern':'p','file_path':'f'}             | f",
                "tool_use     | {'query':'q','pattern':'p'}                 | p",
                "error        | {'error':'e','query':'q'}                   | q",
                "error        | {'error':{'message':'e'},'diff_preview':'d'}| e",
                "file_change  | {'diff_preview':'d'}                        | d",
                "tool_use     | {'message':'m'}                             | ",
                "response     | []                                          | "
            })
    void takesTheFirstTextOfTheContractsOrder(String type, String metadata, String detail) {
        var json = Json.read(metadata.replace('\'', '"'));

        assertThat(TranscriptQuery.detail(type, json)).isEqualTo(detail);
    }

    @Test
    void goesOnWhereAnAnswerEnded() throws Exception {
        for (var i = 0; i < 5; i++) {
            post("tool_use", "");
        }

        var first = transcript("limit", "3");
        var rest = transcript("after", first.path("next_after").toString());

        assertThat(first.path("entries").size()).isEqualTo(3);
        assertThat(rest.path("entries").path(0).path("event_id").intValue()).isEqualTo(4);
        assertThat(rest.path("entries").size()).isEqualTo(2);
        assertThat(rest.has("next_after")).isFalse();
    }

    @Test
    void saysThatThereIsNone() throws Exception {
        var reply = new SessionQueries(log.log).transcript("nobody", Parameters.none());

        assertThat(reply.status()).isEqualTo(404);
        assertThat(TestLog.text(reply))
                .isEqualTo("{\"error\":\"No transcript data for this session\"}");
    }
}
