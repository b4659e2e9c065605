package dev.proa.core;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Secrets that are known by their look alone: what providers begin their tokens with, and forms
 * that standards lay down. Hashes, UUIDs and ids that are no secrets look otherwise.
 */
final class SecretShapes {
    /** What a pattern finds becomes {@code by}. */
    record Rule(Pattern pattern, String by) {
        static Rule of(String pattern, String by) {
            return new Rule(Pattern.compile(pattern), by);
        }

        String apply(String text) {
            return pattern.matcher(text).replaceAll(by);
        }
    }

    private static final String START = "(?<![A-Za-z0-9_-])";

    // Every repetition is bounded or cannot give back what it took, so a text costs time in
    // proportion to its length.
    private static final List<Rule> RULES =
            List.of(
                    // RFC 7468, also over several lines, and when its end was cut off.
                    gone(
                            "-----BEGIN [A-Z0-9 ]{0,40}?PRIVATE KEY(?: BLOCK)?-----"
                                    + "(?:[^-]|-(?!----END ))*+(?:-----END [A-Z0-9 ]{0,40}?-----)?"),
                    // RFC 7519, JSON web token.
                    gone(START + "eyJ[A-Za-z0-9_-]{5,}+\\.[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]*+"),
                    // Anthropic, OpenAI and those that follow them: words with dashes are no keys.
                    gone(START + "sk-(?=[A-Za-z_-]{0,80}+[0-9])[A-Za-z0-9_-]{16,}+"),
                    // GitHub, GitLab, Slack, Stripe, npm, PyPI, Docker, Hugging Face, SendGrid.
                    gone(START + "(?:gh[pousr]_|github_pat_)[A-Za-z0-9_]{16,}+"),
                    gone(START + "gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent|oas|imt)-[A-Za-z0-9_.-]{16,}+"),
                    gone(START + "(?:xox[abeoprs]|xapp)-[A-Za-z0-9-]{10,}+"),
                    gone(START + "(?:[spr]k_(?:live|test)|whsec)_[A-Za-z0-9]{16,}+"),
                    gone(START + "npm_[A-Za-z0-9]{16,}+"),
                    gone(START + "pypi-[A-Za-z0-9_-]{32,}+"),
                    gone(START + "dckr_(?:pat|oat)_[A-Za-z0-9_-]{16,}+"),
                    gone(START + "hf_[A-Za-z0-9]{24,}+"),
                    gone(START + "SG\\.[A-Za-z0-9_-]{16,}+\\.[A-Za-z0-9_-]{16,}+"),
                    // AWS, Google, DigitalOcean, Shopify, Vault, Grafana, Figma, Linear, Notion, ...
                    gone("\\b(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}\\b"),
                    gone(START + "AIza[A-Za-z0-9_-]{30,}+"),
                    gone(START + "GOCSPX-[A-Za-z0-9_-]{20,}+"),
                    gone(START + "ya29\\.[A-Za-z0-9_-]{20,}+"),
                    gone(START + "do[opr]_v1_[a-f0-9]{32,}+"),
                    gone(START + "shp(?:at|ss|ca|pa)_[A-Fa-f0-9]{32}"),
                    gone(START + "hv[sbr]\\.[A-Za-z0-9_-]{20,}+"),
                    gone(START + "(?:glsa|glc|figd|sbp|nfp|gsk|xai|pplx|r8|tvly|phx|ntn|lin_api|sntry[su])[_-]"
                            + "(?=[A-Za-z_-]{0,80}+[0-9])[A-Za-z0-9_=-]{20,}+"),
                    gone(START + "dapi[a-f0-9]{32}"),
                    gone(START + "key-[a-f0-9]{32}\\b"),
                    gone("AGE-SECRET-KEY-1[A-Z0-9]{40,}+"),
                    gone("(?<![0-9])[0-9]{8,10}:AA[A-Za-z0-9_-]{33}"), // a Telegram bot
                    // A web hook's address is the secret: Slack, Discord.
                    Rule.of(
                            "(hooks\\.slack\\.com/(?:services|workflows)/)[A-Za-z0-9/_-]{10,}+",
                            "$1" + Redaction.GONE),
                    Rule.of(
                            "(discord(?:app)?\\.com/api/webhooks/)[0-9]{5,}+/[A-Za-z0-9_-]{10,}+",
                            "$1" + Redaction.GONE));

    private SecretShapes() {}

    private static Rule gone(String pattern) {
        return Rule.of(pattern, Redaction.GONE);
    }

    static String without(String text) {
        var rest = text;
        for (var rule : RULES) {
            rest = rule.apply(rest);
        }
        return rest;
    }
}
