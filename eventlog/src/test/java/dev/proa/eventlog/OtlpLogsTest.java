package dev.proa.eventlog;

import static dev.proa.eventlog.Otlp.attributes;
import static dev.proa.eventlog.Otlp.log;
import static dev.proa.eventlog.Otlp.logs;
import static dev.proa.eventlog.Otlp.text;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class OtlpLogsTest {
    private static final long NANOS = 1_700_000_000_123_456_789L;
    private static final String CLAUDE = attributes("service.name", "claude-code");
    private static final String CODEX = attributes("service.name", "codex_cli_rs");

    private static NewEvent only(String json) {
        var harvest = Otlp.harvest(json);
        assertThat(harvest.events()).as("%s", harvest.skipped()).hasSize(1);
        return harvest.events().getFirst();
    }

    private static NewEvent claude(String name, String... attributes) {
        return only(logs(CLAUDE, log(NANOS, text("claude_code." + name), with(name, attributes))));
    }

    private static String[] with(String name, String... attributes) {
        var all = new String[attributes.length + 4];
        all[0] = "event.name";
        all[1] = name;
        all[2] = "session.id";
        all[3] = "s1";
        System.arraycopy(attributes, 0, all, 4, attributes.length);
        return all;
    }

    private static NewEvent codex(String name, String... attributes) {
        var all = with(name, attributes);
        all[2] = "conversation.id";
        return only(logs(CODEX, log(NANOS, "null", all)));
    }

    private static JsonNode metadata(NewEvent event) {
        return Json.read(event.metadata().json());
    }

    @ParameterizedTest
    @CsvSource({
        "claude-code, claude_code.tool_result, tool_use",
        "claude-code, claude_code.tool_use, tool_use",
        "claude-code, claude_code.api_request, llm_request",
        "claude-code, api_request, llm_request",
        "claude-code, claude_code.api_response, llm_response",
        "claude-code, claude_code.api_error, error",
        "claude-code, claude_code.session_start, session_start",
        "claude-code, claude_code.session_end, session_end",
        "claude-code, claude_code.file_change, file_change",
        "claude-code, claude_code.git_commit, git_commit",
        "claude-code, claude_code.plan_step, plan_step",
        "claude-code, claude_code.error, error",
        "claude-code, user_prompt, user_prompt",
        "claude-code, claude_code.user_prompt_submit, user_prompt",
        "codex_cli_rs, codex.tool_result, tool_use",
        "codex_cli_rs, codex.tool_decision, tool_use",
        "codex_cli_rs, codex.api_request, llm_request",
        "codex_cli_rs, codex.websocket_request, llm_request",
        "codex_cli_rs, codex.conversation_starts, session_start",
        "codex_cli_rs, codex.user_prompt, user_prompt",
        "codex_cli_rs, codex.user_message, user_prompt",
        "other, my_agent.tool_use, tool_use",
        "other, gen_ai.client.inference.operation.details, llm_response",
    })
    void namesAreTypesOfEvents(String service, String name, String type) {
        var event =
                only(
                        logs(
                                attributes("service.name", service),
                                log(NANOS, "null", "event.name", name, "session.id", "s")));

        assertThat(event.eventType()).isEqualTo(type);
        assertThat(event.source()).isEqualTo("otel");
    }

    @ParameterizedTest
    @CsvSource({
        "claude-code, claude_code.response, NOISE",
        "codex_cli_rs, codex.sse_event, NOISE",
        "codex_cli_rs, codex.websocket.event, NOISE",
        "codex_cli_rs, codex.websocket_event, NOISE",
        "claude-code, claude_code.tool_decision, UNKNOWN",
        "claude-code, something, UNKNOWN",
        "claude-code, '', UNKNOWN",
    })
    void whatSaysNothingIsSkippedAndCounted(String service, String name, OtlpHarvest.Skip why) {
        var harvest =
                Otlp.harvest(
                        logs(
                                attributes("service.name", service),
                                log(NANOS, "null", "event.name", name, "session.id", "s")));

        assertThat(harvest.events()).isEmpty();
        assertThat(harvest.skipped()).containsOnlyKeys(why).containsEntry(why, 1);
        assertThat(harvest.rejected()).isZero();
    }

    @Test
    void severityErrorIsAnError() {
        var session = attributes("session.id", "s");
        var named = "{\"severityText\":\"ERROR\",\"attributes\":[" + session + "]}";
        var numbered =
                "{\"severityNumber\":\"SEVERITY_NUMBER_FATAL\",\"attributes\":[" + session + "]}";

        var harvest = Otlp.harvest(logs(CLAUDE, named, numbered));

        assertThat(harvest.events())
                .hasSize(2)
                .allSatisfy(event -> {
                    assertThat(event.eventType()).isEqualTo("error");
                    assertThat(event.status()).isEqualTo("error");
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "session.id",
                "gen_ai.session.id",
                "conversation.id",
                "gen_ai.conversation.id",
                "thread.id"
            })
    void theSessionIsInTheRecordOrItsResource(String name) {
        var own = log(NANOS, "null", "event.name", "user_prompt", name, "mine");
        var none = log(NANOS, "null", "event.name", "user_prompt");
        var around = CLAUDE + "," + attributes(name, "around");

        assertThat(only(logs(CLAUDE, own)).sessionId()).isEqualTo("mine");
        assertThat(only(logs(around, own)).sessionId()).isEqualTo("mine");
        assertThat(only(logs(around, none)).sessionId()).isEqualTo("around");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"stringValue\":\"{\\\"session_id\\\":\\\"b\\\",\\\"step\\\":\\\"one\\\"}\"}",
                "{\"kvlistValue\":{\"values\":[{\"key\":\"session_id\",\"value\":{\"stringValue\":\"b\"}},"
                        + "{\"key\":\"step\",\"value\":{\"stringValue\":\"one\"}}]}}"
            })
    void theBodyMayHoldSessionAndMore(String body) {
        var event = only(logs(CLAUDE, log(NANOS, body, "event.name", "plan_step")));

        assertThat(event.sessionId()).isEqualTo("b");
        assertThat(metadata(event).path("step").stringValue()).isEqualTo("one");
        assertThat(metadata(event).has("session_id")).isFalse();
    }

    @Test
    void withoutASessionItIsRejectedAndSaidSo() {
        var harvest = Otlp.harvest(logs(CLAUDE, log(NANOS, "null", "event.name", "user_prompt")));

        assertThat(harvest.events()).isEmpty();
        assertThat(harvest.rejected()).isEqualTo(1);
        assertThat(harvest.complaint(OtlpSignal.LOGS))
                .startsWith("1 log records name no session (session.id");
    }

    @Test
    void anApiRequestOfClaudeCodeHasTokensCostAndRequest() {
        var event =
                claude(
                        "api_request",
                        "model",
                        "claude-sonnet-4-6",
                        "input_tokens",
                        "12",
                        "output_tokens",
                        "345",
                        "cache_read_tokens",
                        "6789",
                        "cache_creation_tokens",
                        "1000",
                        "cost_usd",
                        "0.0123456789",
                        "duration_ms",
                        "2345",
                        "request_id",
                        "req_011",
                        "user.id",
                        "u-1",
                        "query_source",
                        "repl_main_thread");

        assertThat(event.tokens()).isEqualTo(new NewEvent.Tokens(12, 345, 6789, 1000));
        assertThat(event.costNanos()).isEqualTo(12_345_679);
        assertThat(event.durationMs()).isEqualTo(2345);
        assertThat(event.model()).isEqualTo("claude-sonnet-4-6");
        assertThat(event.identity().requestId()).isEqualTo("req_011");
        assertThat(event.identity().metered()).isFalse();
        assertThat(event.clientMillis()).isEqualTo(1_700_000_000_123L);
        assertThat(event.agentType()).isEqualTo("claude_code");
        assertThat(metadata(event).toString())
                .isEqualTo(
                        "{\"otel_event_name\":\"api_request\",\"request_id\":\"req_011\","
                                + "\"user.id\":\"u-1\",\"query_source\":\"repl_main_thread\"}");
    }

    @Test
    void aToolResultSaysWhatItWasUsedOn() {
        var event =
                claude(
                        "tool_result",
                        "tool_name",
                        "Edit",
                        "success",
                        "false",
                        "error",
                        "no match",
                        "tool_use_id",
                        "toolu_1",
                        "tool_input",
                        "{\"file_path\":\"/w/a.txt\",\"old_string\":\"secret\"}");

        assertThat(event.toolName()).isEqualTo("Edit");
        assertThat(event.status()).isEqualTo("error");
        assertThat(event.edit().file()).isEqualTo("/w/a.txt");
        var metadata = metadata(event);
        assertThat(metadata.path("file_path").stringValue()).isEqualTo("/w/a.txt");
        assertThat(metadata.path("tool_use_id").stringValue()).isEqualTo("toolu_1");
        assertThat(metadata.path("error").stringValue()).isEqualTo("no match");
        assertThat(metadata.toString()).doesNotContain("secret");
        var shell =
                claude(
                        "tool_result",
                        "tool_name",
                        "Bash",
                        "tool_parameters",
                        "{\"bash_command\":\"make\",\"full_command\":\"make check\"}");
        assertThat(metadata(shell).path("command").stringValue()).isEqualTo("make check");
    }

    @Test
    void theEndOfAnAnswerOfCodexHasItsTokensWithoutThoseOfTheCacheTwice() {
        var event =
                codex(
                        "codex.sse_event",
                        "event.kind",
                        "response.completed",
                        "model",
                        "gpt-5-codex",
                        "input_token_count",
                        "1000",
                        "output_token_count",
                        "50",
                        "cached_token_count",
                        "900");

        assertThat(event.eventType()).isEqualTo("llm_response");
        assertThat(event.tokens()).isEqualTo(new NewEvent.Tokens(100, 50, 900, 0));
        assertThat(event.model()).isEqualTo("gpt-5-codex");
        assertThat(event.sessionId()).isEqualTo("s1");
        assertThat(codex("codex.sse_event", "event.kind", "response.failed").status())
                .isEqualTo("error");
    }

    @Test
    void aPatchOfCodexHasItsFileAndLines() {
        var patch =
                "*** Begin Patch\\n*** Update File: src/a.rs\\n@@\\n-old\\n+new\\n+more\\n*** End Patch";
        for (var arguments :
                new String[] {patch.replace("\\n", "\n"), "{\"input\":\"" + patch + "\"}"}) {
            var event =
                    codex("codex.tool_result", "tool_name", "apply_patch", "arguments", arguments);

            assertThat(event.edit()).isEqualTo(new NewEvent.Edit("src/a.rs", 2, 1));
            assertThat(metadata(event).path("lines_added").longValue()).isEqualTo(2);
        }
    }

    @Test
    void codexTellsItsTimeInWordsOrByTheObserver() {
        var record =
                "{\"observedTimeUnixNano\":\"1700000009000000000\",\"attributes\":[%s]}"
                        .formatted(
                                attributes(
                                        "event.name", "codex.user_prompt", "conversation.id", "c"));
        var spoken =
                record.replace(
                        "\"attributes\":[",
                        "\"attributes\":["
                                + attributes("event.timestamp", "2023-11-14T22:13:21.500Z")
                                + ",");

        assertThat(only(logs(CODEX, record)).clientMillis()).isEqualTo(1_700_000_009_000L);
        assertThat(only(logs(CODEX, spoken)).clientMillis()).isEqualTo(1_700_000_001_500L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gen_ai.prompt",
                "message",
                "prompt",
                "codex.prompt",
                "gen_ai.content.prompt"
            })
    void promptsAreFoundUnderEachName(String name) {
        var event = claude("user_prompt", name, "fix it", "prompt_length", "6");

        assertThat(metadata(event).path("message").stringValue()).isEqualTo("fix it");
        assertThat(metadata(event).path("prompt_length").stringValue()).isEqualTo("6");
        assertThat(metadata(event).has("prompt")).isFalse();
    }

    @Test
    void aWithheldPromptIsNoPrompt() {
        assertThat(metadata(claude("user_prompt", "prompt", "<REDACTED>")).has("message"))
                .isFalse();
        assertThat(metadata(codex("codex.user_prompt", "prompt", "[REDACTED]")).has("message"))
                .isFalse();
    }

    @Test
    void aPlainBodyIsTheMessage() {
        var event = only(logs(CLAUDE, log(NANOS, text("it broke"), with("error"))));

        assertThat(metadata(event).path("message").stringValue()).isEqualTo("it broke");
    }

    @Test
    void numbersComeInAnyForm() {
        var record =
                """
                {"timeUnixNano":1700000000000000000,"attributes":[
                 {"key":"event.name","value":{"stringValue":"api_request"}},
                 {"key":"session.id","value":{"stringValue":"s"}},
                 {"key":"gen_ai.usage.input_tokens","value":{"intValue":"7"}},
                 {"key":"gen_ai.usage.output_tokens","value":{"intValue":8}},
                 {"key":"cache_read_tokens","value":{"doubleValue":9.0}},
                 {"key":"cache_creation_tokens","value":{"doubleValue":"NaN"}},
                 {"key":"cost_usd","value":{"doubleValue":0.1}},
                 {"key":"duration_ms","value":{"doubleValue":-1}}]}\
                """;
        var event = only(logs(CLAUDE, record));

        assertThat(event.tokens()).isEqualTo(new NewEvent.Tokens(7, 8, 9, 0));
        assertThat(event.costNanos()).isEqualTo(100_000_000);
        assertThat(event.durationMs()).isNull();
    }

    @Test
    void anIdIsTheContentsAndTwinsOfOneRequestDiffer() {
        var record = log(NANOS, "null", with("user_prompt"));
        var other = log(NANOS + 1, "null", with("user_prompt"));
        var timeless = record.replace("\"timeUnixNano\":\"" + NANOS + "\",", "");

        var ids = Otlp.events(logs(CLAUDE, record, record, other)).stream().map(NewEvent::eventId);
        var again =
                Otlp.events(logs(CLAUDE, record, record, other)).stream().map(NewEvent::eventId);

        assertThat(ids)
                .doesNotHaveDuplicates()
                .doesNotContainNull()
                .containsExactlyElementsOf(again.toList());
        assertThat(only(logs(CLAUDE, timeless)).eventId()).isNull();
    }

    @Test
    void longTextsAreCutAndSaidSo() {
        var event = claude("error", "error", "x".repeat(4000));

        assertThat(metadata(event).path("error").stringValue()).hasSize(2500);
        assertThat(event.metadata().truncated()).isTrue();
    }
}
