package dev.proa.eventlog;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What is kept of a call of a tool: what it was used on, not what was written or answered. */
final class ToolInput {
    private static final int LONGEST_TEXT = 2_500;
    private static final int LONGEST_ERROR = 500;

    private ToolInput() {}

    static ObjectNode kept(JsonNode input) {
        var kept = JsonNodeFactory.instance.objectNode();
        for (var name : HookMetadata.TOOL_FIELDS) {
            ClaudeHooks.text(input, name)
                    .ifPresent(text -> kept.put(name, HookMetadata.cut(text, LONGEST_TEXT)));
        }
        return kept;
    }

    /** The file that a call edits, and its lines as far as the input shows them. */
    static NewEvent.Edit edit(@Nullable String tool, JsonNode input) {
        var hook = JsonNodeFactory.instance.objectNode();
        hook.set("tool_input", input.isMissingNode() ? hook.nullNode() : input);
        var lines = ChangedLines.of(tool, hook);
        var file = ClaudeHooks.text(input, "file_path").orElse(null);
        return lines.isEmpty()
                ? NewEvent.Edit.NONE
                : new NewEvent.Edit(file, lines.get().added(), lines.get().removed());
    }

    /** The start of what a result says. */
    static String words(JsonNode result) {
        var content = result.path("content");
        var words = new StringBuilder();
        if (content.isString()) {
            words.append(content.stringValue());
        } else {
            for (var block : content) {
                ClaudeHooks.text(block, "text").ifPresent(text -> words.append(text).append('\n'));
            }
        }
        return HookMetadata.cut(words.toString().strip(), LONGEST_ERROR);
    }
}
