package dev.proa.eventlog;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Takes the payloads that Claude Code hands to its hooks, as they come, and stores each as an event
 * of the contract. Kinds that are not known are kept as {@code response}; every event names its
 * kind in {@code metadata.hook_event_name}. Safe to use from any thread.
 *
 * <p>A call that is about to be made or asks for permission is a {@code plan_step}: it names the
 * tool, but only the call that was made is a {@code tool_use}.
 */
public final class ClaudeHooks {
    private static final String AGENT = "claude_code";
    private static final String OTHER = "response";

    private static final Map<String, String> TYPES =
            Map.ofEntries(
                    Map.entry("SessionStart", "session_start"),
                    Map.entry("SessionEnd", "session_end"),
                    Map.entry("Stop", "session_end"),
                    Map.entry("StopFailure", "error"),
                    Map.entry("UserPromptSubmit", "user_prompt"),
                    Map.entry("PreToolUse", "plan_step"),
                    Map.entry("PermissionRequest", "plan_step"),
                    Map.entry("PermissionDenied", "plan_step"),
                    Map.entry("PostToolUse", "tool_use"),
                    Map.entry("PostToolUseFailure", "tool_use"),
                    Map.entry("TaskCreated", "plan_step"),
                    Map.entry("TaskCompleted", "plan_step"),
                    Map.entry("FileChanged", "file_change"),
                    Map.entry("InstructionsLoaded", "instruction_load"));

    private static final List<String> FAILURES =
            List.of("StopFailure", "PostToolUseFailure", "PermissionDenied");

    private final EventLog log;
    private final GitHeads heads;

    /** Stores into {@code log}. */
    public ClaudeHooks(EventLog log, InstantSource clock) {
        this.log = log;
        this.heads = new GitHeads(clock);
    }

    /**
     * Answers {@code POST /api/hooks/claude-code}: 204 when the event is on the disk or was there
     * before, 400 if the payload is no JSON object with a {@code session_id}.
     *
     * @param eventId what the sender calls this one payload, so that a repeat is not counted twice
     */
    public Reply take(byte[] payload, Optional<String> eventId) throws InterruptedException {
        return take(payload, eventId, Optional.empty());
    }

    /**
     * As {@link #take(byte[], Optional)}.
     *
     * @param happened when the hook ran, by the sender's clock; it may have waited since. A moment
     *     that JavaScript's {@code Date} does not know is none
     */
    public Reply take(byte[] payload, Optional<String> eventId, Optional<Instant> happened)
            throws InterruptedException {
        var input = BodyText.read(payload);
        if (input.isEmpty()) {
            return Reply.error(400, EventIngest.NOT_JSON);
        }
        var session = text(input.get(), "session_id");
        if (session.isEmpty()) {
            return EventIngest.refused("Invalid hook payload", List.of(fault(input.get())));
        }
        var id = eventId.map(String::strip).filter(text -> !text.isEmpty());
        var event = event(input.get(), session.get(), id.orElse(null), happened);
        var appended = log.append(List.of(event));
        return appended instanceof Appended.Stored
                ? Reply.empty(204)
                : EventIngest.undone(appended);
    }

    private static Contract.Fault fault(JsonNode input) {
        return input.isObject()
                ? new Contract.Fault("session_id", "must be a non-empty string")
                : new Contract.Fault("body", "must be a JSON object");
    }

    private NewEvent event(
            JsonNode input, String session, @Nullable String eventId, Optional<Instant> happened) {
        var hook = text(input, "hook_event_name").orElse("");
        var tool = text(input, "tool_name").orElse(null);
        var cwd = text(input, "cwd").orElse(null);
        var branch = heads.branch(cwd);
        var lines = ChangedLines.of(hook.equals("PostToolUse") ? tool : null, input);
        var path = input.path("tool_input").path("file_path");
        // The hook program tells by this what it did not let the agent run.
        var blocked = text(input, "proa_blocked").isPresent();
        var type = blocked ? "error" : TYPES.getOrDefault(hook, OTHER);
        return new EventDraft(session, AGENT, type)
                .id(eventId)
                .tool(tool)
                .status(blocked || failed(hook, input) ? "error" : "success")
                .branch(branch.orElse(null))
                .project(lastName(cwd))
                .durationMs(duration(input))
                .happened(happened.filter(JsDate::possible).map(Instant::toEpochMilli).orElse(null))
                .metadata(HookMetadata.of(input, lines))
                .model(text(input, "model").orElse(null))
                .source("hook")
                .headBranch(branch)
                .edit(
                        new NewEvent.Edit(
                                lines.isPresent() && path.isString() ? path.stringValue() : null,
                                lines.map(ChangedLines::added).orElse(0L),
                                lines.map(ChangedLines::removed).orElse(0L)))
                .attention(HookAttention.of(hook, input))
                .closes(hook.equals("SessionEnd"))
                .identity(
                        new NewEvent.Identity(
                                null, null, text(input, "agent_id").orElse(null), false))
                .event();
    }

    private static boolean failed(String hook, JsonNode input) {
        var response = input.path("tool_response");
        var success = response.path("success");
        var error = response.path("is_error");
        return FAILURES.contains(hook)
                || (success.isBoolean() && !success.booleanValue())
                || (error.isBoolean() && error.booleanValue());
    }

    private static @Nullable Long duration(JsonNode input) {
        var value = input.path("duration_ms");
        return value.isIntegralNumber() && value.canConvertToLong() && value.longValue() >= 0
                ? (Long) value.longValue()
                : null;
    }

    /** The project is called as its folder is, on either kind of system. */
    static @Nullable String lastName(@Nullable String folder) {
        if (folder == null) {
            return null;
        }
        var path = folder.replaceFirst("[/\\\\]+$", "");
        var name = path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
        return name.isEmpty() ? null : name;
    }

    static Optional<String> text(JsonNode input, String field) {
        var value = input.path(field);
        return value.isString()
                ? Optional.of(value.stringValue().strip()).filter(text -> !text.isEmpty())
                : Optional.empty();
    }
}
