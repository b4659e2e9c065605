package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ClaudeHistoryTest {
    private static final String STEM = "5f0c7a1e";

    @Test
    void tellsWhatAnAnswerUsedWithTheNamesOfMessageAndRequest() throws Exception {
        var event =
                only(
                        """
                        {"type":"assistant","uuid":"a1","sessionId":"5f0c7a1e","timestamp":"2026-02-01T10:00:00.250Z",
                         "cwd":"/home/me/shop","gitBranch":"main","requestId":"req_1","costUSD":0.0123,
                         "message":{"id":"msg_1","model":"claude-opus-4-5","content":[{"type":"text","text":"Done."}],
                          "usage":{"input_tokens":3,"output_tokens":12,"cache_read_input_tokens":700,
                           "cache_creation_input_tokens":90,
                           "cache_creation":{"ephemeral_5m_input_tokens":50,"ephemeral_1h_input_tokens":40}}}}\
                        """);

        assertThat(event.eventType()).isEqualTo("llm_response");
        assertThat(event.sessionId()).isEqualTo("5f0c7a1e");
        assertThat(event.agentType()).isEqualTo("claude_code");
        assertThat(event.source()).isEqualTo("import");
        assertThat(event.model()).isEqualTo("claude-opus-4-5");
        assertThat(event.tokens()).isEqualTo(new NewEvent.Tokens(3, 12, 700, 90, 40));
        assertThat(event.identity())
                .isEqualTo(new NewEvent.Identity("msg_1", "req_1", null, false));
        assertThat(event.project()).isEqualTo("shop");
        assertThat(event.branch()).isEqualTo("main");
        assertThat(event.costNanos()).isEqualTo(12_300_000);
        assertThat(event.clientMillis()).isEqualTo(1_769_940_000_250L);
        assertThat(metadata(event)).isEqualTo(Json.read("{\"content_preview\":\"Done.\"}"));
    }

    @Test
    void takesTheSumOfTheClassesIfTheLineNamesNoSum() throws Exception {
        var event =
                only(
                        """
                        {"type":"assistant","message":{"id":"m","content":[],
                         "usage":{"cache_creation":{"ephemeral_5m_input_tokens":5,"ephemeral_1h_input_tokens":7}}}}\
                        """);

        assertThat(event.tokens()).isEqualTo(new NewEvent.Tokens(0, 0, 0, 12, 7));
    }

    /** Programs between Claude Code and a model may write numbers as texts. */
    @Test
    void aNumberMayBeAText() throws Exception {
        var event =
                only(
                        """
                        {"type":"assistant","message":{"id":"m","content":[],
                         "usage":{"input_tokens":"12","output_tokens":"-3","cache_read_input_tokens":"x","cache_creation_input_tokens":"007"}}}\
                        """);

        assertThat(event.tokens()).isEqualTo(new NewEvent.Tokens(12, 0, 0, 7));
    }

    @Test
    void countsCostPerLineNotAsARunningTotal() throws Exception {
        var events =
                events(
                        "{\"type\":\"assistant\",\"costUSD\":0.05,\"message\":{\"id\":\"m1\"}}",
                        "{\"type\":\"assistant\",\"costUSD\":0.02,\"message\":{\"id\":\"m2\"}}",
                        "{\"type\":\"assistant\",\"costUSD\":0.05,\"message\":{\"id\":\"m3\"}}");

        assertThat(events)
                .extracting(NewEvent::costNanos)
                .containsExactly(50_000_000L, 20_000_000L, 50_000_000L);
    }

    @Test
    void makesOneEventOfACallAndItsResult() throws Exception {
        var events =
                events(
                        use(
                                "t1",
                                "Edit",
                                "{\"file_path\":\"/a/b.txt\",\"old_string\":\"x\\ny\",\"new_string\":\"x\\nz\\nw\"}"),
                        result(
                                "t1",
                                ",\"toolUseResult\":{\"structuredPatch\":[{\"lines\":[\"+1\",\"+2\",\"-3\",\" 4\"]}]}"));

        assertThat(events).hasSize(2); // the answer's usage, and the call
        var call = events.get(1);
        assertThat(call.eventType()).isEqualTo("tool_use");
        assertThat(call.toolName()).isEqualTo("Edit");
        assertThat(call.status()).isEqualTo("success");
        assertThat(call.durationMs()).isEqualTo(2_500);
        assertThat(call.edit()).isEqualTo(new NewEvent.Edit("/a/b.txt", 2, 1));
        assertThat(metadata(call))
                .isEqualTo(
                        Json.read(
                                "{\"file_path\":\"/a/b.txt\",\"tool_use_id\":\"t1\",\"lines_added\":2,\"lines_removed\":1}"));
        assertThat(call.tokens().any()).isFalse();
    }

    @Test
    void countsLinesByTheInputIfTheResultHasNoPatchAndNoneIfItFailed() throws Exception {
        var input =
                "{\"file_path\":\"/a/b.txt\",\"old_string\":\"x\\ny\",\"new_string\":\"x\\nz\\nw\"}";

        var done = events(use("t1", "Edit", input), result("t1", "")).get(1);
        var failed =
                events(
                                use("t1", "Edit", input),
                                result("t1", "", ",\"is_error\":true,\"content\":\"no such text\""))
                        .get(1);

        assertThat(done.edit()).isEqualTo(new NewEvent.Edit("/a/b.txt", 2, 1));
        assertThat(failed.edit()).isEqualTo(NewEvent.Edit.NONE);
        assertThat(failed.status()).isEqualTo("error");
        assertThat(metadata(failed).path("error").stringValue()).isEqualTo("no such text");
    }

    @Test
    void tellsOnlyOnceWhatSeveralLinesOfOneAnswerUsed() throws Exception {
        var events =
                events(
                        use("t1", "Read", "{\"file_path\":\"/a\"}"),
                        use("t2", "Read", "{\"file_path\":\"/b\"}"),
                        use("t3", "Read", "{\"file_path\":\"/c\"}")
                                .replace("\"output_tokens\":5", "\"output_tokens\":9"));

        assertThat(events).extracting(event -> event.tokens().out()).containsExactly(5L, 9L);
    }

    @Test
    void tellsPromptsAndNotWhatTheProgramAdds() throws Exception {
        var events =
                events(
                        user("\"Fix the bug\""),
                        user(
                                "[{\"type\":\"text\",\"text\":\"<system-reminder>x</system-reminder>\"},{\"type\":\"text\",\"text\":\"And test it\"}]"),
                        user(
                                "\"<command-name>/review</command-name>\\n<command-args>42</command-args>\""),
                        user("\"<local-command-stdout>ok</local-command-stdout>\""),
                        user("\"Caveat\"")
                                .replace("\"type\":\"user\"", "\"type\":\"user\",\"isMeta\":true"),
                        user("\"[Request interrupted by user]\""));

        assertThat(events)
                .extracting(event -> event.eventType() + " " + metadata(event))
                .containsExactly(
                        "user_prompt {\"prompt\":\"Fix the bug\"}",
                        "user_prompt {\"prompt\":\"And test it\"}",
                        "user_prompt {\"prompt\":\"/review 42\"}",
                        "response {\"message\":\"[Request interrupted by user]\"}");
    }

    @Test
    void keepsWhatSubagentsDoApart() throws Exception {
        var events =
                events(
                        user("\"Look for tests\"")
                                .replace(
                                        "\"type\":\"user\"",
                                        "\"type\":\"user\",\"isSidechain\":true,\"agentId\":\"a7f\""),
                        use("t1", "Grep", "{}")
                                .replace(
                                        "\"type\":\"assistant\"",
                                        "\"type\":\"assistant\",\"isSidechain\":true"));

        assertThat(events)
                .extracting(event -> event.eventType() + " " + event.identity().subagent())
                .containsExactly("response a7f", "llm_response sidechain");
    }

    @Test
    void tellsErrorsOfTheModelsServer() throws Exception {
        var event =
                only(
                        """
                        {"type":"assistant","isApiErrorMessage":true,"message":{"model":"<synthetic>",
                         "content":[{"type":"text","text":"API Error: 529"}]}}\
                        """);

        assertThat(event.eventType()).isEqualTo("error");
        assertThat(event.status()).isEqualTo("error");
        assertThat(event.model()).isNull();
        assertThat(metadata(event).path("error").stringValue()).isEqualTo("API Error: 529");
    }

    @Test
    void putsASummaryIntoTheSessionThatFollows() throws Exception {
        var events =
                events(
                        "{\"type\":\"summary\",\"summary\":\"Fixing the shop\",\"leafUuid\":\"l\"}",
                        user("\"Go on\""));

        assertThat(events)
                .extracting(event -> event.sessionId() + " " + metadata(event))
                .containsExactly(
                        "5f0c7a1e {\"message\":\"Fixing the shop\",\"summary\":true}",
                        "5f0c7a1e {\"prompt\":\"Go on\"}");
    }

    @Test
    void leavesOutLinesAboutTheProgramItself() throws Exception {
        assertThat(
                        events(
                                "{\"type\":\"file-history-snapshot\",\"snapshot\":{}}",
                                "{\"type\":\"queue-operation\",\"content\":\"x\"}",
                                "{}",
                                "{\"type\":\"brand-new\"}"))
                .isEmpty();
        assertThat(only("{\"type\":\"brand-new\",\"content\":\"said\"}").eventType())
                .isEqualTo("response");
    }

    @Test
    void readsLinesOfTheFirstVersionsAndGivesThemTheirOldIds() throws Exception {
        var events =
                events(
                        "{\"type\":\"assistant\",\"sessionId\":\"5f0c7a1e\",\"model\":\"claude-3\",\"usage\":{\"input_tokens\":4}}",
                        "{\"type\":\"tool_use\",\"sessionId\":\"5f0c7a1e\",\"name\":\"Write\",\"duration_ms\":7,\"input\":{\"file_path\":\"/f\",\"content\":\"1\\n2\\n\"}}",
                        "{\"type\":\"error\",\"sessionId\":\"5f0c7a1e\",\"error\":{\"message\":\"broken\"}}");

        assertThat(events)
                .extracting(NewEvent::eventType)
                .containsExactly("llm_response", "tool_use", "error");
        assertThat(events.get(1).edit()).isEqualTo(new NewEvent.Edit("/f", 2, 0));
        assertThat(events.get(1).durationMs()).isEqualTo(7);
        // sha256("claude-code:5f0c7a1e:0"), as other monitors call the same line.
        assertThat(events.getFirst().eventId())
                .isEqualTo(Scene.id("import-cc-", "claude-code:5f0c7a1e:0"))
                .hasSize("import-cc-".length() + 32);
    }

    @Test
    void givesTheSameEventsWhereverItIsInterrupted() throws Exception {
        var lines =
                new String[] {
                    "{\"type\":\"summary\",\"summary\":\"S\"}",
                    user("\"one\""),
                    use(
                            "t1",
                            "Edit",
                            "{\"file_path\":\"/a\",\"old_string\":\"1\",\"new_string\":\"2\\n3\"}"),
                    use("t2", "Bash", "{\"command\":\"make\"}"),
                    result("t2", ""),
                    "{\"type\":\"system\",\"subtype\":\"compact_boundary\"}",
                    result("t1", ""),
                    use("t3", "Bash", "{\"command\":\"make test\"}"),
                };
        var whole = new ClaudeHistory(STEM, "{}");
        var expected = TestImport.events(whole, lines);
        expected.addAll(whole.rest());

        for (var cut = 0; cut <= lines.length; cut++) {
            var first = new ClaudeHistory(STEM, "{}");
            var found =
                    TestImport.events(first, List.of(lines).subList(0, cut).toArray(String[]::new));
            var second = new ClaudeHistory(STEM, first.memory());
            for (var i = cut; i < lines.length; i++) {
                found.addAll(second.line(Json.read(lines[i]), i));
            }
            found.addAll(second.rest());

            assertThat(found).as("cut before line %d", cut).isEqualTo(expected);
        }
        assertThat(expected.getLast().toolName()).isEqualTo("Bash");
        assertThat(expected).extracting(NewEvent::eventId).doesNotHaveDuplicates();
    }

    @Test
    void forgetsTheOldestOfTooManyCallsWithoutLosingIt() throws Exception {
        var history = new ClaudeHistory(STEM, "{}");
        var calls = 0;
        for (var i = 0; i < 200; i++) {
            for (var event : history.line(Json.read(use("t" + i, "Read", "{}")), i)) {
                calls += event.eventType().equals("tool_use") ? 1 : 0;
            }
        }

        assertThat(calls + history.rest().size()).isEqualTo(200);
        assertThat(calls).isEqualTo(136);
    }

    private static String use(String id, String tool, String input) {
        return """
        {"type":"assistant","uuid":"u-%s","sessionId":"5f0c7a1e","timestamp":"2026-02-01T10:00:00Z","requestId":"r","message":{"id":"msg_1","usage":{"output_tokens":5},"content":[{"type":"tool_use","id":"%s","name":"%s","input":%s}]}}\
        """
                .formatted(id, id, tool, input);
    }

    private static String result(String id, String more) {
        return result(id, more, "");
    }

    private static String result(String id, String more, String ofBlock) {
        return """
        {"type":"user","uuid":"r-%s","sessionId":"5f0c7a1e","timestamp":"2026-02-01T10:00:02.500Z","message":{"content":[{"type":"tool_result","tool_use_id":"%s"%s}]}%s}\
        """
                .formatted(id, id, ofBlock, more);
    }

    private static String user(String content) {
        return "{\"type\":\"user\",\"sessionId\":\"5f0c7a1e\",\"message\":{\"content\":"
                + content
                + "}}";
    }

    private static NewEvent only(String line) throws Exception {
        var events = events(line);
        assertThat(events).hasSize(1);
        return events.getFirst();
    }

    private static List<NewEvent> events(String... lines) throws Exception {
        return TestImport.events(new ClaudeHistory(STEM, "{}"), lines);
    }

    private static JsonNode metadata(NewEvent event) {
        return Json.read(event.metadata().json());
    }
}
