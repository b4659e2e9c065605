package dev.proa.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The value of {@code If-Match} or {@code If-None-Match}: tags as they are written, or any. A value
 * that is no list of tags names none.
 */
record EntityTags(boolean any, List<String> tags) {
    private static final Pattern TAG = Pattern.compile("(?:W/)?\"[\\x21\\x23-\\x7e\\x80-\\xff]*\"");
    private static final Pattern BETWEEN = Pattern.compile("[ \\t]*(?:,[ \\t]*)*");

    EntityTags {
        tags = List.copyOf(tags);
    }

    static EntityTags of(List<String> lines) {
        var value = String.join(",", lines).strip();
        if (value.equals("*")) {
            return new EntityTags(true, List.of());
        }
        var tags = new ArrayList<String>();
        var tag = TAG.matcher(value);
        var between = BETWEEN.matcher(value);
        var at = 0;
        while (at < value.length()) {
            if (!tag.region(at, value.length()).lookingAt()) {
                return new EntityTags(false, List.of());
            }
            tags.add(tag.group());
            between.region(tag.end(), value.length()).lookingAt();
            at = between.end();
        }
        return new EntityTags(false, tags);
    }

    /** RFC 9110 section 8.8.3.2, strong comparison; ours are all strong. */
    boolean hasStrong(String tag) {
        return any || tags.contains(tag);
    }

    /** The same, weak comparison. */
    boolean hasWeak(String tag) {
        return any || tags.contains(tag) || tags.contains("W/" + tag);
    }
}
