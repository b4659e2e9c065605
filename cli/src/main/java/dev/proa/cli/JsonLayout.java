package dev.proa.cli;

import dev.proa.cli.JsonText.Child;
import dev.proa.cli.JsonText.Container;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/**
 * How a JSON text is laid out, so that what is added looks like what is there. Edits touch only the
 * characters of what is added or removed.
 *
 * @param newline the line end of the text
 * @param unit one step of indentation
 * @param lines whether values stand on lines of their own
 * @param space what follows a colon
 */
record JsonLayout(String newline, String unit, boolean lines, String space) {
    private static final JsonMapper MAPPER = new JsonMapper();

    /** A new file: two spaces, one member a line. */
    static final JsonLayout FRESH = new JsonLayout("\n", "  ", true, " ");

    /** What the text does already; where it shows nothing, what {@link #FRESH} does. */
    static JsonLayout of(JsonText json) {
        var text = json.text();
        int firstLine = text.indexOf('\n');
        var newline = firstLine > 0 && text.charAt(firstLine - 1) == '\r' ? "\r\n" : "\n";
        if (!(json.root() instanceof Container root) || root.children().isEmpty()) {
            return new JsonLayout(newline, FRESH.unit, true, FRESH.space);
        }
        var first = root.children().getFirst();
        var gap = text.substring(root.start() + 1, first.start());
        var unit = FRESH.unit;
        if (gap.contains("\n")) {
            var outer = indentAt(text, root.start());
            var inner = gap.substring(gap.lastIndexOf('\n') + 1);
            unit = inner.startsWith(outer) ? inner.substring(outer.length()) : inner;
        }
        var space = Character.isWhitespace(text.charAt(first.value().start() - 1)) ? " " : "";
        return new JsonLayout(newline, unit, gap.contains("\n"), space);
    }

    /** The text with a member added at the end of an object. */
    String add(String text, Container object, String name, Object value) {
        return extend(text, object, quoted(name) + ":" + space, value);
    }

    /** The text with an element added at the end of an array. */
    String append(String text, Container array, Object value) {
        return extend(text, array, "", value);
    }

    private String extend(String text, Container into, String label, Object value) {
        if (into.children().isEmpty()) {
            var indent = indentAt(text, into.start());
            var inner = indent + unit;
            var content =
                    lines
                            ? newline
                                    + inner
                                    + label
                                    + render(value, inner, true)
                                    + newline
                                    + indent
                            : label + render(value, "", false);
            return replace(text, into.start() + 1, into.end() - 1, content);
        }
        var last = into.children().getLast();
        var gap = gapBefore(text, last.start());
        var content = "," + space + label + render(value, "", false);
        if (gap.contains("\n")) {
            var indent = gap.substring(gap.lastIndexOf('\n') + 1);
            content = "," + newline + indent + label + render(value, indent, true);
        }
        return replace(text, last.end(), last.end(), content);
    }

    /** The text without one child of a container, and without the comma that held it. */
    static String remove(String text, Container from, Child child) {
        List<? extends Child> all = from.children();
        int i = all.indexOf(child);
        if (i > 0) {
            return replace(text, all.get(i - 1).end(), child.end(), "");
        }
        return all.size() > 1
                ? replace(text, child.start(), all.get(1).start(), "")
                : replace(text, from.start() + 1, from.end() - 1, "");
    }

    static String replace(String text, int start, int end, String by) {
        return text.substring(0, start) + by + text.substring(end);
    }

    static String quoted(String string) {
        return MAPPER.writeValueAsString(string);
    }

    private String render(Object value, String indent, boolean spread) {
        return switch (value) {
            case Map<?, ?> map ->
                    block(
                            "{",
                            map.entrySet().stream()
                                    .map(e ->
                                            quoted(e.getKey().toString())
                                                    + ":"
                                                    + space
                                                    + render(e.getValue(), indent + unit, spread))
                                    .toList(),
                            "}",
                            indent,
                            spread);
            case List<?> list ->
                    block(
                            "[",
                            list.stream().map(e -> render(e, indent + unit, spread)).toList(),
                            "]",
                            indent,
                            spread);
            default -> MAPPER.writeValueAsString(value);
        };
    }

    private String block(
            String open, List<String> parts, String close, String indent, boolean spread) {
        if (!spread) {
            return parts.stream().collect(Collectors.joining("," + space, open, close));
        }
        var line = newline + indent + unit;
        return parts.stream()
                .collect(Collectors.joining("," + line, open + line, newline + indent + close));
    }

    private static String gapBefore(String text, int offset) {
        int start = offset;
        while (start > 0 && " \t\r\n".indexOf(text.charAt(start - 1)) >= 0) {
            start--;
        }
        return text.substring(start, offset);
    }

    private static String indentAt(String text, int offset) {
        int line = text.lastIndexOf('\n', offset - 1) + 1;
        int end = line;
        while (end < offset && " \t".indexOf(text.charAt(end)) >= 0) {
            end++;
        }
        return text.substring(line, end);
    }
}
