package dev.proa.eventlog;

import java.util.ArrayList;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A call of a tool as a rollout of Codex has it.
 *
 * @param command what it runs; empty if it runs nothing
 * @param patch what it changes in files
 */
record CodexCall(String tool, ObjectNode kept, String command, Optional<CodexPatch> patch) {
    private static final String PATCHES = "apply_patch";
    private static final int LONGEST_TEXT = 2_500;
    private static final int LONGEST_ERROR = 500;
    private static final Pattern EXIT =
            Pattern.compile("(?m)^(?:Exit code:|Process exited with code) (-?\\d{1,9})\\s*$");
    private static final Pattern WALL =
            Pattern.compile("(?m)^Wall time: (\\d{1,9}(?:\\.\\d{1,9})?) seconds\\s*$");

    /** Reads a {@code function_call}, {@code custom_tool_call} or {@code local_shell_call}. */
    static CodexCall of(JsonNode item) {
        var shell = ClaudeHooks.text(item, "type").orElse("").equals("local_shell_call");
        var name = ClaudeHooks.text(item, "name").orElse(shell ? "local_shell" : "unknown");
        var input = shell ? item.path("action") : input(item);
        var command = command(input);
        var patch =
                name.equals(PATCHES)
                        ? CodexPatch.in(input.isString() ? input.stringValue() : input.toString())
                                .or(() -> CodexPatch.in(text(input, "input")))
                        : CodexPatch.in(command.contains(PATCHES) ? command : "");
        var kept = ToolInput.kept(input);
        if (!command.isEmpty() && patch.isEmpty()) {
            kept.put("command", HookMetadata.cut(command, LONGEST_TEXT));
        }
        patch.ifPresent(found -> {
            kept.put("file_path", HookMetadata.cut(found.files().getFirst(), LONGEST_TEXT));
            if (found.files().size() > 1) {
                var files = kept.putArray("files");
                found.files().stream().limit(50).forEach(files::add);
            }
        });
        return new CodexCall(patch.isPresent() ? PATCHES : name, kept, command, patch);
    }

    /** Arguments are JSON inside a text. */
    private static JsonNode input(JsonNode item) {
        var arguments =
                ClaudeHooks.text(item, "arguments").or(() -> ClaudeHooks.text(item, "input"));
        var nodes = JsonNodeFactory.instance;
        if (arguments.isEmpty()) {
            return nodes.objectNode();
        }
        try {
            var value = BodyText.sound(arguments.get());
            return value.isObject() ? value : nodes.stringNode(arguments.get());
        } catch (JacksonException e) {
            return nodes.stringNode(arguments.get());
        }
    }

    private static String command(JsonNode input) {
        var words = input.path("command");
        if (!words.isArray()) {
            return ClaudeHooks.text(input, "cmd").orElse(text(input, "command"));
        }
        var parts = new ArrayList<String>();
        words.forEach(word -> parts.add(word.asString("")));
        // bash -lc SCRIPT
        var script = parts.size() == 3 && parts.get(1).matches("-l?c");
        return script ? parts.get(2) : String.join(" ", parts);
    }

    private static String text(JsonNode input, String field) {
        return ClaudeHooks.text(input, field).orElse("");
    }

    NewEvent.Edit edit() {
        return patch.map(found ->
                        new NewEvent.Edit(
                                found.files().getFirst(),
                                found.lines().added(),
                                found.lines().removed()))
                .orElse(NewEvent.Edit.NONE);
    }

    /** What a {@code function_call_output} or {@code custom_tool_call_output} says. */
    static OpenCalls.Answer answer(JsonNode item, @Nullable Long millis) {
        var output = item.path("output");
        var text = output.isString() ? output.stringValue() : ToolInput.words(output);
        var details = details(output, text);
        var code = details.path("metadata").path("exit_code");
        var seconds = details.path("metadata").path("duration_seconds");
        var exit = EXIT.matcher(text);
        var wall = WALL.matcher(text);
        var failed =
                code.isNumber() ? code.asInt(0) != 0 : exit.find() && !exit.group(1).equals("0");
        failed |= !details.path("success").asBoolean(true);
        failed |= text.startsWith("apply_patch verification failed");
        Long duration = null;
        if (seconds.isNumber()) {
            duration = Math.round(seconds.asDouble(0) * 1000);
        } else if (wall.find()) {
            duration = Math.round(Double.parseDouble(wall.group(1)) * 1000);
        }
        var words = ClaudeHooks.text(details, "output").orElse(text);
        return new OpenCalls.Answer(
                millis,
                failed ? "error" : "success",
                Optional.empty(),
                failed
                        ? Optional.of(HookMetadata.cut(words.strip(), LONGEST_ERROR))
                        : Optional.empty(),
                duration == null || duration < 0 ? null : duration);
    }

    private static JsonNode details(JsonNode output, String text) {
        if (!output.isString() || !text.startsWith("{")) {
            return output;
        }
        try {
            return BodyText.sound(text);
        } catch (JacksonException e) {
            return output;
        }
    }
}
