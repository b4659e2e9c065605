package dev.proa.eventlog;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The JSON value in a request's body, whatever content type it came with. Senders in shells quote
 * or encode it once too often; up to {@link #LEVELS} such levels are taken off.
 */
final class BodyText {
    static final int LEVELS = 3;

    private static final Pattern SURROGATE = Pattern.compile("\\\\u[dD][89a-fA-F]");

    private BodyText() {}

    /** Empty if it is not JSON. */
    static Optional<JsonNode> read(byte[] body) {
        return unnested(unmarked(new String(body, StandardCharsets.UTF_8)), LEVELS);
    }

    /** Whether halves of characters may stand in it; most texts have no escape at all. */
    private static boolean surrogates(String text) {
        return text.contains("\\u") && SURROGATE.matcher(text).find();
    }

    /** Without a byte order mark, which may be ignored (RFC 8259, 8.1). */
    static String unmarked(String text) {
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    /**
     * The value that a text is, without halves of characters.
     *
     * @throws JacksonException if it is not JSON
     */
    static JsonNode sound(String text) {
        var value = Json.read(text);
        return surrogates(text) ? wellFormed(value) : value;
    }

    private static Optional<JsonNode> unnested(String text, int levels) {
        var value = value(text);
        if (value.isPresent() && !value.get().isString()) {
            return value;
        }
        var inner = value.map(JsonNode::stringValue).or(() -> unquoted(text.strip()));
        if (inner.isEmpty() || levels == 0) {
            return value;
        }
        // A string that holds no JSON is the value itself.
        return unnested(inner.get(), levels - 1).or(() -> value);
    }

    private static Optional<JsonNode> value(String text) {
        try {
            var value = sound(text);
            return value.isMissingNode() ? Optional.empty() : Optional.of(value);
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> unquoted(String text) {
        if (text.length() < 2) {
            return Optional.empty();
        }
        var first = text.charAt(0);
        var quoted = (first == '\'' || first == '"') && text.charAt(text.length() - 1) == first;
        return quoted ? Optional.of(text.substring(1, text.length() - 1)) : Optional.empty();
    }

    /** Half of a surrogate pair cannot be written as UTF-8: it becomes a question mark. */
    private static JsonNode wellFormed(JsonNode value) {
        return Json.read(
                new String(
                        value.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
    }
}
