package dev.proa.eventlog;

import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/**
 * What a sender adds to an event, as JSON text within a cap.
 *
 * @param truncated whether the text stands for something longer
 */
record Metadata(String json, boolean truncated) {
    /** The contract's cap in bytes of UTF-8. */
    static final int CAP = 10 * 1024;

    private static final List<String> KEPT =
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

    /** Fits a value under {@code cap} bytes: as it is, as a summary, or as nothing. */
    static Metadata of(JsonNode value, int cap) {
        return of(value, cap, KEPT);
    }

    /** As {@link #of(JsonNode, int)}, with other keys for the summary. */
    static Metadata of(JsonNode value, int cap, List<String> kept) {
        if (value.isMissingNode() || value.isNull()) {
            return EMPTY;
        }
        var whole = value.toString();
        var bytes = length(whole);
        if (bytes <= cap) {
            return new Metadata(whole, false);
        }
        var summary = summary(value, bytes, kept);
        if (length(summary) > cap) {
            summary = Json.text(out -> Json.object(out, o -> mark(o, bytes)));
        }
        return new Metadata(length(summary) > cap ? "{}" : summary, true);
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
