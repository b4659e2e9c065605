package dev.proa.gateway;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Tells names that a bundler made from a file's content ({@code app-BxA3k_9Z.js}, {@code
 * main.3f9a1c77.css}) from those that a person gave. To take a word for a hash would make a browser
 * keep an old file for a year; to miss a hash only makes it ask, so in doubt it is a word.
 */
final class LastingName {
    private static final Pattern STEM =
            Pattern.compile("(?:.*/)?([^/]+?)(?:\\.min)?\\.\\w{1,11}(?:\\.(?:map|br|gz))?");
    private static final Pattern HEXADECIMAL = Pattern.compile("[0-9a-f]{8,64}|[0-9A-F]{8,64}");
    private static final Pattern MIXED = Pattern.compile("[A-Za-z0-9_-]{8,43}");
    private static final Pattern WORDS =
            Pattern.compile(
                    "[A-Z]?[a-z]*(?:[_-]?[A-Z][a-z]+|[_-][a-z]+)*[_-]?[0-9]*|[A-Z_-]+[0-9]*");
    private static final Pattern LETTER = Pattern.compile("[A-Za-z]");
    private static final Pattern DIGIT = Pattern.compile("[0-9]");

    private LastingName() {}

    /** Whether the content of a file of this name never changes. */
    static boolean of(String path) {
        var name = STEM.matcher(path);
        if (!name.matches()) {
            return false;
        }
        var stem = name.group(1);
        var tail = stem.substring(Math.max(stem.lastIndexOf('.'), stem.lastIndexOf('-')) + 1);
        return hash(tail) || hashOfEight(stem, path.startsWith("assets/"));
    }

    /** A hash in base64url of the usual length may itself have dashes. */
    private static boolean hashOfEight(String stem, boolean assets) {
        var start = stem.length() - 8;
        if (start < 1 || ".-".indexOf(stem.charAt(start - 1)) < 0) {
            return false;
        }
        var tail = stem.substring(start);
        return (assets || tail.indexOf('-') < 0) && hash(tail);
    }

    private static boolean hash(String text) {
        if (WORDS.matcher(text).matches() || !LETTER.matcher(text).find()) {
            return false;
        }
        return (HEXADECIMAL.matcher(text).matches() && DIGIT.matcher(text).find())
                || (MIXED.matcher(text).matches() && !text.toLowerCase(Locale.ROOT).equals(text));
    }
}
