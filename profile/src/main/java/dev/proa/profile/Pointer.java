package dev.proa.profile;

import java.util.regex.Pattern;

/** JSON pointers, RFC 6901. */
final class Pointer {
    private static final Pattern SYNTAX = Pattern.compile("(/([^~]|~0|~1)*)?", Pattern.DOTALL);

    private Pointer() {}

    static String child(String pointer, String name) {
        return pointer + "/" + name.replace("~", "~0").replace("/", "~1");
    }

    static String child(String pointer, int index) {
        return pointer + "/" + index;
    }

    /** Whether {@code text} is one: empty, or a slash with every {@code ~} escaped. */
    static boolean valid(String text) {
        return SYNTAX.matcher(text).matches();
    }
}
