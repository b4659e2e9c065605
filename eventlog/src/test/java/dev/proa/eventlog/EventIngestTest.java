package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class EventIngestTest {
    private static final String LEAST =
            "\"session_id\":\"s1\",\"agent_type\":\"codex\",\"event_type\":\"tool_use\"";

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

    private static String least(String more) {
        return "{" + LEAST + (more.isEmpty() ? "" : "," + more) + "}";
    }

    @Test
    void storesTheLeastEventWithItsDefaults() throws Exception {
        var reply = log.post(least(""));

        assertThat(reply.status()).isEqualTo(201);
        assertThat(TestLog.text(reply)).isEqualTo("{\"received\":1,\"ids\":[1],\"duplicates\":0}");
        assertThat(log.newest().toString())
                .isEqualTo(
                        "{\"id\":1,\"event_id\":null,\"schema_version\":1,\"session_id\":\"s1\","
                                + "\"agent_type\":\"codex\",\"event_type\":\"tool_use\","
                                + "\"tool_name\":null,\"status\":\"success\",\"tokens_in\":0,"
                                + "\"tokens_out\":0,\"branch\":null,\"project\":null,"
                                + "\"duration_ms\":null,"
                                + "\"created_at\":\"2026-01-01T00:00:00.000Z\","
                                + "\"client_timestamp\":null,\"metadata\":{},"
                                + "\"payload_truncated\":0,\"model\":null,\"cost_usd\":null,"
                                + "\"cache_read_tokens\":0,\"cache_write_tokens\":0,"
                                + "\"source\":\"api\"}");
    }

    @Test
    void storesEveryFieldAsItWasGiven() throws Exception {
        var reply =
                log.post(
                        """
                        {"event_id":" e-1 ","session_id":" s1 ","agent_type":"\\tclaude_code\\n",
                         "event_type":"llm_response","tool_name":" Bash ","status":"timeout",
                         "tokens_in":118,"tokens_out":460,"cache_read_tokens":82,
                         "cache_write_tokens":12,"model":"claude-sonnet-4-6","cost_usd":0.0045,
                         "project":"shop","branch":"feature/x","source":"somewhere",
                         "duration_ms":840,"client_timestamp":"2026-02-18T19:06:41.2319+01:00",
                         "metadata":{"b":[1,2.50,null],"a":"ä"}}\
                        """);

        assertThat(reply.status()).isEqualTo(201);
        var event = log.newest();
        assertThat(event.path("event_id").stringValue()).isEqualTo("e-1");
        assertThat(event.path("session_id").stringValue()).isEqualTo("s1");
        assertThat(event.path("agent_type").stringValue()).isEqualTo("claude_code");
        assertThat(event.path("tool_name").stringValue()).isEqualTo("Bash");
        assertThat(event.path("status").stringValue()).isEqualTo("timeout");
        assertThat(event.path("tokens_in").intValue()).isEqualTo(118);
        assertThat(event.path("tokens_out").intValue()).isEqualTo(460);
        assertThat(event.path("cache_read_tokens").intValue()).isEqualTo(82);
        assertThat(event.path("cache_write_tokens").intValue()).isEqualTo(12);
        assertThat(event.path("model").stringValue()).isEqualTo("claude-sonnet-4-6");
        assertThat(event.path("cost_usd").toString()).isEqualTo("0.0045");
        assertThat(event.path("project").stringValue()).isEqualTo("shop");
        assertThat(event.path("branch").stringValue()).isEqualTo("feature/x");
        assertThat(event.path("source").stringValue()).isEqualTo("somewhere");
        assertThat(event.path("duration_ms").intValue()).isEqualTo(840);
        assertThat(event.path("client_timestamp").stringValue())
                .isEqualTo("2026-02-18T18:06:41.231Z");
        assertThat(event.path("metadata").toString()).startsWith("{\"b\":[1,2.5").contains("ä");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "session_id   | 7             | must be a string",
                "session_id   | null          | must be a string",
                "session_id   | \"  \"        | must be a non-empty string",
                "agent_type   | {}            | must be a string",
                "agent_type   | \"\"          | must be a non-empty string",
                "event_type   | \"made_up\"   | must be one of: tool_use, session_start, session_end, error, llm_request, llm_response, response, file_change, git_commit, plan_step, user_prompt, instruction_load",
                "status       | \"fine\"      | must be one of: success, error, timeout",
                "status       | 1             | must be a string when provided",
                "event_id     | 5             | must be a string when provided",
                "tool_name    | []            | must be a string when provided",
                "branch       | true          | must be a string when provided",
                "project      | {}            | must be a string when provided",
                "model        | 1             | must be a string when provided",
                "source       | 1             | must be a string when provided",
                "tokens_in    | -1            | must be a non-negative integer when provided",
                "tokens_in    | 1.5           | must be a non-negative integer when provided",
                "tokens_out   | \"5\"         | must be a non-negative integer when provided",
                "tokens_out   | 1e999999999   | must be a non-negative integer when provided",
                "cache_read_tokens  | 9007199254740992 | must be a non-negative integer when provided",
                "cache_write_tokens | true    | must be a non-negative integer when provided",
                "duration_ms  | 0.1           | must be a non-negative integer when provided",
                "cost_usd     | -0.01         | must be a non-negative number when provided",
                "cost_usd     | \"1\"         | must be a non-negative number when provided",
                "cost_usd     | 1000000000.1  | must be at most 1000000000 when provided",
                "client_timestamp | 1700000000000 | must be an ISO timestamp string when provided",
                "client_timestamp | \"yesterday\" | must be a valid timestamp",
            })
    void refusesAWrongField(String field, String value, String message) throws Exception {
        var reply = log.post(least("\"" + field + "\":" + value));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(TestLog.text(reply))
                .isEqualTo(
                        "{\"error\":\"Invalid event payload\",\"details\":[{\"field\":\"%s\",\"message\":\"%s\"}]}"
                                .formatted(field, message));
        assertThat(log.events().path("total").intValue()).isZero();
    }

    @Test
    void namesEveryFaultAtOnce() throws Exception {
        var reply = log.post("{\"session_id\":\"\",\"tokens_in\":-1}");

        assertThat(
                        TestLog.json(reply)
                                .path("details")
                                .valueStream()
                                .map(fault -> fault.path("field").stringValue()))
                .containsExactly(
                        "session_id", "agent_type", "event_type", "event_type", "tokens_in");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "error     | error",
                "tool_use  | success",
                "session_end | success",
            })
    void givesAStatusThatFitsTheType(String type, String status) throws Exception {
        log.post(least("\"event_type\":\"" + type + "\""));

        assertThat(log.newest().path("status").stringValue()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tool_use", "session_start", "session_end", "error", "llm_request",
                "llm_response", "response", "file_change", "git_commit", "plan_step",
                "user_prompt", "instruction_load"
            })
    void takesEveryEventType(String type) throws Exception {
        assertThat(log.post(least("\"event_type\":\"" + type + "\"")).status()).isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"1e3 | 1000", "5.0 | 5", "0 | 0", "9007199254740991 | 9007199254740991"})
    void takesWholeNumbersInEveryForm(String given, String kept) throws Exception {
        log.post(least("\"tokens_in\":" + given));

        assertThat(log.newest().path("tokens_in").toString()).isEqualTo(kept);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | 0",
                "0.0042 | 0.0042",
                "12 | 12",
                "1e-9 | 0.000000001",
                "1e-400 | 0",
                "0.1234567894 | 0.123456789",
                "1000000000 | 1000000000",
                "2.50 | 2.5",
            })
    void keepsCostsToTheNanoDollar(String given, String kept) throws Exception {
        log.post(least("\"cost_usd\":" + given));

        assertThat(TestLog.text(log.queries.events(Parameters.none())))
                .contains("\"cost_usd\":" + kept + ",");
        assertThat(TestLog.text(log.queries.stats(Parameters.none())))
                .contains("\"total_cost_usd\":" + kept + ",");
    }

    @Test
    void takesNullsForAbsentFields() throws Exception {
        var reply =
                log.post(
                        least(
                                "\"event_id\":null,\"status\":null,\"tokens_in\":null,"
                                        + "\"cost_usd\":null,\"client_timestamp\":null,"
                                        + "\"metadata\":null,\"source\":\" \",\"model\":\"\""));

        assertThat(reply.status()).isEqualTo(201);
        assertThat(log.newest().path("source").stringValue()).isEqualTo("api");
        assertThat(log.newest().path("model").isNull()).isTrue();
        assertThat(log.newest().path("metadata").toString()).isEqualTo("{}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1,2]", "\"text\"", "7", "true", "{\"a\":{\"b\":null}}"})
    void keepsMetadataOfEveryKind(String metadata) throws Exception {
        log.post(least("\"metadata\":" + metadata));

        assertThat(log.newest().path("metadata").toString()).isEqualTo(metadata);
    }

    @Test
    void acknowledgesADuplicateWithoutTouchingItsSession() throws Exception {
        log.post(least("\"event_id\":\"e\",\"project\":\"first\""));
        log.clock.turn(Duration.ofMinutes(7));

        var reply = log.post(least("\"event_id\":\"e\",\"project\":\"second\",\"tokens_in\":9"));

        assertThat(reply.status()).isEqualTo(200);
        assertThat(TestLog.text(reply)).isEqualTo("{\"received\":0,\"ids\":[],\"duplicates\":1}");
        assertThat(log.events().path("total").intValue()).isEqualTo(1);
        var session = log.session("s1");
        assertThat(session.path("project").stringValue()).isEqualTo("first");
        assertThat(session.path("status").stringValue()).isEqualTo("idle");
        assertThat(session.path("tokens_in").intValue()).isZero();
    }

    @Test
    void storesEventsWithoutAnIdAnew() throws Exception {
        assertThat(log.post(least("\"event_id\":null")).status()).isEqualTo(201);
        assertThat(log.post(least("\"event_id\":\" \"")).status()).isEqualTo(201);

        assertThat(log.events().path("total").intValue()).isEqualTo(2);
    }

    @Test
    void fillsProjectAndBranchFromTheSession() throws Exception {
        log.post(least("\"project\":\"shop\",\"branch\":\"main\""));
        log.post(least(""));
        log.post(least("\"branch\":\"next\""));

        assertThat(log.events().path("events").valueStream().map(EventIngestTest::place))
                .containsExactly("shop/next", "shop/main", "shop/main");
        assertThat(place(log.session("s1"))).isEqualTo("shop/next");
    }

    private static String place(JsonNode row) {
        return row.path("project").stringValue() + "/" + row.path("branch").stringValue();
    }

    @Test
    void refreshesTheSessionsBranchFromTheWorkingTree() throws Exception {
        Files.createDirectories(folder.resolve("tree/.git"));
        var head = Files.writeString(folder.resolve("tree/.git/HEAD"), "ref: refs/heads/one\n");
        var cwd = least("\"metadata\":{\"cwd\":\"" + folder.resolve("tree") + "\"}");

        log.post(cwd);
        var first = log.newest().path("branch").stringValue();
        Files.writeString(head, "ref: refs/heads/two\n");
        log.post(cwd);
        var cached = log.session("s1").path("branch").stringValue();
        log.clock.turn(Duration.ofSeconds(61));
        log.post(cwd);

        assertThat(first).isEqualTo("one");
        assertThat(cached).isEqualTo("one");
        assertThat(log.session("s1").path("branch").stringValue()).isEqualTo("two");
    }

    @Test
    void countsFilesAndLinesThoughTheirMetadataWasCut() throws Exception {
        var metadata =
                "\"metadata\":{\"file_path\":\"/a\",\"lines_added\":3,\"lines_removed\":1,"
                        + "\"blob\":\""
                        + "x".repeat(11_000)
                        + "\"}";
        log.post(least("\"tool_name\":\"Edit\"," + metadata));
        log.post(least("\"tool_name\":\"Write\"," + metadata));
        log.post(least("\"tool_name\":\"Read\"," + metadata.replace("/a", "/b")));

        var session = log.session("s1");
        assertThat(session.path("files_edited").intValue()).isEqualTo(1);
        assertThat(session.path("lines_added").intValue()).isEqualTo(9);
        assertThat(session.path("lines_removed").intValue()).isEqualTo(3);
    }
}
