package dev.proa.eventlog;

import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/**
 * What a sender adds to an event, as JSON text. The log fits all of it under one cap, whoever sent
 * it.
 *
 * @param truncated whether the text stands for something longer
 * @param telling the keys that a summary keeps
 */
record Metadata(String json, boolean truncated, List<String> telling) {
    /** The contract's usual cap in bytes of UTF-8. */
    static final int CAP = 10 * 1024;

    /** Bytes of UTF-8 that a character of a text takes at most. */
    private static final int LONGEST_CHARACTER = 3;

    private static final List<String> TELLING =
            List.of(
                    "command",
                    "file_path",
                    "query",
                    "pattern",
                    "error",
                    "message",
                    "tool_name",
                    "path",
                    "type");

    static final Metadata EMPTY = new Metadata("{}", false);

    Metadata(String json, boolean truncated) {
        this(json, truncated, TELLING);
    }

    /** A value as it is. */
    static Metadata of(JsonNode value) {
        return value.isMissingNode() || value.isNull()
                ? EMPTY
                : new Metadata(value.toString(), false);
    }

    /** The same, with other keys for the summary. */
    Metadata telling(List<String> keys) {
        return new Metadata(json, truncated, keys);
    }

    /** The same; truncated also if a part of it was cut. */
    Metadata cut(boolean part) {
        return new Metadata(json, truncated || part, telling);
    }

    /** What of it fits under {@code cap} bytes: all, a summary, or nothing. */
    Metadata within(int cap) {
        if (json.length() <= cap / LONGEST_CHARACTER) {
            return this;
        }
        var bytes = length(json);
        if (bytes <= cap) {
            return this;
        }
        var summary = summary(Json.read(json), bytes, telling);
        if (length(summary) > cap) {
            summary = Json.text(out -> Json.object(out, o -> mark(o, bytes)));
        }
        return new Metadata(length(summary) > cap ? "{}" : summary, true, telling);
    }

    private static String summary(JsonNode value, int bytes, List<String> keys) {
        return Json.text(out ->
                Json.object(
                        out,
                        o -> {
                            mark(o, bytes);
                            for (var key : keys) {
                                value.optional(key)
                                        .ifPresent(kept -> {
                                            o.writeName(key);
                                            o.writeRawValue(kept.toString());
                                        });
                            }
                        }));
    }

    private static void mark(JsonGenerator out, int bytes) {
        out.writeBooleanProperty("_truncated", true);
        out.writeNumberProperty("_original_bytes", bytes);
    }

    private static int length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
