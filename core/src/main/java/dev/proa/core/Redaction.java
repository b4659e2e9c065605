package dev.proa.core;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.regex.Pattern;

/**
 * Takes secrets out of text that is shown or kept: by the name before them, by their shape, and by
 * value where a value is known to be secret, also in its base64, hexadecimal and URL form. What it
 * takes out becomes {@code ***}. Safe to use from any thread.
 */
public final class Redaction {
    static final String GONE = "***";

    // Every repetition is bounded or cannot give back what it took, so a line costs time in
    // proportion to its length.
    private static final List<SecretRules.Rule> RULES =
            List.of(
                    // RFC 6265 and RFC 9110: the rest of the line is the value.
                    rule(
                            "(?i)\\b((?:set-)?cookie2?[\"']?\\s{0,8}+[:=]\\s{0,8}+)\\S.*",
                            "$1" + GONE),
                    rule(
                            "(?i)\\b(bearer|basic|digest)\\s{1,8}+[A-Za-z0-9._~+/=-]{8,}+",
                            "$1 " + GONE),
                    rule(
                            "(?i)((?:pass(?:word|wd|phrase)?|secret|token(?!s)|key|credential|authorization)[\\w.-]{0,40}+"
                                    + "[\"']?\\s{0,8}+[:=]\\s{0,8}+[\"']?)(?!(?:bearer|basic|digest)\\b)[^\\s\"',;&}\\])]++",
                            "$1" + GONE),
                    // RFC 3986, 3.2.1: user information before a host.
                    rule(
                            "(?i)(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{0,30}+://)[^/\\s@]{1,512}+@",
                            "$1" + GONE + "@"));

    private static final Pattern SECRET_NAME =
            Pattern.compile("(?i)pass|secret|token|key|credential|cookie|authorization");

    private static final int SHORTEST = 8;

    private final Set<String> known = new CopyOnWriteArraySet<>();

    /** Knows no value yet. */
    public Redaction() {}

    private static SecretRules.Rule rule(String pattern, String by) {
        return SecretRules.Rule.of(pattern, by);
    }

    /** Whether what goes by this name (a variable, a key) has to be taken for a secret. */
    public static boolean secretName(String name) {
        return SECRET_NAME.matcher(name).find();
    }

    /**
     * Has a value taken out from now on, wherever it stands; one of under 8 characters is only
     * hidden by name.
     */
    public void know(Secret secret) {
        var value = secret.reveal();
        if (value.length() < SHORTEST) {
            return;
        }
        var bytes = value.getBytes(StandardCharsets.UTF_8);
        known.add(value);
        known.add(Base64.getEncoder().withoutPadding().encodeToString(bytes));
        known.add(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
        known.add(HexFormat.of().formatHex(bytes));
        known.add(HexFormat.of().withUpperCase().formatHex(bytes));
        known.add(URLEncoder.encode(value, StandardCharsets.UTF_8));
    }

    /** The text of one line without what is secret in it. */
    public String of(String line) {
        var text = line;
        for (var value : known) {
            text = text.replace(value, GONE);
        }
        for (var rule : RULES) {
            text = rule.pattern().matcher(text).replaceAll(rule.by());
        }
        return SecretShapes.RULES.without(text);
    }
}
