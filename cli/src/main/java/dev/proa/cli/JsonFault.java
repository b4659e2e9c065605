package dev.proa.cli;

import dev.proa.core.ProaException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;

/**
 * Says in plain words why a text is not strict JSON: the parser's own words are for programmers.
 */
final class JsonFault {
    private static final String LEFT_ALONE = " (the file was left as it is)";

    private static final int LONGEST_WORD = 20;

    private JsonFault() {}

    static ProaException of(String file, String text, JacksonException e) {
        int reported = e.getLocation() == null ? 0 : (int) e.getLocation().getCharOffset();
        int at = Math.clamp(reported, 0, text.length());
        if (e instanceof StreamConstraintsException) {
            return fault(file, text, at, "the document is too deep or too large", "Simplify it");
        }
        if (e instanceof UnexpectedEndOfInputException || at >= text.stripTrailing().length()) {
            return fault(
                    file,
                    text,
                    text.stripTrailing().length(),
                    "the text ends before the JSON value does",
                    "Add the missing bracket or quote");
        }
        var message = e.getOriginalMessage();
        if (message.startsWith("Duplicate")) {
            return duplicate(file, text, at);
        }
        return unexpected(file, text, at);
    }

    private static ProaException duplicate(String file, String text, int at) {
        // The parser has read the second name; it begins at the quote before.
        int close = text.lastIndexOf('"', Math.max(at - 1, 0));
        int open = close;
        do {
            open = text.lastIndexOf('"', open - 1);
        } while (open > 0 && text.charAt(open - 1) == '\\');
        var name = open < 0 ? "" : text.substring(open, close + 1);
        return fault(
                file,
                text,
                Math.max(open, 0),
                "the key " + name + " stands here a second time",
                "Keep one of the two");
    }

    private static ProaException unexpected(String file, String text, int reported) {
        // Depending on the fault the parser stands on the character or behind it.
        for (int at = reported; at >= 0 && at >= reported - 1; at--) {
            char c = text.charAt(at);
            if (c == '/' || c == '#') {
                return fault(file, text, at, "a comment was found; JSON has none", "Remove it");
            }
            if ((c == '}' || c == ']') && lastBefore(text, at) == ',') {
                int comma = text.lastIndexOf(',', at);
                return fault(
                        file,
                        text,
                        comma,
                        "a comma stands before the closing bracket",
                        "Remove it");
            }
        }
        int start = reported;
        while (start > 0 && Character.isLetterOrDigit(text.charAt(start - 1))) {
            start--;
        }
        return fault(
                file,
                text,
                start,
                shown(text, start) + " was found where JSON allows none",
                "Correct the text there");
    }

    private static String shown(String text, int start) {
        int c = text.codePointAt(start);
        if (Character.isISOControl(c)) {
            return "a control character U+%04X".formatted(c);
        }
        int end = text.offsetByCodePoints(start, 1);
        while (end < text.length()
                && end - start < LONGEST_WORD
                && Character.isLetterOrDigit(c)
                && Character.isLetterOrDigit(text.charAt(end))) {
            end++;
        }
        return "\"" + text.substring(start, end) + "\"";
    }

    private static char lastBefore(String text, int at) {
        var before = text.substring(0, at).stripTrailing();
        return before.isEmpty() ? '\0' : before.charAt(before.length() - 1);
    }

    private static ProaException fault(
            String file, String text, int at, String what, String remedy) {
        return JsonText.problem(file, text, at, "", what + LEFT_ALONE, remedy);
    }
}
