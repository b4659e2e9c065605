package dev.proa.core;

import java.util.List;

/**
 * Secrets that are known by their look alone: what providers begin their tokens with, and forms
 * that standards lay down. Hashes, UUIDs and ids that are no secrets look otherwise.
 */
final class SecretShapes {
    private static final String START = "(?<![A-Za-z0-9_-])";

    // Every repetition is bounded or cannot give back what it took, so a text costs time in
    // proportion to its length.
    private static final List<SecretRules.Rule> SHAPES =
            List.of(
                    // RFC 7468, also over several lines, and when its end was cut off.
                    gone(
                            "-----BEGIN [A-Z0-9 ]{0,40}?PRIVATE KEY(?: BLOCK)?-----"
                                    + "(?:[^-]|-(?!----END ))*+(?:-----END [A-Z0-9 ]{0,40}?-----)?",
                            "-----begin"),
                    // RFC 7519, JSON web token.
                    gone(
                            START + "eyJ[A-Za-z0-9_-]{5,}+\\.[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]*+",
                            "eyj"),
                    // Anthropic, OpenAI and those that follow them: words with dashes are no keys.
                    gone(START + "sk-(?=[A-Za-z_-]{0,80}+[0-9])[A-Za-z0-9_-]{16,}+", "sk-"),
                    // GitHub, GitLab, Slack, Stripe, npm, PyPI, Docker, Hugging Face, SendGrid.
                    gone(
                            START + "(?:gh[pousr]_|github_pat_)[A-Za-z0-9_]{16,}+",
                            "ghp_",
                            "gho_",
                            "ghu_",
                            "ghs_",
                            "ghr_",
                            "github_pat_"),
                    gone(
                            START
                                    + "gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent|oas|imt)-[A-Za-z0-9_.-]{16,}+",
                            "glpat-",
                            "gldt-",
                            "glrt-",
                            "glcbt-",
                            "glptt-",
                            "glft-",
                            "glsoat-",
                            "glagent-",
                            "gloas-",
                            "glimt-"),
                    gone(START + "(?:xox[abeoprs]|xapp)-[A-Za-z0-9-]{10,}+", "xox", "xapp-"),
                    gone(
                            START + "(?:[spr]k_(?:live|test)|whsec)_[A-Za-z0-9]{16,}+",
                            "k_live_",
                            "k_test_",
                            "whsec_"),
                    gone(START + "npm_[A-Za-z0-9]{16,}+", "npm_"),
                    gone(START + "pypi-[A-Za-z0-9_-]{32,}+", "pypi-"),
                    gone(START + "dckr_(?:pat|oat)_[A-Za-z0-9_-]{16,}+", "dckr_"),
                    gone(START + "hf_[A-Za-z0-9]{24,}+", "hf_"),
                    gone(START + "SG\\.[A-Za-z0-9_-]{16,}+\\.[A-Za-z0-9_-]{16,}+", "sg."),
                    // AWS, Google, DigitalOcean, Shopify, Vault, Grafana, Figma, Linear, Notion,
                    // ...
                    gone(
                            "\\b(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}\\b",
                            "akia",
                            "asia",
                            "abia",
                            "acca"),
                    gone(START + "AIza[A-Za-z0-9_-]{30,}+", "aiza"),
                    gone(START + "GOCSPX-[A-Za-z0-9_-]{20,}+", "gocspx-"),
                    gone(START + "ya29\\.[A-Za-z0-9_-]{20,}+", "ya29."),
                    gone(START + "do[opr]_v1_[a-f0-9]{32,}+", "doo_v1_", "dop_v1_", "dor_v1_"),
                    gone(
                            START + "shp(?:at|ss|ca|pa)_[A-Fa-f0-9]{32}",
                            "shpat_",
                            "shpss_",
                            "shpca_",
                            "shppa_"),
                    gone(START + "hv[sbr]\\.[A-Za-z0-9_-]{20,}+", "hvs.", "hvb.", "hvr."),
                    gone(
                            START
                                    + "(?:glsa|glc|figd|sbp|nfp|gsk|xai|pplx|r8|tvly|phx|ntn|lin_api|sntry[su])[_-]"
                                    + "(?=[A-Za-z_-]{0,80}+[0-9])[A-Za-z0-9_=-]{20,}+",
                            "glsa_",
                            "glc_",
                            "figd_",
                            "sbp_",
                            "nfp_",
                            "gsk_",
                            "xai-",
                            "pplx-",
                            "r8_",
                            "tvly-",
                            "phx_",
                            "ntn_",
                            "lin_api_",
                            "sntry"),
                    gone(START + "dapi[a-f0-9]{32}", "dapi"),
                    gone(START + "key-[a-f0-9]{32}\\b", "key-"),
                    gone("AGE-SECRET-KEY-1[A-Z0-9]{40,}+", "age-secret-key-1"),
                    gone("(?<![0-9])[0-9]{8,10}:AA[A-Za-z0-9_-]{33}", ":aa"), // a Telegram bot
                    // A web hook's address is the secret: Slack, Discord.
                    SecretRules.Rule.of(
                            "(hooks\\.slack\\.com/(?:services|workflows)/)[A-Za-z0-9/_-]{10,}+",
                            "$1" + Redaction.GONE,
                            "hooks.slack.com"),
                    SecretRules.Rule.of(
                            "(discord(?:app)?\\.com/api/webhooks/)[0-9]{5,}+/[A-Za-z0-9_-]{10,}+",
                            "$1" + Redaction.GONE,
                            "api/webhooks"));

    /** In the order in which they have to be applied. */
    static final SecretRules RULES = new SecretRules(SHAPES);

    private SecretShapes() {}

    private static SecretRules.Rule gone(String pattern, String... pieces) {
        return SecretRules.Rule.of(pattern, Redaction.GONE, pieces);
    }
}
