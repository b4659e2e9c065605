package dev.proa.eventlog;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** The part of a text around the first word that was looked for, with such words marked. */
record Snippet(List<Part> parts) {
    private static final int BEFORE = 60;
    private static final int LONGEST = 240;

    /** A piece of the text, as it is: whoever shows it escapes it. */
    record Part(String text, boolean match) {}

    Snippet {
        parts = List.copyOf(parts);
    }

    boolean matches() {
        return parts.stream().anyMatch(Part::match);
    }

    static Snippet of(String text, SearchWords words) {
        var found =
                SearchWords.Words.of(text).stream().filter(w -> words.matches(w.word())).toList();
        var first = found.isEmpty() ? 0 : found.getFirst().start();
        var start = border(text, Math.max(0, first - BEFORE));
        var end = border(text, Math.min(text.length(), start + LONGEST));
        var parts = new ArrayList<Part>();
        var at = start;
        for (var word : found) {
            if (word.end() > end) {
                break;
            }
            add(parts, (at == start && start > 0 ? "…" : "") + text.substring(at, word.start()));
            parts.add(new Part(text.substring(word.start(), word.end()), true));
            at = word.end();
        }
        add(
                parts,
                (at == start && start > 0 ? "…" : "")
                        + text.substring(at, end)
                        + (end < text.length() ? "…" : ""));
        return new Snippet(parts);
    }

    private static void add(List<Part> parts, String text) {
        if (!text.isEmpty()) {
            parts.add(new Part(text, false));
        }
    }

    /** A place that splits no character. */
    private static int border(String text, int at) {
        return at > 0 && at < text.length() && Character.isLowSurrogate(text.charAt(at))
                ? at - 1
                : at;
    }

    void write(JsonGenerator out) {
        out.writeStartArray();
        for (var part : parts) {
            out.writeStartObject();
            out.writeStringProperty("text", part.text());
            out.writeBooleanProperty("match", part.match());
            out.writeEndObject();
        }
        out.writeEndArray();
    }
}
