package dev.proa.gateway;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Writes scripts into a document where they run before any other: right behind the start of its
 * head, or where a parser would begin one (WHATWG HTML 13.2.6.4.2 to 13.2.6.4.4).
 */
final class FirstScripts {
    /** What may stand before the root element: a byte order mark, blanks, comments, the doctype. */
    private static final String BEFORE = "(?:\\s++|<!--.*?-->|<!doctype[^>]*+>)*+";

    private static final String ATTRIBUTES = "(?:[\\s/](?:\"[^\"]*+\"|'[^']*+'|[^>\"']++)*+)?";
    private static final Pattern START =
            Pattern.compile(
                    "\\A(?:\u00ef\u00bb\u00bf)?"
                            + BEFORE
                            + "(?:<html"
                            + ATTRIBUTES
                            + ">"
                            + BEFORE
                            + ")?(?:<head"
                            + ATTRIBUTES
                            + ">)?",
                    Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private FirstScripts() {}

    /**
     * The document with the scripts.
     *
     * @param addresses of the scripts, as they go into an attribute
     */
    static byte[] into(byte[] document, List<String> addresses) {
        if (addresses.isEmpty()) {
            return document;
        }
        // One character a byte: nothing but the place is looked for, and it is in ASCII.
        var text = new String(document, StandardCharsets.ISO_8859_1);
        var start = START.matcher(text);
        var at = start.lookingAt() ? start.end() : 0;
        var tags = new StringBuilder();
        for (var address : addresses) {
            tags.append("<script src=\"").append(address).append("\"></script>");
        }
        return (text.substring(0, at) + tags + text.substring(at))
                .getBytes(StandardCharsets.ISO_8859_1);
    }
}
