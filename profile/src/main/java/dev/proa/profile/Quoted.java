package dev.proa.profile;

/** A text of a file as a message shows it: quoted, on one line, and not longer than a line. */
final class Quoted {
    private static final int LONGEST = 80;

    private Quoted() {}

    /** Without quotes: a line stays a line, whatever the text holds. */
    static String printable(String text) {
        var out = new StringBuilder();
        text.codePoints().forEach(c -> append(out, c));
        return out.toString();
    }

    static String of(String text) {
        var out = new StringBuilder("\"");
        text.codePoints().limit(LONGEST).forEach(c -> append(out, c));
        return out.append(text.codePointCount(0, text.length()) > LONGEST ? "…\"" : "\"")
                .toString();
    }

    private static void append(StringBuilder out, int c) {
        switch (c) {
            case '\n' -> out.append("\\n");
            case '\t' -> out.append("\\t");
            case '\r' -> out.append("\\r");
            default -> {
                // Control and format characters could forge a line or turn its direction around.
                int type = Character.getType(c);
                if (Character.isISOControl(c)
                        || type == Character.FORMAT
                        || type == Character.LINE_SEPARATOR
                        || type == Character.PARAGRAPH_SEPARATOR
                        || type == Character.SURROGATE) {
                    out.append("\\u").append("%04x".formatted(c));
                } else {
                    out.appendCodePoint(c);
                }
            }
        }
    }
}
