package dev.proa.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Values as they may be printed: what belongs to a secret's name is {@code ***}. */
final class Shown {
    static final String HIDDEN = "***";

    private static final String WORDS = "pass|secret|token|key|credential|cookie|authorization";
    private static final Pattern SECRET_NAME = Pattern.compile("(?i)" + WORDS);

    /** {@code --password=x}, {@code api_key=x}, {@code Authorization: x}. */
    private static final Pattern NAMED =
            Pattern.compile("(?is)^([^=:\\s]*(?:" + WORDS + ")[^=:\\s]*(?:=|:\\s+)).+$");

    /** The password of a URL's user information, RFC 3986 section 3.2.1. */
    private static final Pattern USER_INFO =
            Pattern.compile("(?i)([a-z][a-z0-9+.-]*://[^\\s/:@]*:)[^\\s/@]+@");

    private Shown() {}

    /** Whether what goes by this name must not be printed. */
    static boolean secret(String name) {
        return SECRET_NAME.matcher(name).find();
    }

    /** {@code text} as it may be printed when it goes by {@code name}. */
    static String value(String name, String text) {
        return secret(name) && !text.isEmpty() ? HIDDEN : text(text);
    }

    /** A text without a name: what names itself a secret inside it is hidden. */
    static String text(String text) {
        var named = NAMED.matcher(text).replaceFirst("$1" + HIDDEN);
        return USER_INFO.matcher(named).replaceAll("$1" + HIDDEN + "@");
    }

    /** The items of a command; the one after {@code --password} is hidden too. */
    static List<String> command(List<String> items) {
        List<String> shown = new ArrayList<>();
        boolean hideNext = false;
        for (var item : items) {
            boolean option = item.startsWith("-");
            shown.add(hideNext && !option ? HIDDEN : text(item));
            hideNext = option && !item.contains("=") && secret(item);
        }
        return shown;
    }
}
