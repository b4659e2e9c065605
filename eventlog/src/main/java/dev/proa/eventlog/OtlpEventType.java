package dev.proa.eventlog;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which event of the contract a log record is. Pure. */
final class OtlpEventType {
    /** By the last part of the event's name, after the agent's: {@code claude_code.tool_result}. */
    private static final Map<String, String> TYPES =
            Map.ofEntries(
                    Map.entry("tool_result", "tool_use"),
                    Map.entry("tool_use", "tool_use"),
                    Map.entry("api_request", "llm_request"),
                    Map.entry("api_response", "llm_response"),
                    Map.entry("session_start", "session_start"),
                    Map.entry("session_end", "session_end"),
                    Map.entry("file_change", "file_change"),
                    Map.entry("git_commit", "git_commit"),
                    Map.entry("plan_step", "plan_step"),
                    Map.entry("error", "error"),
                    Map.entry("api_error", "error"),
                    Map.entry("internal_error", "error"),
                    Map.entry("user_prompt", "user_prompt"),
                    Map.entry("user_prompt_submit", "user_prompt"),
                    Map.entry("user_message", "user_prompt"));

    private static final Map<String, String> CODEX =
            Map.of(
                    "codex.tool_decision", "tool_use",
                    "codex.conversation_starts", "session_start",
                    "codex.websocket_request", "llm_request");

    private static final Map<String, String> GEN_AI =
            Map.of(
                    "gen_ai.user.message", "user_prompt",
                    "gen_ai.choice", "llm_response",
                    "gen_ai.client.inference.operation.details", "llm_response");

    /** One per piece of a streamed answer, with nothing in it. */
    private static final Set<String> NOISE =
            Set.of(
                    "codex.sse_event",
                    "codex.websocket.event",
                    "codex.websocket_event",
                    "claude_code.response");

    private static final Set<String> PROMPTS = Set.of("user_message", "user_prompt");

    private OtlpEventType() {}

    /** What becomes of a record. */
    sealed interface Verdict {
        /** An event of this type. */
        record Is(String type) implements Verdict {}

        /** Known, and without content. */
        record Noise() implements Verdict {}

        /** Not known. */
        record Unknown() implements Verdict {}
    }

    /**
     * @param name the event's name; empty if it has none
     * @param error whether the record's severity is ERROR or worse
     */
    static Verdict of(String name, OtlpItem item, boolean error) {
        if (NOISE.contains(name)) {
            return streamed(name, item);
        }
        var last = name.substring(name.lastIndexOf('.') + 1);
        return Optional.ofNullable(GEN_AI.get(name))
                .or(() -> item.codex() ? codex(name, last, item) : Optional.empty())
                .or(() -> Optional.ofNullable(TYPES.get(last)))
                .or(() -> error ? Optional.of("error") : Optional.empty())
                .<Verdict>map(Verdict.Is::new)
                .orElseGet(Verdict.Unknown::new);
    }

    /** The pieces that end an answer tell of its tokens, or of its failure. */
    private static Verdict streamed(String name, OtlpItem item) {
        if (!item.codex() || name.startsWith("claude_code.")) {
            return new Verdict.Noise();
        }
        var kind = item.text(OtlpField.KIND).orElse("");
        var failed =
                kind.equals("response.failed")
                        || item.text(OtlpField.ERROR_TEXT).isPresent()
                        || item.unsuccessful();
        if (failed) {
            return new Verdict.Is("error");
        }
        return kind.equals("response.completed") && item.tokens().any()
                ? new Verdict.Is("llm_response")
                : new Verdict.Noise();
    }

    private static Optional<String> codex(String name, String last, OtlpItem item) {
        var known = CODEX.get(name.startsWith("codex.") ? name : "codex." + last);
        if (known != null) {
            return Optional.of(known);
        }
        var message = last.equals("response") || last.equals("event_msg") || name.isEmpty();
        return message && item.text(OtlpField.ITEM_TYPE).filter(PROMPTS::contains).isPresent()
                ? Optional.of("user_prompt")
                : Optional.empty();
    }
}
