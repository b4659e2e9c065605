package dev.proa.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ClaudeHooksTest {
    private static final String COMMAND = "/p/proa-hook claude";

    private static String install(String text, String... events) {
        return ClaudeHooks.install("s.json", text, List.of(events), COMMAND);
    }

    @Test
    void writesWhatClaudeCodeDocuments() {
        assertThat(install("", "PostToolUse", "Stop"))
                .isEqualTo(
                        """
                        {
                          "hooks": {
                            "PostToolUse": [
                              {
                                "matcher": "*",
                                "hooks": [
                                  {
                                    "type": "command",
                                    "command": "/p/proa-hook claude",
                                    "timeout": 10
                                  }
                                ]
                              }
                            ],
                            "Stop": [
                              {
                                "hooks": [
                                  {
                                    "type": "command",
                                    "command": "/p/proa-hook claude",
                                    "timeout": 10
                                  }
                                ]
                              }
                            ]
                          }
                        }
                        """);
    }

    @Test
    void followsTabsAndWindowsLineEnds() {
        var text = "{\r\n\t\"model\": \"x\"\r\n}";

        assertThat(install(text, "Stop"))
                .startsWith(
                        "{\r\n\t\"model\": \"x\",\r\n\t\"hooks\": {\r\n\t\t\"Stop\": [\r\n\t\t\t{")
                .endsWith("\r\n\t\t]\r\n\t}\r\n}")
                .doesNotContainPattern("[^\r]\n");
    }

    @Test
    void staysOnOneLineWhereTheFileDoes() {
        assertThat(install("{\"a\":1}", "Stop"))
                .isEqualTo(
                        "{\"a\":1,\"hooks\":{\"Stop\":[{\"hooks\":[{\"type\":\"command\","
                                + "\"command\":\"/p/proa-hook claude\",\"timeout\":10}]}]}}");
    }

    @Test
    void putsItsGroupBehindAForeignOneOfTheSameEvent() {
        var text =
                "{\n    \"hooks\": {\n        \"Stop\": [\n            {\"hooks\": []}\n        ]\n    }\n}\n";

        var after = install(text, "Stop");

        assertThat(after)
                .startsWith(
                        "{\n    \"hooks\": {\n        \"Stop\": [\n            {\"hooks\": []},\n"
                                + "            {\n                \"hooks\": [");
        assertThat(ClaudeHooks.uninstall("s.json", after, Set.of())).isEqualTo(text);
    }

    @Test
    void changesNothingTheSecondTime() {
        var once = install("{ }", "Stop", "PreCompact");

        assertThat(install(once, "Stop", "PreCompact")).isSameAs(once);
    }

    @Test
    void correctsAnOldPathInPlaceAndRemovesARepetition() {
        var old =
                "{\"hooks\":{\"Stop\":[{\"hooks\":[{\"command\":\"'/old dir/proa-hook' claude\",\"type\":\"command\"}]},"
                        + "{\"hooks\":[{\"type\":\"command\",\"command\":\"/older/proa-hook claude\"}]}]}}";

        assertThat(install(old, "Stop"))
                .isEqualTo(
                        "{\"hooks\":{\"Stop\":[{\"hooks\":[{\"command\":\"/p/proa-hook claude\",\"type\":\"command\"}]}]}}");
    }

    @Test
    void takesOnlyItsOwnHandlerOutOfASharedGroup() {
        var shared =
                "{\"hooks\":{\"Stop\":[{\"hooks\":[{\"type\":\"command\",\"command\":\"/p/proa-hook claude\"},"
                        + " {\"type\":\"command\",\"command\":\"mine\"}]}]}}";

        assertThat(ClaudeHooks.uninstall("s.json", shared, Set.of()))
                .isEqualTo(
                        "{\"hooks\":{\"Stop\":[{\"hooks\":[{\"type\":\"command\",\"command\":\"mine\"}]}]}}");
    }

    @Test
    void keepsAnEmptyListThatWasThereBefore() {
        var before = "{\"hooks\":{\"Stop\":[]}}";
        var keep = ClaudeHooks.empties("s.json", before);

        assertThat(ClaudeHooks.uninstall("s.json", install(before, "Stop"), keep))
                .isEqualTo(before);
        assertThat(ClaudeHooks.uninstall("s.json", install(before, "Stop"), Set.of()))
                .isEqualTo("{}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "proa-hook claude",
                "/p/proa-hook codex",
                "/p/proa-hook claude; rm x",
                "echo /p/proa-hook claude",
                "/p/my-proa-hook claude",
            })
    void leavesACommandAloneThatOnlyLooksLikeOurs(String command) {
        var text =
                "{\"hooks\":{\"Stop\":[{\"hooks\":[{\"type\":\"command\",\"command\":\"%s\"}]}]}}"
                        .formatted(command);

        assertThat(ClaudeHooks.installed("s.json", text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/a/b/proa-hook|/a/b/proa-hook claude",
                "/a b/proa-hook|'/a b/proa-hook' claude",
                "/it's/proa-hook|'/it'\\''s/proa-hook' claude",
                "/$(x)/proa-hook|'/$(x)/proa-hook' claude",
            })
    void quotesThePathForTheShellAndKnowsItAgain(String path, String expected) {
        var command = ClaudeHooks.command(path);

        assertThat(command).isEqualTo(expected);
        assertThat(
                        ClaudeHooks.installed(
                                "s", ClaudeHooks.install("s", "", List.of("Stop"), command)))
                .containsValue(command);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]|s.json:1:1: an object is needed here, found a list",
                "{\"hooks\": []}|s.json:1:11 /hooks: an object is needed",
                "{\"hooks\": {\"Stop\": {}}}|s.json:1:20 /hooks/Stop: a list is needed here, found an object",
                "{\"hooks\": {\"a/~b\": \"x\"}}|s.json:1:20 /hooks/a~1~0b: a list is needed here, found a string",
                "{\"hooks\": {\"Stop\": [1]}}|s.json:1:21 /hooks/Stop/0: an object is needed here, found a plain",
                "{\"hooks\": {\"Stop\": [{}]}}|s.json:1:21 /hooks/Stop/0: the entry has no \"hooks\" list",
                "{\"hooks\": {\"Stop\": [{\"hooks\": 1}]}}|s.json:1:31 /hooks/Stop/0/hooks: a list is needed",
                "{\"hooks\": {\"Stop\": [{\"hooks\": [[]]}]}}|s.json:1:32 /hooks/Stop/0/hooks/0: an object",
            })
    void refusesWhatClaudeCodeWouldIgnore(String text, String expected) {
        assertThatThrownBy(() -> install(text, "Stop")).hasMessageStartingWith(expected);
    }

    @Test
    void namesNewerEventsOnlyWhereClaudeCodeForgivesUnknownOnes() {
        assertThat(ClaudeHooks.events(null, false)).doesNotContain("PermissionRequest").hasSize(8);
        assertThat(ClaudeHooks.events(new ClaudeVersion(2, 1, 100), false)).hasSize(8);
        assertThat(ClaudeHooks.events(new ClaudeVersion(2, 1, 101), false))
                .contains("PermissionRequest", "PostToolUseFailure", "SubagentStart")
                .doesNotContain("PreToolUse", "WorktreeCreate");
    }
}
