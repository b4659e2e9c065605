package dev.proa.eventlog;

import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A rollout of Codex. Its counts of tokens are running totals, which also come again when nothing
 * was used, and their input includes what came from the cache. A call of a tool becomes one event
 * when its output comes.
 */
final class CodexHistory implements History {
    static final String AGENT = "codex";
    private static final String PREFIX = "import-cdx-";
    private static final int LONGEST_PREVIEW = 500;
    private static final int LONGEST_TEXT = 2_500;
    private static final Pattern UUID =
            Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    /** What Codex puts before a person's words. */
    private static final Pattern ADDED =
            Pattern.compile("<(environment_context|user_instructions|turn_aborted)>|# AGENTS\\.md");

    private final OpenCalls calls;
    private String session;
    private boolean named;
    private boolean ended;
    private @Nullable String project;
    private @Nullable String branch;
    private @Nullable String model;
    private @Nullable Long lastMillis;
    private long numbered;
    private CodexUsage usage;

    /**
     * A reader of one file.
     *
     * @param stem the file's name without its ending, which ends with the session's id
     * @param memory what another reader of this file remembers; "{}" for a new one
     */
    CodexHistory(String stem, String memory) {
        var known = Json.read(memory);
        var uuid = UUID.matcher(stem);
        session = text(known, "session").orElse(uuid.find() ? uuid.group() : stem);
        named = known.path("named").asBoolean(false);
        ended = known.path("ended").asBoolean(false);
        project = text(known, "project").orElse(null);
        branch = text(known, "branch").orElse(null);
        model = text(known, "model").orElse(null);
        var at = known.path("at");
        lastMillis = at.isNumber() ? (Long) at.longValue() : null;
        numbered = known.path("numbered").asLong(0);
        usage = CodexUsage.of(known.path("usage"));
        calls = OpenCalls.of(known.path("calls"));
    }

    @Override
    public String memory() {
        var memory = JsonNodeFactory.instance.objectNode();
        memory.put("session", session);
        memory.put("named", named);
        memory.put("ended", ended);
        memory.put("project", project);
        memory.put("branch", branch);
        memory.put("model", model);
        memory.put("at", lastMillis);
        memory.put("numbered", numbered);
        memory.set("usage", usage.json());
        memory.set("calls", calls.json());
        return memory.toString();
    }

    @Override
    public boolean unfinished() {
        return named && !ended;
    }

    /** Rollouts do not say when a session ends. */
    @Override
    public List<NewEvent> rest() {
        var events = new ArrayList<NewEvent>();
        calls.takeAll().forEach(call -> events.add(call.unanswered()));
        if (unfinished()) {
            ended = true;
            events.add(event("session_end", "end").model(model).event());
        }
        return events;
    }

    @Override
    public List<NewEvent> line(JsonNode line, long entry) {
        text(line, "timestamp")
                .map(time -> JsDate.parse(time, ZoneOffset.UTC))
                .ifPresent(millis -> millis.ifPresent(value -> lastMillis = value));
        var events = new ArrayList<NewEvent>();
        var payload = line.path("payload");
        if (!payload.isObject()) {
            flat(line, entry, events);
            return events;
        }
        switch (text(line, "type").orElse("")) {
            case "session_meta" -> begin(payload, events);
            case "turn_context" -> turn(payload);
            case "event_msg" -> message(payload, entry, events);
            case "response_item" -> item(payload, entry, events);
            case "compacted" -> events.add(said(entry, "The conversation was compacted"));
            default -> {}
        }
        return events;
    }

    /** Rollouts of the first versions are the items alone. */
    private void flat(JsonNode line, long entry, List<NewEvent> events) {
        var type = text(line, "type").orElse("");
        if (type.isEmpty() && text(line, "id").isPresent()) {
            begin(line, events);
        } else if (type.equals("message")) {
            var words = words(line);
            switch (text(line, "role").orElse("")) {
                case "user" -> prompt(words, entry).ifPresent(events::add);
                case "assistant" -> answer(words, entry).ifPresent(events::add);
                default -> {}
            }
        } else {
            item(line, entry, events);
        }
    }

    /** A rollout that goes on from another one repeats that one's beginning after its own. */
    private void begin(JsonNode meta, List<NewEvent> events) {
        if (named) {
            return;
        }
        named = true;
        session = text(meta, "id").orElse(session);
        project = ClaudeHooks.lastName(text(meta, "cwd").orElse(null));
        branch = text(meta.path("git"), "branch").orElse(null);
        var note = JsonNodeFactory.instance.objectNode();
        for (var name : List.of("originator", "cli_version", "cwd", "model_provider", "source")) {
            text(meta, name).ifPresent(value -> note.put(name, cut(value, LONGEST_PREVIEW)));
        }
        text(meta, "forked_from_id").ifPresent(id -> note.put("forked_from", id));
        events.add(event("session_start", "meta").metadata(fitted(note)).event());
    }

    private void turn(JsonNode context) {
        model = text(context, "model").orElse(model);
        var folder = ClaudeHooks.lastName(text(context, "cwd").orElse(null));
        project = folder == null ? project : folder;
    }

    private void message(JsonNode payload, long entry, List<NewEvent> events) {
        switch (text(payload, "type").orElse("")) {
            case "token_count" -> used(payload.path("info")).ifPresent(events::add);
            case "user_message" ->
                    prompt(text(payload, "message").orElse(""), entry).ifPresent(events::add);
            case "agent_message" ->
                    answer(text(payload, "message").orElse(""), entry).ifPresent(events::add);
            case "turn_aborted" ->
                    events.add(
                            said(
                                    entry,
                                    "The turn was stopped: "
                                            + text(payload, "reason").orElse("no reason given")));
            case "error", "stream_error" -> {
                var error = text(payload, "message").orElse(payload.toString());
                events.add(
                        event("error", "line:" + entry)
                                .status("error")
                                .metadata(note("error", cut(error, LONGEST_PREVIEW)))
                                .event());
            }
            default -> {}
        }
    }

    private Optional<NewEvent> used(JsonNode info) {
        var next = usage.after(info);
        usage = next.totals();
        if (!next.used().any()) {
            return Optional.empty();
        }
        return Optional.of(
                event("llm_response", "token:" + numbered++)
                        .model(model)
                        .tokens(next.used())
                        .event());
    }

    private Optional<NewEvent> prompt(String words, long entry) {
        return words.isEmpty() || ADDED.matcher(words).lookingAt()
                ? Optional.empty()
                : Optional.of(
                        event("user_prompt", "line:" + entry)
                                .metadata(note("prompt", cut(words, LONGEST_TEXT)))
                                .event());
    }

    private Optional<NewEvent> answer(String words, long entry) {
        return words.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        event("response", "line:" + entry)
                                .model(model)
                                .metadata(note("content_preview", cut(words, LONGEST_PREVIEW)))
                                .event());
    }

    private NewEvent said(long entry, String words) {
        return event("response", "line:" + entry).metadata(note("message", words)).event();
    }

    private void item(JsonNode item, long entry, List<NewEvent> events) {
        var id = text(item, "call_id").or(() -> text(item, "id")).orElse("?" + entry);
        switch (text(item, "type").orElse("")) {
            case "function_call", "custom_tool_call", "local_shell_call" ->
                    call(CodexCall.of(item), id, events);
            case "function_call_output", "custom_tool_call_output" ->
                    calls.take(id)
                            .ifPresent(call ->
                                    events.add(call.answered(CodexCall.answer(item, lastMillis))));
            case "web_search_call" -> {
                var kept = ToolInput.kept(item.path("action"));
                events.add(
                        event("tool_use", "call:" + id + ":" + entry)
                                .tool("web_search")
                                .metadata(fitted(kept))
                                .event());
            }
            default -> {}
        }
    }

    private void call(CodexCall call, String id, List<NewEvent> events) {
        numbered += call.patch().isPresent() ? 1 : 0; // other monitors number patches with usage
        call.kept().put("tool_use_id", id);
        calls.begin(
                        new OpenCalls.Call(
                                id,
                                id("call:" + id),
                                call.tool(),
                                scene(),
                                call.kept(),
                                call.edit()))
                .ifPresent(oldest -> events.add(oldest.unanswered()));
    }

    private Scene scene() {
        return new Scene(session, AGENT, project, branch, null, lastMillis);
    }

    private EventDraft event(String type, String name) {
        return scene().draft(type).id(id(name));
    }

    private String id(String name) {
        return Scene.id(PREFIX, "codex:" + session + ":" + name);
    }

    private static String words(JsonNode item) {
        var words = new StringBuilder();
        for (var part : item.path("content")) {
            text(part, "text").ifPresent(text -> words.append(text).append('\n'));
        }
        return words.toString().strip();
    }

    private static Metadata note(String name, String value) {
        return fitted(JsonNodeFactory.instance.objectNode().put(name, value));
    }

    private static Metadata fitted(ObjectNode note) {
        return Metadata.of(note);
    }

    private static Optional<String> text(JsonNode from, String field) {
        return ClaudeHooks.text(from, field);
    }

    private static String cut(String text, int bytes) {
        return HookMetadata.cut(text, bytes);
    }
}
