package dev.proa.eventlog;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A transcript of Claude Code. An answer of the model is several lines, one for each block, which
 * all repeat what the answer used; so usage carries the names of message and request. A call of a
 * tool becomes one event when its result comes. What tools answered is not kept.
 */
final class ClaudeHistory implements History {
    static final String AGENT = "claude_code";
    private static final String PREFIX = "import-cc-";
    private static final int LONGEST_PREVIEW = 500;
    private static final int LONGEST_TEXT = 2_500;

    /** Lines about the program itself. */
    private static final Set<String> BOOKKEEPING =
            Set.of(
                    "file-history-snapshot",
                    "queue-operation",
                    "progress",
                    "attachment",
                    "last-prompt",
                    "permission-mode",
                    "mode",
                    "saved_hook_context",
                    "bridge-session",
                    "agent-color",
                    "agent-name",
                    "agent-setting",
                    "pr-link",
                    "tag",
                    "");

    private final String stem;
    private final OpenCalls calls;
    private @Nullable Long lastMillis;
    private @Nullable String usageSeen;
    private @Nullable String summary;

    /**
     * A reader of one file.
     *
     * @param stem the file's name without its ending, which is the session's if no line names one
     * @param memory what another reader of this file remembers; "{}" for a new one
     */
    ClaudeHistory(String stem, String memory) {
        this.stem = stem;
        var known = Json.read(memory);
        calls = OpenCalls.of(known.path("calls"));
        var at = known.path("at");
        lastMillis = at.isNumber() ? (Long) at.longValue() : null;
        usageSeen = ClaudeHooks.text(known, "usage").orElse(null);
        summary = ClaudeHooks.text(known, "summary").orElse(null);
    }

    @Override
    public String memory() {
        var memory = JsonNodeFactory.instance.objectNode();
        memory.put("at", lastMillis);
        memory.put("usage", usageSeen);
        memory.put("summary", summary);
        memory.set("calls", calls.json());
        return memory.toString();
    }

    @Override
    public boolean unfinished() {
        return !calls.isEmpty();
    }

    @Override
    public List<NewEvent> rest() {
        return calls.takeAll().stream().map(OpenCalls.Call::unanswered).toList();
    }

    @Override
    public List<NewEvent> line(JsonNode json, long entry) {
        var line = new ClaudeLine(json);
        line.millis().ifPresent(millis -> lastMillis = millis);
        var reading = new Reading(line, entry);
        reading.read();
        return reading.events;
    }

    /** One line on its way to events. */
    private final class Reading {
        private final ClaudeLine line;
        private final long entry;
        private final Scene scene;
        private final List<NewEvent> events = new ArrayList<>();

        Reading(ClaudeLine line, long entry) {
            this.line = line;
            this.entry = entry;
            scene =
                    new Scene(
                            line.text("sessionId").orElse(stem),
                            AGENT,
                            line.project(),
                            line.branch(),
                            line.subagent(),
                            lastMillis);
        }

        void read() {
            if (line.type().equals("summary")) {
                line.text("summary").ifPresent(text -> summary = cut(text, LONGEST_PREVIEW));
            } else if (line.text("sessionId").isPresent()) {
                tellSummary();
            }
            switch (line.type()) {
                case "assistant" -> assistant();
                case "user" -> user();
                case "system" -> system();
                case "tool_use", "tool_result" -> oldCall();
                case "error" -> error(errorText());
                case "session_start", "session_end" -> add(scene.draft(line.type()), note());
                case "summary" -> {}
                default -> other();
            }
        }

        /** A summary stands above the lines of the session that it is about. */
        private void tellSummary() {
            if (summary != null) {
                var note = note().put("message", summary).put("summary", true);
                events.add(
                        scene.draft("response")
                                .id(id("summary:" + summary))
                                .metadata(note)
                                .event());
                summary = null;
            }
        }

        private void assistant() {
            if (line.says("isApiErrorMessage")) {
                error(line.words());
                return;
            }
            var uses = line.blocks("tool_use");
            var usage = usage();
            var words = line.words();
            // The call's own event shows a line that only calls a tool and repeats its usage.
            if (uses.isEmpty() || !words.isEmpty() || !usage.equals(usageSeen)) {
                var note = note();
                if (!words.isEmpty()) {
                    note.put("content_preview", cut(words, LONGEST_PREVIEW));
                }
                add(used(scene.draft("llm_response")), note);
            }
            usageSeen = usage;
            for (var use : uses) {
                call(use);
            }
        }

        private EventDraft used(EventDraft draft) {
            return draft.model(line.model().orElse(null))
                    .tokens(line.tokens())
                    .cost(line.costNanos())
                    .identity(
                            new NewEvent.Identity(
                                    ClaudeHooks.text(line.message(), "id").orElse(null),
                                    line.text("requestId").orElse(null),
                                    scene.subagent(),
                                    false));
        }

        private String usage() {
            return ClaudeHooks.text(line.message(), "id").orElse("?" + entry)
                    + " "
                    + line.tokens()
                    + " "
                    + line.costNanos();
        }

        private void call(JsonNode use) {
            var id = ClaudeHooks.text(use, "id").orElse(entry + "?");
            var tool = ClaudeHooks.text(use, "name").orElse(null);
            var kept = ToolInput.kept(use.path("input"));
            kept.put("tool_use_id", id);
            calls.begin(
                            new OpenCalls.Call(
                                    id,
                                    id("call:" + id),
                                    tool,
                                    scene,
                                    kept,
                                    ToolInput.edit(tool, use.path("input"))))
                    .ifPresent(oldest -> events.add(oldest.unanswered()));
        }

        private void user() {
            for (var result : line.blocks("tool_result")) {
                result(result);
            }
            var prompt = ClaudePrompt.of(line);
            if (prompt.isEmpty()) {
                return;
            }
            var asked = prompt.get().asked();
            var words = cut(prompt.get().words(), LONGEST_TEXT);
            // Only what a person asks is a prompt; agents ask their sub-agents, too.
            if (asked && scene.subagent() == null) {
                add(scene.draft("user_prompt"), note().put("prompt", words));
            } else {
                add(scene.draft("response"), note().put("message", words));
            }
        }

        private void result(JsonNode result) {
            var call = ClaudeHooks.text(result, "tool_use_id").flatMap(calls::take);
            if (call.isEmpty()) {
                return;
            }
            var details = line.json().path("toolUseResult");
            var failed = result.path("is_error").asBoolean(false);
            var duration = details.path("totalDurationMs");
            duration = duration.isNumber() ? duration : details.path("durationMs");
            events.add(
                    call.get()
                            .answered(
                                    new OpenCalls.Answer(
                                            lastMillis,
                                            failed ? "error" : "success",
                                            ChangedLines.patched(details.path("structuredPatch")),
                                            failed
                                                    ? Optional.of(ToolInput.words(result))
                                                    : Optional.empty(),
                                            duration.isNumber()
                                                    ? (Long) Math.max(0, duration.asLong(0))
                                                    : null)));
        }

        private void system() {
            var words = line.words();
            var subtype = line.text("subtype").orElse("");
            if (subtype.equals("api_error") || line.text("level").orElse("").equals("error")) {
                error(words.isEmpty() ? errorText() : words);
            } else if (subtype.equals("compact_boundary")) {
                add(
                        scene.draft("response"),
                        note().put("message", "The conversation was compacted"));
            } else if (subtype.equals("informational") && !words.isEmpty()) {
                add(scene.draft("response"), note().put("message", cut(words, LONGEST_PREVIEW)));
            }
        }

        /** Lines of the first versions, with calls and results at the top. */
        private void oldCall() {
            var tool = line.text("name").or(() -> line.text("tool_name")).orElse(null);
            var failed = line.says("is_error") || line.text("status").orElse("").equals("error");
            var input = line.json().path("input");
            var edit = ToolInput.edit(tool, input);
            var kept = ToolInput.kept(input);
            if (edit.file() != null) {
                kept.put("lines_added", edit.added());
                kept.put("lines_removed", edit.removed());
            }
            var duration = line.json().path("duration_ms");
            duration = duration.isNumber() ? duration : line.json().path("durationMs");
            var draft =
                    scene.draft("tool_use")
                            .tool(tool)
                            .status(failed ? "error" : "success")
                            .edit(edit)
                            .durationMs(
                                    duration.isNumber()
                                            ? (Long) Math.max(0, duration.asLong(0))
                                            : null);
            add(used(draft), kept);
        }

        private void error(String text) {
            add(
                    used(scene.draft("error")).status("error"),
                    note().put("error", cut(text, LONGEST_PREVIEW)));
        }

        private String errorText() {
            var error = line.json().path("error");
            return error.isString()
                    ? error.stringValue()
                    : ClaudeHooks.text(error, "message").orElse(error.toString());
        }

        private void other() {
            var words = line.words();
            if (!BOOKKEEPING.contains(line.type()) && !words.isEmpty()) {
                add(
                        used(scene.draft("response")),
                        note().put("content_preview", cut(words, LONGEST_PREVIEW)));
            }
        }

        private ObjectNode note() {
            return JsonNodeFactory.instance.objectNode();
        }

        private void add(EventDraft draft, ObjectNode note) {
            // A line without a name of its own has its place for one.
            var name = line.text("uuid").orElseGet(() -> place() + entry);
            events.add(draft.id(id(name)).metadata(note).event());
        }

        private String place() {
            return stem.equals(scene.session()) || line.text("sessionId").isEmpty()
                    ? ""
                    : stem + ":";
        }

        private String id(String name) {
            return Scene.id(PREFIX, "claude-code:" + scene.session() + ":" + name);
        }
    }

    private static String cut(String text, int bytes) {
        return HookMetadata.cut(text, bytes);
    }
}
