package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class CodexHistoryTest {
    private static final String STEM =
            "rollout-2026-02-18T20-10-57-019c7373-39f7-7a30-a3f4-000000000001";
    private static final String META =
            line(
                    "session_meta",
                    """
                    {"id":"019c7373","cwd":"/home/me/shop","originator":"codex_cli_rs","cli_version":"0.65.0",
                     "git":{"branch":"main"}}\
                    """);
    private static final String TURN =
            line("turn_context", "{\"model\":\"gpt-5-codex\",\"cwd\":\"/home/me/shop\"}");

    @Test
    void beginsAndEndsASession() throws Exception {
        var history = new CodexHistory(STEM, "{}");

        var begun = TestImport.events(history, META).getFirst();
        var end = history.rest();

        assertThat(begun.eventType()).isEqualTo("session_start");
        assertThat(begun.sessionId()).isEqualTo("019c7373");
        assertThat(begun.agentType()).isEqualTo("codex");
        assertThat(begun.project()).isEqualTo("shop");
        assertThat(begun.branch()).isEqualTo("main");
        assertThat(begun.eventId()).isEqualTo(Scene.id("import-cdx-", "codex:019c7373:meta"));
        assertThat(metadata(begun).path("cli_version").stringValue()).isEqualTo("0.65.0");
        assertThat(end).extracting(NewEvent::eventType).containsExactly("session_end");
        assertThat(history.unfinished()).isFalse();
        assertThat(history.rest()).isEmpty();
    }

    @Test
    void countsWhatIsNewInRunningTotalsAndTakesTheCacheOutOfTheInput() throws Exception {
        var events =
                events(
                        META,
                        TURN,
                        count(1_000, 600, 50, 1_000, 600, 50),
                        count(1_000, 600, 50, 1_000, 600, 50), // told again
                        line("event_msg", "{\"type\":\"token_count\",\"info\":null}"),
                        count(3_000, 2_000, 90, 2_000, 1_400, 40));

        assertThat(events.subList(1, events.size()))
                .extracting(NewEvent::tokens)
                .containsExactly(
                        new NewEvent.Tokens(400, 50, 600, 0),
                        new NewEvent.Tokens(600, 40, 1_400, 0));
        assertThat(events.getLast().model()).isEqualTo("gpt-5-codex");
        assertThat(events.getLast().eventType()).isEqualTo("llm_response");
        assertThat(events.getLast().eventId())
                .isEqualTo(Scene.id("import-cdx-", "codex:019c7373:token:1"));
    }

    @Test
    void takesTheLastRequestWhereTotalsTellNothing() throws Exception {
        var events =
                events(
                        META,
                        count(9_000, 8_000, 500, 100, 40, 7), // begins from another session
                        count(200, 50, 9, 200, 50, 9)); // the totals fell

        assertThat(events.subList(1, 3))
                .extracting(NewEvent::tokens)
                .containsExactly(
                        new NewEvent.Tokens(60, 7, 40, 0), new NewEvent.Tokens(150, 9, 50, 0));
        assertThat(events.getLast().model()).isNull();
    }

    @Test
    void countsATotalThatComesAlone() throws Exception {
        var events = events(total(10, 0, 1), total(30, 5, 4), total(20, 0, 2)); // and falls

        assertThat(events)
                .extracting(NewEvent::tokens)
                .containsExactly(
                        new NewEvent.Tokens(10, 1, 0, 0),
                        new NewEvent.Tokens(15, 3, 5, 0),
                        new NewEvent.Tokens(20, 2, 0, 0));
    }

    @Test
    void makesOneEventOfACallAndItsOutput() throws Exception {
        var events =
                events(
                        META,
                        item(
                                """
                                {"type":"function_call","name":"exec_command","call_id":"c1",
                                 "arguments":"{\\"cmd\\":\\"make test\\"}"}\
                                """),
                        item(
                                """
                                {"type":"function_call_output","call_id":"c1",
                                 "output":"Chunk ID: 1\\nWall time: 1.5 seconds\\nProcess exited with code 2\\nOutput:\\nfailed"}\
                                """));

        var call = events.get(1);
        assertThat(events).hasSize(2);
        assertThat(call.eventType()).isEqualTo("tool_use");
        assertThat(call.toolName()).isEqualTo("exec_command");
        assertThat(call.status()).isEqualTo("error");
        assertThat(call.durationMs()).isEqualTo(1_500);
        assertThat(metadata(call).path("command").stringValue()).isEqualTo("make test");
        assertThat(metadata(call).path("error").stringValue()).contains("failed");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"output\":\"ok\",\"metadata\":{\"exit_code\":0,\"duration_seconds\":0.25}} | success | 250",
                "{\"output\":\"no\",\"metadata\":{\"exit_code\":1,\"duration_seconds\":2}} | error | 2000",
                "Exit code: 0 | success | 3000",
                "Exit code: 127 | error | 3000",
                "apply_patch verification failed: no such line | error | 3000",
                "plain words | success | 3000",
                "{ no json | success | 3000"
            })
    void readsOutputsOfEveryForm(String output, String status, long duration) throws Exception {
        var call =
                events(
                                item(
                                        "{\"type\":\"custom_tool_call\",\"name\":\"t\",\"call_id\":\"c\",\"input\":\"x\"}"),
                                item("{\"type\":\"custom_tool_call_output\",\"call_id\":\"c\",\"output\":"
                                                + Json.text(out -> out.writeString(output))
                                                + "}")
                                        .replace("20:11:00", "20:11:03"))
                        .getFirst();

        assertThat(call.status()).isEqualTo(status);
        assertThat(call.durationMs()).isEqualTo(duration);
    }

    @Test
    void readsPatchesHoweverTheyAreApplied() throws Exception {
        var patch =
                "*** Begin Patch\n*** Update File: src/a.txt\n@@\n-one\n+two\n+three\n*** Add File: b.txt\n+b\n*** End Patch";
        var quoted = Json.text(out -> out.writeString(patch));
        var heredoc = Json.text(out -> out.writeString("apply_patch <<'EOF'\n" + patch + "\nEOF"));
        var forms =
                List.of(
                        "{\"type\":\"custom_tool_call\",\"name\":\"apply_patch\",\"call_id\":\"c\",\"input\":"
                                + quoted
                                + "}",
                        "{\"type\":\"function_call\",\"name\":\"apply_patch\",\"call_id\":\"c\",\"arguments\":"
                                + again("{\"input\":" + quoted + "}")
                                + "}",
                        "{\"type\":\"function_call\",\"name\":\"exec_command\",\"call_id\":\"c\",\"arguments\":"
                                + again("{\"cmd\":" + heredoc + "}")
                                + "}",
                        "{\"type\":\"function_call\",\"name\":\"shell\",\"call_id\":\"c\",\"arguments\":"
                                + again("{\"command\":[\"bash\",\"-lc\"," + heredoc + "]}")
                                + "}",
                        "{\"type\":\"local_shell_call\",\"call_id\":\"c\",\"action\":{\"command\":[\"apply_patch\","
                                + quoted
                                + "]}}");

        for (var form : forms) {
            var call =
                    events(
                                    item(form),
                                    item(
                                            "{\"type\":\"function_call_output\",\"call_id\":\"c\",\"output\":\"done\"}"))
                            .getFirst();

            assertThat(call.toolName()).as(form).isEqualTo("apply_patch");
            assertThat(call.edit()).as(form).isEqualTo(new NewEvent.Edit("src/a.txt", 3, 1));
            assertThat(metadata(call).path("files").toString())
                    .isEqualTo("[\"src/a.txt\",\"b.txt\"]");
            assertThat(metadata(call).has("command")).isFalse();
        }
    }

    @Test
    void tellsPromptsAnswersAndErrorsOnce() throws Exception {
        var events =
                events(
                        META,
                        item(
                                "{\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"Fix it\"}]}"),
                        line("event_msg", "{\"type\":\"user_message\",\"message\":\"Fix it\"}"),
                        line(
                                "event_msg",
                                "{\"type\":\"user_message\",\"message\":\"<environment_context>x\"}"),
                        line("event_msg", "{\"type\":\"agent_message\",\"message\":\"Fixed.\"}"),
                        line("event_msg", "{\"type\":\"error\",\"message\":\"quota\"}"),
                        line("event_msg", "{\"type\":\"turn_aborted\",\"reason\":\"interrupted\"}"),
                        line("compacted", "{\"message\":\"\"}"));

        assertThat(events.subList(1, events.size()))
                .extracting(event -> event.eventType() + " " + metadata(event))
                .containsExactly(
                        "user_prompt {\"prompt\":\"Fix it\"}",
                        "response {\"content_preview\":\"Fixed.\"}",
                        "error {\"error\":\"quota\"}",
                        "response {\"message\":\"The turn was stopped: interrupted\"}",
                        "response {\"message\":\"The conversation was compacted\"}");
    }

    @Test
    void readsRolloutsOfTheFirstVersions() throws Exception {
        var events =
                events(
                        "{\"id\":\"old-1\",\"timestamp\":\"2025-05-01T10:00:00Z\",\"git\":{\"branch\":\"dev\"}}",
                        "{\"record_type\":\"state\"}",
                        "{\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"Hello\"}]}",
                        "{\"type\":\"function_call\",\"name\":\"shell\",\"call_id\":\"c\",\"arguments\":\"{\\\"command\\\":[\\\"ls\\\",\\\"-l\\\"]}\"}",
                        "{\"type\":\"function_call_output\",\"call_id\":\"c\",\"output\":\"\"}");

        assertThat(events)
                .extracting(
                        event -> event.eventType() + " " + event.sessionId() + " " + event.branch())
                .containsExactly(
                        "session_start old-1 dev", "user_prompt old-1 dev", "tool_use old-1 dev");
        assertThat(metadata(events.getLast()).path("command").stringValue()).isEqualTo("ls -l");
        assertThat(events.getLast().clientMillis()).isEqualTo(1_746_093_600_000L);
    }

    @Test
    void keepsItsOwnSessionWhenItRepeatsAnotherOnesBeginning() throws Exception {
        var events = events(META, META.replace("019c7373", "parent"), count(5, 0, 1, 5, 0, 1));

        assertThat(events).extracting(NewEvent::sessionId).containsExactly("019c7373", "019c7373");
        assertThat(events(count(5, 0, 1, 5, 0, 1)).getFirst().sessionId())
                .isEqualTo("019c7373-39f7-7a30-a3f4-000000000001");
    }

    @Test
    void givesTheSameEventsWhereverItIsInterrupted() throws Exception {
        var lines =
                new String[] {
                    META,
                    TURN,
                    line("event_msg", "{\"type\":\"user_message\",\"message\":\"Go\"}"),
                    item(
                            "{\"type\":\"function_call\",\"name\":\"a\",\"call_id\":\"c1\",\"arguments\":\"{}\"}"),
                    count(100, 10, 5, 100, 10, 5),
                    item(
                            "{\"type\":\"function_call_output\",\"call_id\":\"c1\",\"output\":\"ok\"}"),
                    count(100, 10, 5, 100, 10, 5),
                    count(300, 20, 6, 200, 10, 1),
                    item(
                            "{\"type\":\"function_call\",\"name\":\"b\",\"call_id\":\"c2\",\"arguments\":\"{}\"}"),
                };
        var whole = new CodexHistory(STEM, "{}");
        var expected = TestImport.events(whole, lines);
        expected.addAll(whole.rest());

        for (var cut = 0; cut <= lines.length; cut++) {
            var first = new CodexHistory(STEM, "{}");
            var found =
                    TestImport.events(first, List.of(lines).subList(0, cut).toArray(String[]::new));
            var second = new CodexHistory(STEM, first.memory());
            for (var i = cut; i < lines.length; i++) {
                found.addAll(second.line(Json.read(lines[i]), i));
            }
            found.addAll(second.rest());

            assertThat(found).as("cut before line %d", cut).isEqualTo(expected);
        }
        assertThat(expected).hasSize(7);
        assertThat(expected).extracting(NewEvent::eventId).doesNotHaveDuplicates();
    }

    private static String again(String json) {
        return Json.text(out -> out.writeString(json));
    }

    private static String count(
            long in, long cached, long out, long lastIn, long lastCached, long lastOut) {
        return line(
                "event_msg",
                """
                {"type":"token_count","info":{
                 "total_token_usage":{"input_tokens":%d,"cached_input_tokens":%d,"output_tokens":%d,"reasoning_output_tokens":1},
                 "last_token_usage":{"input_tokens":%d,"cached_input_tokens":%d,"output_tokens":%d}}}\
                """
                        .formatted(in, cached, out, lastIn, lastCached, lastOut));
    }

    private static String total(long in, long cached, long out) {
        return line(
                "event_msg",
                "{\"type\":\"token_count\",\"info\":{\"total_token_usage\":{\"input_tokens\":%d,\"cached_input_tokens\":%d,\"output_tokens\":%d}}}"
                        .formatted(in, cached, out));
    }

    private static String item(String payload) {
        return line("response_item", payload);
    }

    private static String line(String type, String payload) {
        return "{\"timestamp\":\"2026-02-18T20:11:00Z\",\"type\":\"%s\",\"payload\":%s}"
                .formatted(type, payload);
    }

    private static List<NewEvent> events(String... lines) throws Exception {
        return TestImport.events(new CodexHistory(STEM, "{}"), lines);
    }

    private static JsonNode metadata(NewEvent event) {
        return Json.read(event.metadata().json());
    }
}
