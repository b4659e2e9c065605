package dev.proa.eventlog;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which call of a tool an event tells of.
 *
 * @param id the agent's name of the call within its session; null if it is not said
 * @param made whether the call was made; false if this only tells that it may be
 */
record ToolCall(@Nullable String id, boolean made) {
    static final ToolCall UNNAMED = new ToolCall(null, true);

    /** Codex tells of each call twice: that it may be made, and what came of it. */
    private static final String DECISION = "codex.tool_decision";

    /** Reads it from the texts at the top of an event's metadata. */
    static ToolCall of(String eventType, Map<String, String> said) {
        if (!eventType.equals("tool_use")) {
            return UNNAMED;
        }
        var id = said.get("tool_use_id");
        return new ToolCall(
                id == null ? said.get("call_id") : id,
                !DECISION.equals(said.get("otel_event_name")));
    }
}
