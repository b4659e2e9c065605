package dev.proa.eventlog;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Which hooks say that a person is waited for, and which that nobody is any more. */
final class HookAttention {
    /** Types of a Notification (https://code.claude.com/docs/en/hooks) that want a person. */
    private static final List<String> ASKING_NOTES =
            List.of(
                    "permission_prompt",
                    "worker_permission_prompt",
                    "idle_prompt",
                    "elicitation_dialog",
                    "elicitation_url_dialog",
                    "agent_needs_input",
                    "quota_auto_resume_stale");

    /** Types that tell of an answer, or of a session that goes on by itself. */
    private static final List<String> ANSWERED_NOTES =
            List.of("elicitation_complete", "elicitation_response", "quota_auto_resume_fired");

    private static final List<String> GOING_ON =
            List.of(
                    "SessionStart",
                    "SessionEnd",
                    "UserPromptSubmit",
                    "UserPromptExpansion",
                    "PostToolUse",
                    "PostToolUseFailure",
                    "PostToolBatch",
                    "PermissionDenied",
                    "ElicitationResult",
                    "StopFailure",
                    "TaskCreated",
                    "TaskCompleted",
                    "SubagentStart",
                    "SubagentStop",
                    "PreCompact",
                    "PostCompact");

    private HookAttention() {}

    static NewEvent.Attention of(String hook, JsonNode input) {
        return switch (hook) {
            case "Notification" -> notification(input);
            case "PermissionRequest" ->
                    new NewEvent.Attention.Asks("Allow " + call(input), Optional.of(call(input)));
            case "Elicitation" ->
                    new NewEvent.Attention.Asks(
                            ClaudeHooks.text(input, "message").orElse("Answer a question"),
                            Optional.empty());
            case "PreToolUse" -> announced(input);
            default ->
                    GOING_ON.contains(hook)
                            ? new NewEvent.Attention.Clears(Optional.empty())
                            : new NewEvent.Attention.Keeps();
        };
    }

    /** Two tools exist to ask: their call is the question. */
    private static NewEvent.Attention announced(JsonNode input) {
        return switch (ClaudeHooks.text(input, "tool_name").orElse("")) {
            case "AskUserQuestion" ->
                    new NewEvent.Attention.Asks(question(input), Optional.of(call(input)));
            case "ExitPlanMode" ->
                    new NewEvent.Attention.Asks("Approve the plan", Optional.of(call(input)));
            default -> new NewEvent.Attention.Clears(Optional.of(call(input)));
        };
    }

    static String question(JsonNode input) {
        var questions = input.path("tool_input").path("questions");
        return ClaudeHooks.text(questions.path(0), "question").orElse("Answer a question");
    }

    private static NewEvent.Attention notification(JsonNode input) {
        var message = ClaudeHooks.text(input, "message").orElse("Claude Code waits for you");
        var type = ClaudeHooks.text(input, "notification_type");
        if (type.filter(ANSWERED_NOTES::contains).isPresent()) {
            return new NewEvent.Attention.Clears(Optional.empty());
        }
        var asks = type.map(ASKING_NOTES::contains).orElseGet(() -> soundsLikeAsking(message));
        return asks
                ? new NewEvent.Attention.Asks(message, Optional.empty())
                : new NewEvent.Attention.Keeps();
    }

    /** Versions that send no type have these two sentences. */
    private static boolean soundsLikeAsking(String message) {
        var words = message.toLowerCase(Locale.ROOT);
        return words.contains("permission") || words.contains("waiting for your input");
    }

    /** A tool call in a few words: the tool and what it is used on. */
    static String call(JsonNode input) {
        var tool = ClaudeHooks.text(input, "tool_name").orElse("a tool");
        var target =
                HookMetadata.TOOL_FIELDS.stream()
                        .flatMap(f -> ClaudeHooks.text(input.path("tool_input"), f).stream())
                        .findFirst();
        return target.map(text -> tool + ": " + HookMetadata.cut(text, 300)).orElse(tool);
    }
}
