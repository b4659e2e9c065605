package dev.proa.eventlog;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is kept of a log record beside the fields of an event: what its body and its attributes say
 * and no field holds, under their own names, the body's first; who the user is; the prompt as
 * {@code message}; and what a tool was used on, under the names that hooks have for it.
 */
final class OtlpMetadata {
    /** Fields of the event; those of the body count only there, as the contract has it. */
    private static final Set<String> FIELDS =
            Stream.of(
                            OtlpField.SESSION,
                            OtlpField.EVENT,
                            OtlpField.TOOL,
                            OtlpField.MODEL,
                            OtlpField.TOKENS_IN,
                            OtlpField.TOKENS_OUT,
                            OtlpField.CACHE_READ,
                            OtlpField.CACHE_WRITE,
                            OtlpField.CACHE_READ_OF_INPUT,
                            OtlpField.CACHE_WRITE_OF_INPUT,
                            OtlpField.COST,
                            OtlpField.DURATION,
                            OtlpField.PROJECT,
                            OtlpField.BRANCH,
                            OtlpField.TIME)
                    .flatMap(field -> field.names().stream())
                    .filter(name -> !name.equals("name"))
                    .collect(Collectors.toUnmodifiableSet());

    /** The same user's, whatever happens. */
    private static final List<String> USER =
            List.of("user.id", "user.account_id", "user.account_uuid", "user.email", "enduser.id");

    private static final Set<String> PROMPTS = Set.copyOf(OtlpField.PROMPT.names());
    private static final List<String> TOOL_INPUTS =
            List.of("tool_input", "tool_parameters", "arguments", "gen_ai.tool.call.arguments");
    private static final List<String> REDACTED = List.of("<REDACTED>", "[REDACTED]");
    private static final int LONGEST_TEXT = 2_500;
    private static final int LONGEST_PREVIEW = 500;

    private final OtlpItem item;
    private final boolean asked;
    private final boolean used;
    private final ObjectNode kept = JsonNodeFactory.instance.objectNode();
    private boolean cut;

    /**
     * @param plain the record's body if it is a mere text, else empty
     */
    OtlpMetadata(OtlpItem item, String name, String type, String plain) {
        this.item = item;
        this.asked = type.equals("user_prompt");
        this.used = item.text(OtlpField.TOOL).isPresent();
        leftOf(item.body(), _ -> false);
        if (!plain.isBlank()) {
            put("message", plain);
        }
        if (asked) {
            prompt().ifPresent(text -> put("message", text));
        }
        if (!name.isEmpty()) {
            putIfAbsent("otel_event_name", JsonNodeFactory.instance.stringNode(name));
        }
        if (used) {
            tool();
        }
        item.text(OtlpField.ERROR_TEXT).ifPresent(text -> put("error", text));
        leftOf(item.attributes(), this::lifted);
        USER.forEach(user -> putIfAbsent(user, item.around().resource().path(user)));
    }

    ObjectNode whole() {
        return kept;
    }

    Metadata text() {
        return Metadata.of(kept).cut(cut);
    }

    private void leftOf(ObjectNode said, Predicate<String> lifted) {
        for (var field : said.properties()) {
            var name = field.getKey();
            if (!FIELDS.contains(name) && !lifted.test(name)) {
                putIfAbsent(name, field.getValue());
            }
        }
    }

    /** Whether an attribute is kept in another form. */
    private boolean lifted(String name) {
        return name.equals("name")
                || (asked && PROMPTS.contains(name))
                || (used && (TOOL_INPUTS.contains(name) || name.equals("output")));
    }

    private void putIfAbsent(String name, JsonNode value) {
        if (value.isMissingNode() || value.isNull() || kept.has(name)) {
            return;
        }
        if (value.isString()) {
            put(name, value.stringValue());
        } else {
            kept.set(name, value);
        }
    }

    private void put(String name, String value) {
        put(name, value, LONGEST_TEXT);
    }

    private void put(String name, String value, int longest) {
        var fitted = HookMetadata.cut(value, longest);
        cut |= fitted.length() < value.length();
        kept.put(name, fitted);
    }

    /** The contract's order: body, payload, attributes. Agents say so when they withhold it. */
    private Optional<String> prompt() {
        return OtlpValues.text(item.body().path("message"))
                .or(() -> OtlpValues.text(item.body().path("payload").path("message")))
                .or(() -> OtlpField.PROMPT.at(item.attributes(), OtlpValues::text))
                .filter(text -> !REDACTED.contains(text));
    }

    /** Lifts out what the tool was used on, and what it answered; its input goes no further. */
    private void tool() {
        var inputs = new ArrayList<String>();
        for (var name : TOOL_INPUTS) {
            OtlpValues.text(item.attributes().path(name))
                    .ifPresent(text -> {
                        inputs.add(text);
                        OtlpValues.parsed(text).ifPresent(this::usedOn);
                    });
        }
        for (var name : List.of("input", "arguments")) {
            OtlpValues.text(item.body().path(name)).ifPresent(inputs::add);
            OtlpValues.text(item.body().path("payload").path(name)).ifPresent(inputs::add);
        }
        if (item.text(OtlpField.TOOL).filter("apply_patch"::equals).isPresent()) {
            inputs.stream()
                    .flatMap(text -> patch(text).stream())
                    .findFirst()
                    .ifPresent(this::patched);
        }
        OtlpValues.text(item.attributes().path("output"))
                .ifPresent(text -> put("content_preview", text, LONGEST_PREVIEW));
    }

    private void usedOn(ObjectNode input) {
        for (var name : HookMetadata.TOOL_FIELDS) {
            OtlpValues.text(input.path(name)).ifPresent(text -> liftIfAbsent(name, text));
        }
        for (var name : List.of("full_command", "bash_command", "cmd")) {
            OtlpValues.text(input.path(name)).ifPresent(text -> liftIfAbsent("command", text));
        }
        for (var name : List.of("mcp_server_name", "mcp_tool_name")) {
            OtlpValues.text(input.path(name)).ifPresent(text -> liftIfAbsent(name, text));
        }
        var words = input.path("command");
        if (words.isArray()) {
            liftIfAbsent(
                    "command",
                    words.valueStream().map(JsonNode::asString).collect(Collectors.joining(" ")));
        }
    }

    private void liftIfAbsent(String name, String text) {
        if (!kept.has(name)) {
            put(name, text);
        }
    }

    /** The patch itself, or the one in an input of JSON. */
    private static Optional<PatchText> patch(String input) {
        var inner = OtlpValues.parsed(input);
        return inner.flatMap(json ->
                        OtlpValues.text(json.path("input"))
                                .or(() -> OtlpValues.text(json.path("patch"))))
                .or(() -> Optional.of(input))
                .flatMap(PatchText::of);
    }

    private void patched(PatchText patch) {
        kept.put("file_path", patch.file());
        kept.put("lines_added", patch.added());
        kept.put("lines_removed", patch.removed());
    }
}
