package dev.proa.eventlog;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/**
 * What an event says in words, taken from its metadata as it is kept: what a person asked, what was
 * run, on which file, what went wrong, what was answered. Pure.
 *
 * @param hook the kind of the hook that told it
 * @param agentName what the sub-agent that it is about is called
 * @param diff what changed in a file, as unified lines
 * @param window the context window that the agent reported, in tokens
 * @param call which call of a tool it tells of
 */
record EventTexts(
        @Nullable String prompt,
        @Nullable String command,
        @Nullable String path,
        @Nullable String error,
        @Nullable String answer,
        @Nullable String hook,
        @Nullable String agentName,
        @Nullable String diff,
        @Nullable Long window,
        ToolCall call) {
    static final EventTexts NONE =
            new EventTexts(null, null, null, null, null, null, null, null, null, ToolCall.UNNAMED);

    private static final BigDecimal MOST_TOKENS = BigDecimal.valueOf(Integer.MAX_VALUE);
    private static final List<String> PROMPTS = List.of("message", "prompt", "content_preview");
    private static final List<String> COMMANDS =
            List.of("command", "pattern", "query", "url", "skill", "description");
    private static final List<String> PATHS = List.of("file_path", "notebook_path", "path");
    private static final List<String> ANSWERS =
            List.of("content_preview", "message", "text", "content", "step");
    private static final List<String> DIFFS = List.of("diff", "diff_preview");

    /** Whether there is nothing in it that a person could look for. */
    boolean wordless() {
        return prompt == null && command == null && path == null && error == null && answer == null;
    }

    /**
     * Reads the texts of metadata; none if it is no JSON object.
     *
     * @param eventType a word of the contract
     * @param status success, error or timeout
     * @param metadata JSON text
     */
    static EventTexts of(String eventType, String status, String metadata) {
        return metadata.length() < 3 || metadata.charAt(0) != '{'
                ? NONE
                : of(eventType, status, Json.parser(metadata));
    }

    /** The same of metadata that has just been read and is kept whole. */
    static EventTexts of(String eventType, String status, JsonNode metadata) {
        return metadata.isObject() && !metadata.isEmpty()
                ? of(eventType, status, Json.parser(metadata))
                : NONE;
    }

    private static EventTexts of(String eventType, String status, JsonParser metadata) {
        var said = new HashMap<String, String>();
        var window = read(metadata, said);
        var prompts = eventType.equals("user_prompt");
        var plans = eventType.equals("plan_step");
        return new EventTexts(
                prompts ? first(said, PROMPTS) : null,
                prompts ? null : first(said, COMMANDS),
                prompts ? null : first(said, PATHS),
                error(eventType, status, said),
                prompts || (plans && said.containsKey("tool_use_id")) ? null : first(said, ANSWERS),
                said.get("hook_event_name"),
                first(said, List.of("agent_type", "subagent_type")),
                first(said, DIFFS),
                window,
                ToolCall.of(eventType, said));
    }

    private static @Nullable String error(
            String eventType, String status, Map<String, String> said) {
        var error = said.get("error");
        return error == null && (eventType.equals("error") || !status.equals("success"))
                ? first(said, List.of("error_message", "message", "reason"))
                : error;
    }

    private static @Nullable String first(Map<String, String> said, List<String> names) {
        for (var name : names) {
            var text = said.get(name);
            if (text != null) {
                return text;
            }
        }
        return null;
    }

    /** Collects the texts at the top, and those of an error object; gives the context window. */
    private static @Nullable Long read(JsonParser metadata, Map<String, String> said) {
        Long window = null;
        try (var in = metadata) {
            in.nextToken();
            while (in.nextToken() == JsonToken.PROPERTY_NAME) {
                var name = in.currentName();
                switch (in.nextToken()) {
                    case VALUE_STRING -> said(said, name, in.getString());
                    case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> window = window(name, in, window);
                    case START_OBJECT -> {
                        if (name.equals("error")) {
                            error(in, said);
                        } else {
                            in.skipChildren();
                        }
                    }
                    case START_ARRAY -> in.skipChildren();
                    default -> {}
                }
            }
        } catch (RuntimeException e) { // what is no JSON says nothing
            said.clear();
        }
        return window;
    }

    private static void said(Map<String, String> said, String name, String text) {
        if (!text.isBlank()) {
            said.put(name, text);
        }
    }

    private static @Nullable Long window(String name, JsonParser in, @Nullable Long known) {
        var names = name.equals("model_context_window") || name.equals("context_window");
        var tokens = names ? in.getDecimalValue() : BigDecimal.ZERO;
        return tokens.compareTo(BigDecimal.ONE) >= 0 && tokens.compareTo(MOST_TOKENS) <= 0
                ? (Long) tokens.longValue()
                : known;
    }

    /** An error may be an object with a message. */
    private static void error(JsonParser in, Map<String, String> said) {
        while (in.nextToken() == JsonToken.PROPERTY_NAME) {
            var name = in.currentName();
            if (in.nextToken() == JsonToken.VALUE_STRING && name.equals("message")) {
                said(said, "error", in.getString());
            } else {
                in.skipChildren();
            }
        }
    }
}
