package dev.proa.core;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Takes secrets out of what people and programs write to each other: prompts, commands, answers,
 * JSON in JSON. There, words such as key and token are ordinary, and a hash or an id must stay what
 * it is; so a name hides a value only if it is the whole name of a secret and the value can be one.
 * {@link Redaction} is for the lines of a log, where too much is better than too little.
 */
public final class ProseRedaction {
    private static final String NAME =
            "(?:pass(?:word|wd|phrase)|secret|token|credentials?|authorization"
                    + "|(?:api|access|secret|private|signing|encryption|account|master|auth|service"
                    + "|storage|shared|subscription|license|deploy|session|admin|root|client)[_-]?key"
                    + "|(?<=[_-])pass|(?<=[_-])pwd)\\d{0,3}+";

    /** Escaped once or more, where the text is JSON inside JSON. */
    private static final String QUOTE = "(?:\\\\{0,6}+[\"'`])?+";

    /** What stands for a value, and what is the value's type. */
    private static final String NO_VALUE =
            "(?!\\*\\*\\*|[$<{(\\[%]|(?i:null|none|nil|true|false|undefined|str|string|bytes|number|int"
                    + "|any|object|optional|required|missing|invalid|expired|process\\.env|os\\.|env\\.|self\\."
                    + "|this\\.|bearer|basic|digest|token|apikey|key)(?![A-Za-z0-9]))";

    private static final String BARE = "[^\\s\"'`\\\\,;&|<>(){}\\[\\]]";

    /** Pieces of which one is in each {@link #NAME}. */
    private static final List<String> IN_NAMES =
            List.of("pass", "pwd", "secret", "token", "credential", "authorization", "key");

    private static final List<SecretRules.Rule> PROSE =
            List.of(
                    // RFC 6265: all of a cookie header's pairs.
                    rule(
                            List.of("cookie"),
                            "(?i)(?<![\\w-])((?:set-)?cookie"
                                    + QUOTE
                                    + "\\s{0,4}+:\\s{0,4}+"
                                    + QUOTE
                                    + ")[^\\s=;:\"'\\\\]{1,128}+=[^\\r\\n\"'\\\\]++"),
                    // RFC 9110, 11.6.2.
                    rule(
                            List.of("authorization"),
                            "(?i)(authorization"
                                    + QUOTE
                                    + "\\s{0,4}+[:=]\\s{0,4}+"
                                    + QUOTE
                                    + "(?:bearer|basic|digest|token|apikey|key)\\s{1,4}+)[^\\s\"'`\\\\]{3,}+"),
                    rule(
                            List.of("bearer"),
                            "(?i)(\\bbearer\\s{1,4}+)(?=[A-Za-z_.-]{0,80}+[0-9+/=])[A-Za-z0-9._~+/=-]{12,}+"),
                    // A value in quotes may hold blanks.
                    rule(
                            IN_NAMES,
                            "(?i)("
                                    + NAME
                                    + QUOTE
                                    + "\\s{0,4}+(?:=>|:=|[:=])\\s{0,4}+\\\\{0,6}+([\"'`]))"
                                    + NO_VALUE
                                    + "[^\"'`\\\\\\r\\n]{3,500}+(?=\\\\{0,6}+\\2)"),
                    rule(
                            IN_NAMES,
                            "(?i)("
                                    + NAME
                                    + QUOTE
                                    + "\\s{0,4}+(?:=>|:=|[:=])\\s{0,4}+)"
                                    + NO_VALUE
                                    + BARE
                                    + "{3,}+"),
                    // --token VALUE
                    rule(
                            List.of("-token", "-pass", "-pwd", "-secret", "-credential", "key"),
                            "(?i)((?<![\\w-])--?[a-z0-9-]{0,30}"
                                    + NAME
                                    + "\\s{1,4}+[\"']?+)"
                                    + NO_VALUE
                                    + "(?!-)"
                                    + BARE
                                    + "{3,}+"),
                    // curl -u USER:PASSWORD; two numbers are a user and a group.
                    rule(
                            List.of("-u", "-user"),
                            "((?<![\\w-])(?:-u|--user|--proxy-user)[\\s=]{1,4}+[\"']?+(?![0-9]{1,10}+:[0-9]{1,10}+\\b)"
                                    + "[\\w.@+-]{1,80}+:)[^\\s\"'$]{1,200}+"),
                    rule(
                            List.of("sshpass"),
                            "(\\bsshpass\\s{1,4}+-p\\s{0,4}+[\"']?+)[^\\s\"'$]{1,200}+"),
                    rule(
                            List.of("mysql"),
                            "(\\bmysql\\w{0,10}+\\s(?:[^\\s|;&]{1,80}+\\s){0,8}?-p)[^\\s\"'$]{1,200}+"),
                    // RFC 3986, 3.2.1: a password, or a user that can only be a token.
                    SecretRules.Rule.of(
                            "(?i)(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{0,30}+://)(?:[^/\\s@:\"'\\\\$]{0,256}+:(?![$<{])"
                                    + "[^/\\s@\"'\\\\]{1,512}+|[^/\\s@:\"'\\\\$]{16,512}+)@",
                            "$1" + Redaction.GONE + "@",
                            "://"),
                    // Signed addresses and keys in queries.
                    rule(
                            List.of(
                                    "key=",
                                    "sig=",
                                    "signature=",
                                    "auth=",
                                    "code=",
                                    "credential=",
                                    "-token="),
                            "(?i)([?&](?:key|sig|signature|auth|code|x-amz-(?:signature|credential|security-token)|x-goog-signature)=)"
                                    + "[^&\\s\"'#\\\\]{8,}+"));

    private static final SecretRules RULES =
            new SecretRules(
                    Stream.concat(SecretShapes.RULES.rules().stream(), PROSE.stream()).toList());

    private static final Pattern KEY = Pattern.compile("(?i).*(?:" + NAME + "|cookies?)");
    private static final Pattern PLAIN_KEY = Pattern.compile("(?i)(?:.*[_-])?(?:pass|pwd|key)");
    private static final Pattern RANDOM =
            Pattern.compile("(?=[^\\s]*[0-9])(?=[^\\s]*[A-Za-z])[^\\s]{16,}");
    private static final Pattern NAMED_ID =
            Pattern.compile(
                    "[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private ProseRedaction() {}

    /** What stands before the secret is the pattern's first group. */
    private static SecretRules.Rule rule(List<String> pieces, String pattern) {
        return SecretRules.Rule.of(pattern, "$1" + Redaction.GONE, pieces.toArray(String[]::new));
    }

    /** The text without the secrets in it; {@code ***} stands for each. */
    public static String of(String text) {
        return RULES.without(text);
    }

    /** Whether there may be a secret in it; quick, and never wrong when it says no. */
    public static boolean suspicious(String text) {
        return RULES.suspicious(text); // each secret name is a piece, too
    }

    /** A text that stands under a name, such as a member of a JSON object. */
    public static String of(String name, String text) {
        if (KEY.matcher(name).matches() && !text.isBlank()) {
            return Redaction.GONE;
        }
        var looksSecret =
                PLAIN_KEY.matcher(name).matches()
                        && RANDOM.matcher(text).matches()
                        && !NAMED_ID.matcher(text).matches();
        return looksSecret ? Redaction.GONE : of(text);
    }

    /** Whether everything under this name has to be taken for secret. */
    public static boolean secret(String name) {
        return KEY.matcher(name).matches();
    }
}
