package dev.proa.eventlog;

import dev.proa.core.ProseRedaction;
import dev.proa.eventlog.SettingValues.Kept;
import dev.proa.eventlog.SettingValues.PrivacyRule;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * Applies a rule of privacy to one JSON value, such as an event's metadata or a span's attributes.
 * What is left out or cut is named in {@code _left_out} and {@code _cut} of the object it was in.
 */
final class PrivateTexts {
    /** What people ask for, whatever event it is in. */
    private static final Set<String> PROMPTS =
            Set.of(
                    "prompt",
                    "prompts",
                    "user_prompt",
                    "initial_prompt",
                    "input-messages",
                    "input_messages",
                    "custom_instructions",
                    "codex.prompt",
                    "gen_ai.prompt",
                    "gen_ai.content.prompt",
                    "gen_ai.input.messages",
                    "gen_ai.system_instructions");

    /** What models and tools answer, whatever event it is in. */
    private static final Set<String> OUTPUTS =
            Set.of(
                    "response",
                    "output",
                    "outputs",
                    "result",
                    "results",
                    "tool_response",
                    "tool_result",
                    "stdout",
                    "stderr",
                    "error",
                    "error_details",
                    "error.message",
                    "diff",
                    "diff_preview",
                    "completion",
                    "answer",
                    "compact_summary",
                    "last_assistant_message",
                    "last-assistant-message",
                    "gen_ai.completion",
                    "gen_ai.content.completion",
                    "gen_ai.output.messages");

    /** Texts that are what the event is: a prompt's words in a prompt, else an answer's. */
    private static final Set<String> WORDS =
            Set.of("message", "messages", "text", "content", "content_preview", "body");

    private final PrivacyRule rule;
    private final boolean prompt;
    private boolean shortened;

    PrivateTexts(PrivacyRule rule, String eventType) {
        this.rule = rule;
        this.prompt = eventType.equals("user_prompt");
    }

    /** Whether the last value was made shorter. */
    boolean shortened() {
        return shortened;
    }

    /** Whether texts stay as long as they are. */
    static boolean whole(PrivacyRule rule) {
        return rule.prompts() == Kept.KEEP && rule.outputs() == Kept.KEEP;
    }

    JsonNode of(JsonNode value) {
        if (value.isString()) {
            return bare(value.stringValue());
        }
        return value(value, Kept.KEEP);
    }

    /** A text that is all there is. */
    private JsonNode bare(String text) {
        var kept = prompt ? rule.prompts() : rule.outputs();
        shortened |= kept == Kept.DROP;
        return StringNode.valueOf(kept == Kept.DROP ? "" : fitted(redacted(text), kept));
    }

    private JsonNode value(JsonNode value, Kept kept) {
        return switch (value) {
            case ObjectNode object -> object(object, kept);
            case ArrayNode array -> {
                var items = JsonNodeFactory.instance.arrayNode(array.size());
                array.forEach(item -> items.add(value(item, kept)));
                yield items;
            }
            case StringNode text -> StringNode.valueOf(fitted(redacted(text.stringValue()), kept));
            default -> value;
        };
    }

    private ObjectNode object(ObjectNode object, Kept around) {
        var members = JsonNodeFactory.instance.objectNode();
        var leftOut = new TreeSet<String>();
        var cut = new TreeSet<String>();
        for (var e : object.properties()) {
            var name = e.getKey();
            var kept = stricter(around, kept(name));
            var shown = shown(name, members);
            if (kept == Kept.DROP) {
                leftOut.add(name);
                shortened = true;
            } else if (rule.redact() && ProseRedaction.secret(name)) {
                members.set(shown, hidden(e.getValue()));
            } else if (e.getValue().isString()) {
                var text = redacted(name, e.getValue().stringValue());
                var fitted = fitted(text, kept);
                if (fitted.length() < text.length()) {
                    cut.add(shown);
                }
                members.put(shown, fitted);
            } else {
                members.set(shown, value(e.getValue(), kept));
            }
        }
        note(members, "_left_out", leftOut);
        note(members, "_cut", cut);
        return members;
    }

    /** A member's name without secrets in it; members that differed in those stay apart. */
    private String shown(String name, ObjectNode beside) {
        var clean = redacted(name);
        var shown = clean;
        for (var n = 2; !clean.equals(name) && beside.has(shown); n++) {
            shown = clean + " (" + n + ")";
        }
        return shown;
    }

    private static void note(ObjectNode members, String as, Set<String> names) {
        if (!names.isEmpty()) {
            names.forEach(members.putArray(as)::add);
        }
    }

    private Kept kept(String name) {
        if (PROMPTS.contains(name)) {
            return rule.prompts();
        }
        if (OUTPUTS.contains(name)) {
            return rule.outputs();
        }
        if (WORDS.contains(name)) {
            return prompt ? rule.prompts() : rule.outputs();
        }
        return Kept.KEEP;
    }

    private static Kept stricter(Kept one, Kept other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    /** Everything under the name of a secret; what can be none, such as a count, stays. */
    private JsonNode hidden(JsonNode value) {
        return switch (value) {
            case ObjectNode object -> {
                var members = JsonNodeFactory.instance.objectNode();
                for (var e : object.properties()) {
                    members.set(shown(e.getKey(), members), hidden(e.getValue()));
                }
                yield members;
            }
            case ArrayNode array -> {
                var items = JsonNodeFactory.instance.arrayNode(array.size());
                array.forEach(item -> items.add(hidden(item)));
                yield items;
            }
            case StringNode text -> StringNode.valueOf(text.stringValue().isBlank() ? "" : "***");
            default -> value;
        };
    }

    private String redacted(String text) {
        return rule.redact() ? ProseRedaction.of(text) : text;
    }

    private String redacted(String name, String text) {
        return rule.redact() ? ProseRedaction.of(name, text) : text;
    }

    /** Redacted first: half of a secret is not known by its look. */
    private String fitted(String text, Kept kept) {
        if (kept != Kept.CUT) {
            return text;
        }
        var fitted = HookMetadata.cut(text, rule.cutAt());
        shortened |= fitted.length() < text.length();
        return fitted;
    }
}
