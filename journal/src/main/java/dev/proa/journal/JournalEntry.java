package dev.proa.journal;

import dev.proa.core.Redaction;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One entry of a journal, as it is shown.
 *
 * @param seq grows by one with each entry, over all runs of a data folder
 * @param event its kind, such as {@code sidecar_started}
 * @param text what happened, in words
 * @param json the entry as it was written, with {@code level} and {@code text} added
 */
public record JournalEntry(
        long seq, Instant at, String event, Level level, String text, ObjectNode json) {
    private static final JsonMapper JSON = new JsonMapper();

    /** How much it matters to a person. */
    public enum Level {
        /** It is as it should be. */
        INFO,
        /** Somebody may want to know. */
        WARN,
        /** Somebody has to do something. */
        ERROR;

        /** The word used in JSON and on the command line. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Reads a line; empty if it is torn, damaged or something else. */
    static Optional<JournalEntry> parse(String line, Redaction redaction) {
        try {
            if (!(JSON.readTree(line) instanceof ObjectNode object)) {
                return Optional.empty();
            }
            var seq = object.path("seq");
            var event = object.path("event").asString("");
            if (!seq.isIntegralNumber() || event.isEmpty()) {
                return Optional.empty();
            }
            var at = Instant.parse(object.path("at").asString(""));
            var clean = (ObjectNode) redacted(object, redaction);
            var level = JournalWords.level(event, clean);
            var text = redaction.of(JournalWords.text(event, clean));
            clean.put("level", level.word()).put("text", text);
            return Optional.of(new JournalEntry(seq.asLong(), at, event, level, text, clean));
        } catch (JacksonException | DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static JsonNode redacted(JsonNode node, Redaction redaction) {
        return switch (node) {
            case ObjectNode object -> {
                var copy = JsonNodeFactory.instance.objectNode();
                object.forEachEntry((name, value) -> copy.set(name, redacted(value, redaction)));
                yield copy;
            }
            case tools.jackson.databind.node.ArrayNode array -> {
                var copy = JsonNodeFactory.instance.arrayNode();
                array.forEach(value -> copy.add(redacted(value, redaction)));
                yield copy;
            }
            case tools.jackson.databind.node.StringNode text ->
                    JsonNodeFactory.instance.stringNode(redaction.of(text.asString()));
            default -> node;
        };
    }
}
