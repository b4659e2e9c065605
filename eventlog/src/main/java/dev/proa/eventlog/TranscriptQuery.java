package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/** A session as a conversation, oldest first. */
final class TranscriptQuery {
    /** What one answer holds at most. */
    private static final int MOST_ENTRIES = 10_000;

    private static final long MOST_CHARACTERS = 16L * 1024 * 1024;

    /** Where an entry's text is, the most telling first; prompts have it in {@code message}. */
    private static final List<String> DETAILS =
            List.of("content_preview", "command", "file_path", "pattern", "query");

    private final List<EventRow> rows = new ArrayList<>();
    private boolean more;

    /** The events of a session after one of them, as many as are asked for and fit. */
    static TranscriptQuery read(Connection connection, String session, int after, int limit)
            throws SQLException {
        var transcript = new TranscriptQuery();
        try (var statement =
                connection.prepareStatement(
                        "SELECT %s FROM events WHERE session_id = ? AND id > ? ORDER BY id LIMIT ?"
                                .formatted(Columns.EVENT))) {
            var most = Math.min(limit, MOST_ENTRIES);
            statement.setString(1, session);
            statement.setInt(2, after);
            statement.setInt(3, most + 1);
            var room = MOST_CHARACTERS;
            try (var found = statement.executeQuery()) {
                while (found.next()) {
                    if (transcript.rows.size() == most || room <= 0) {
                        transcript.more = true;
                        break;
                    }
                    var row = Columns.event(found);
                    room -= row.metadata().length();
                    transcript.rows.add(row);
                }
            }
        }
        return transcript;
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    void write(JsonGenerator out, String session) {
        out.writeStartObject();
        out.writeStringProperty("session_id", session);
        out.writeName("entries");
        out.writeStartArray();
        rows.forEach(row -> entry(out, row));
        out.writeEndArray();
        if (more) {
            out.writeNumberProperty("next_after", rows.getLast().id());
        }
        out.writeEndObject();
    }

    private static void entry(JsonGenerator out, EventRow row) {
        var texts = EventTexts.of(row.eventType(), row.status(), row.metadata());
        var metadata = metadata(row.metadata());
        var detail = detail(row.eventType(), metadata);
        var at = Json.iso(row.happenedMillis());
        out.writeStartObject();
        out.writeNumberProperty("event_id", row.id());
        out.writeStringProperty("role", role(row.eventType()));
        out.writeStringProperty("type", row.eventType());
        if (row.toolName() != null) {
            out.writeStringProperty("tool_name", row.toolName());
        }
        if (detail != null) {
            out.writeStringProperty("detail", detail);
        }
        out.writeStringProperty("status", row.status());
        if (row.model() != null) {
            out.writeStringProperty("model", row.model());
        }
        positive(out, "tokens_in", row.tokensIn());
        positive(out, "tokens_out", row.tokensOut());
        var cost = row.costNanos();
        if (cost != null && cost > 0) {
            Json.dollars(out, "cost_usd", cost);
        }
        var duration = row.durationMs();
        if (duration != null) {
            out.writeNumberProperty("duration_ms", duration);
        }
        out.writeStringProperty("timestamp", at);
        out.writeStringProperty("at", at);
        Json.text(out, "subagent", row.identity().subagent());
        Json.text(out, "diff", texts.diff());
        if (metadata != null) {
            var edit = Contract.edit(row.toolName(), metadata);
            positive(out, "lines_added", edit.added());
            positive(out, "lines_removed", edit.removed());
        }
        if (texts.error() != null && !texts.error().equals(detail)) {
            out.writeStringProperty("error", texts.error());
        }
        if (!row.usage().counted()) {
            out.writeBooleanProperty("counted", false);
        }
        out.writeEndObject();
    }

    private static void positive(JsonGenerator out, String name, long number) {
        if (number > 0) {
            out.writeNumberProperty(name, number);
        }
    }

    static String role(String eventType) {
        return switch (eventType) {
            case "session_start", "session_end" -> "system";
            case "user_prompt" -> "user";
            case "tool_use" -> "tool";
            default -> "assistant";
        };
    }

    private static @Nullable JsonNode metadata(String json) {
        try {
            return Json.read(json);
        } catch (JacksonException e) {
            return null;
        }
    }

    static @Nullable String detail(String eventType, @Nullable JsonNode metadata) {
        if (metadata == null) {
            return null;
        }
        var prompt = text(metadata, "message");
        if (prompt != null && eventType.equals("user_prompt")) {
            return prompt;
        }
        for (var name : DETAILS) {
            var text = text(metadata, name);
            if (text != null) {
                return text;
            }
        }
        var error = text(metadata, "error");
        var message = error == null ? text(metadata.path("error"), "message") : error;
        if (message != null) {
            return message;
        }
        var diff = text(metadata, "diff_preview");
        // Beyond the contract: sources have more names for the same.
        return diff != null ? diff : further(eventType, metadata);
    }

    private static @Nullable String further(String eventType, JsonNode metadata) {
        for (var name : List.of("message", "prompt", "text", "step", "path", "url", "skill")) {
            var text = text(metadata, name);
            if (text != null && !(eventType.equals("tool_use") && name.equals("message"))) {
                return text;
            }
        }
        return null;
    }

    private static @Nullable String text(JsonNode node, String name) {
        var value = node.path(name);
        return value.isString() && !value.stringValue().isEmpty() ? value.stringValue() : null;
    }
}
