package dev.proa.eventlog;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The calls of tools that a history has told of without their answers; a bounded number. */
final class OpenCalls {
    /** An agent that has not been answered so many calls will not be answered the first of them. */
    private static final int MOST = 64;

    /**
     * A call.
     *
     * @param eventId of the event that it becomes
     * @param kept what it was used on
     */
    record Call(
            String id,
            String eventId,
            @Nullable String tool,
            Scene scene,
            ObjectNode kept,
            NewEvent.Edit edit) {

        /** What the call has become. */
        NewEvent answered(Answer answer) {
            var failed = answer.status().equals("error");
            var lines = answer.lines().orElse(new ChangedLines(edit.added(), edit.removed()));
            var edits = edit.file() != null && !failed;
            if (edits) {
                kept.put("lines_added", lines.added());
                kept.put("lines_removed", lines.removed());
            }
            answer.error().ifPresent(text -> kept.put("error", text));
            var end = answer.millis() == null ? scene.millis() : answer.millis();
            return scene.at(end)
                    .draft("tool_use")
                    .id(eventId)
                    .tool(tool)
                    .status(answer.status())
                    .durationMs(answer.duration(scene.millis()))
                    .metadata(kept)
                    .edit(
                            edits
                                    ? new NewEvent.Edit(edit.file(), lines.added(), lines.removed())
                                    : NewEvent.Edit.NONE)
                    .event();
        }

        /** The event of a call whose answer is not known. */
        NewEvent unanswered() {
            kept.put("unanswered", true);
            return answered(new Answer(null, "success", Optional.empty(), Optional.empty(), null));
        }
    }

    /**
     * What came of a call.
     *
     * @param millis when; null if unknown
     * @param durationMs as the agent measured it; null if it did not
     */
    record Answer(
            @Nullable Long millis,
            String status,
            Optional<ChangedLines> lines,
            Optional<String> error,
            @Nullable Long durationMs) {
        @Nullable Long duration(@Nullable Long begun) {
            if (durationMs != null || millis == null || begun == null) {
                return durationMs;
            }
            return Math.max(0, millis - begun);
        }
    }

    private final Map<String, Call> calls = new LinkedHashMap<>();

    /** Keeps a call; gives the oldest one when there are too many. */
    Optional<Call> begin(Call call) {
        calls.put(call.id(), call);
        return calls.size() > MOST ? take(calls.keySet().iterator().next()) : Optional.empty();
    }

    Optional<Call> take(String id) {
        return Optional.ofNullable(calls.remove(id));
    }

    boolean isEmpty() {
        return calls.isEmpty();
    }

    /** Every call, which are then forgotten. */
    List<Call> takeAll() {
        var all = List.copyOf(calls.values());
        calls.clear();
        return all;
    }

    ArrayNode json() {
        var all = JsonNodeFactory.instance.arrayNode();
        for (var call : calls.values()) {
            var json = all.addObject();
            json.put("id", call.id());
            json.put("event", call.eventId());
            json.put("tool", call.tool());
            json.set("scene", call.scene().json());
            json.set("kept", call.kept());
            json.put("file", call.edit().file());
            json.put("added", call.edit().added());
            json.put("removed", call.edit().removed());
        }
        return all;
    }

    static OpenCalls of(JsonNode json) {
        var open = new OpenCalls();
        var found = new ArrayList<Call>();
        for (var call : json) {
            if (call.path("kept") instanceof ObjectNode kept) {
                found.add(
                        new Call(
                                call.path("id").asString(""),
                                call.path("event").asString(""),
                                ClaudeHooks.text(call, "tool").orElse(null),
                                Scene.of(call.path("scene")),
                                kept,
                                new NewEvent.Edit(
                                        ClaudeHooks.text(call, "file").orElse(null),
                                        call.path("added").asLong(0),
                                        call.path("removed").asLong(0))));
            }
        }
        found.forEach(open::begin);
        return open;
    }
}
