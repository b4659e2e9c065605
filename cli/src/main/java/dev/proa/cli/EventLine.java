package dev.proa.cli;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/**
 * One app event as a line for a person: when, whose, what happened to what, and with which result.
 */
final class EventLine {
    private static final List<String> DETAILS =
            List.of(
                    "command",
                    "file_path",
                    "prompt",
                    "message",
                    "pattern",
                    "query",
                    "url",
                    "error");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final int LONGEST_DETAIL = 100;

    private EventLine() {}

    static String of(JsonNode event, ZoneId zone) {
        var tool = event.path("tool_name").asString("");
        var what = tool.isEmpty() ? event.path("event_type").asString("") : tool;
        var status = event.path("status").asString("");
        var line =
                "%-8s  %-12s  %-14s  %s"
                        .formatted(
                                time(event.path("created_at").asString(""), zone),
                                cut(event.path("session_id").asString(""), 12),
                                cut(what, 14),
                                detail(event.path("metadata")));
        return (status.equals("success") || status.isEmpty() ? line : line + "  [" + status + "]")
                .stripTrailing();
    }

    private static String time(String created, ZoneId zone) {
        try {
            return TIME.format(Instant.parse(created).atZone(zone));
        } catch (DateTimeParseException e) {
            return created;
        }
    }

    private static String detail(JsonNode metadata) {
        return DETAILS.stream()
                .map(name -> metadata.path(name).asString(""))
                .filter(text -> !text.isEmpty())
                .findFirst()
                .map(text -> cut(text.replaceAll("\\s+", " "), LONGEST_DETAIL))
                .orElse("");
    }

    private static String cut(String text, int longest) {
        var shown = text.replaceAll("\\p{Cntrl}", "");
        return shown.length() <= longest ? shown : shown.substring(0, longest - 1) + "…";
    }
}
