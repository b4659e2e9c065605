package dev.proa.eventlog;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is kept of a hook's payload: every plain value at its top but those with a column of their
 * own, what a tool was used on, and how many lines it changed. What tools answered is not kept, nor
 * what was written into files or forms. Long texts are cut, so that the kind of the hook is never
 * lost to the cap.
 */
final class HookMetadata {
    /** Fields of a tool's input that say what it is used on, the most telling first. */
    static final List<String> TOOL_FIELDS =
            List.of(
                    "command",
                    "file_path",
                    "notebook_path",
                    "pattern",
                    "query",
                    "url",
                    "description",
                    "path",
                    "subagent_type",
                    "skill");

    private static final Set<String> ELSEWHERE =
            Set.of(
                    "session_id",
                    "tool_name",
                    "model",
                    "duration_ms",
                    "transcript_path",
                    "agent_transcript_path",
                    "last_assistant_message");

    /** What is left when even cut texts are too long together. */
    private static final List<String> SUMMARY =
            List.of(
                    "hook_event_name",
                    "tool_use_id",
                    "file_path",
                    "message",
                    "lines_added",
                    "blocked",
                    "reason");

    private static final int LONGEST_TEXT = 2_500;
    private static final int LONGEST_PREVIEW = 500;

    private final ObjectNode kept = JsonNodeFactory.instance.objectNode();
    private boolean cut;

    private HookMetadata() {}

    static Metadata of(JsonNode input, Optional<ChangedLines> lines) {
        var metadata = new HookMetadata();
        metadata.fill(input);
        lines.ifPresent(changed -> {
            metadata.kept.put("lines_added", changed.added());
            metadata.kept.put("lines_removed", changed.removed());
        });
        return Metadata.of(metadata.kept).telling(SUMMARY).cut(metadata.cut);
    }

    private void fill(JsonNode input) {
        for (var field : input.properties()) {
            if (field.getKey().equals("proa_blocked")) {
                kept.put("blocked", true);
                text("reason", field.getValue().asString());
            } else if (!ELSEWHERE.contains(field.getKey())) {
                plain(field.getKey(), field.getValue());
            }
        }
        for (var name : TOOL_FIELDS) {
            ClaudeHooks.text(input.path("tool_input"), name).ifPresent(text -> text(name, text));
        }
        ClaudeHooks.text(input, "last_assistant_message")
                .ifPresent(text -> kept.put("content_preview", cut(text, LONGEST_PREVIEW)));
        var hook = ClaudeHooks.text(input, "hook_event_name").orElse("");
        switch (hook) {
            case "PreToolUse" -> announced(input);
            case "PostToolBatch" -> batch(input.path("tool_calls"));
            case "TaskCreated", "TaskCompleted" ->
                    ClaudeHooks.text(input, "task_subject").ifPresent(text -> text("step", text));
            case "SubagentStart", "SubagentStop" -> subagent(hook, input);
            default -> {}
        }
    }

    private void plain(String name, JsonNode value) {
        if (value.isString()) {
            text(name, value.stringValue());
        } else if (value.isNumber() || value.isBoolean()) {
            kept.set(name, value);
        } else if (name.equals("globs") && value.isArray()) {
            text(name, value.toString());
        }
    }

    private void text(String name, String value) {
        var fitted = cut(value, LONGEST_TEXT);
        cut |= fitted.length() < value.length();
        kept.put(name, fitted);
    }

    private void announced(JsonNode input) {
        if (ClaudeHooks.text(input, "tool_name").orElse("").equals("AskUserQuestion")) {
            text("message", HookAttention.question(input));
        }
        kept.put("step", HookAttention.call(input));
    }

    private void batch(JsonNode calls) {
        var names = kept.putArray("tools");
        for (var call : calls) {
            ClaudeHooks.text(call, "tool_name").ifPresent(names::add);
        }
        kept.put("message", "%d tool calls done".formatted(names.size()));
    }

    private void subagent(String hook, JsonNode input) {
        var name = ClaudeHooks.text(input, "agent_type").orElse("Sub-agent");
        var what = hook.equals("SubagentStart") ? " started" : " finished";
        kept.put("message", cut(name, LONGEST_PREVIEW) + what);
    }

    /** The start of a text that takes at most so many bytes of UTF-8; no character is split. */
    static String cut(String text, int bytes) {
        if (text.length() * 3L <= bytes) {
            return text;
        }
        var whole = text.getBytes(StandardCharsets.UTF_8);
        if (whole.length <= bytes) {
            return text;
        }
        var end = bytes;
        while (end > 0 && (whole[end] & 0xC0) == 0x80) {
            end--;
        }
        return new String(whole, 0, end, StandardCharsets.UTF_8);
    }
}
