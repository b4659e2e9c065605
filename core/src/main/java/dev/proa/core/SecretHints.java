package dev.proa.core;

/**
 * Says quickly that there is no secret in a text: everything that {@link ProseRedaction} takes out
 * has one of these pieces in it or beside it. Most texts have none, and cost one look a character.
 */
final class SecretHints {
    /** In small letters; each begins with a pair of ASCII characters. */
    private static final String[] PIECES = {
        "pass", "pwd", "secret", "token", "key", "credential", "cookie", "auth", "bearer", "://",
        "sk-", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat", "gldt", "glrt", "glcbt",
        "glptt", "glft", "glsoat", "glagent", "gloas", "glimt", "xox", "xapp-", "sk_", "pk_", "rk_",
        "whsec_", "npm_", "pypi-", "dckr_", "hf_", "sg.", "akia", "asia", "abia", "acca", "aiza",
        "gocspx-", "ya29.", "doo_", "dop_", "dor_", "shpat_", "shpss_", "shpca_", "shppa_", "hvs.",
        "hvb.", "hvr.", "glsa", "glc", "figd", "sbp", "nfp", "gsk", "xai", "pplx", "r8", "tvly", "phx",
        "ntn", "lin_api", "sntry", "dapi", ":aa", "slack.com", "discord", "eyj", "-u", "--user",
        "--proxy-user", "mysql", "sig", "?code=", "&code="
    };

    private static final int ASCII = 128;
    private static final boolean[] BEGINS = new boolean[ASCII * ASCII];

    static {
        for (var piece : PIECES) {
            BEGINS[piece.charAt(0) * ASCII + piece.charAt(1)] = true;
        }
    }

    private SecretHints() {}

    static boolean in(String text) {
        var before = 0;
        for (var i = 0; i < text.length(); i++) {
            var c = small(text.charAt(i));
            if (i > 0 && BEGINS[before * ASCII + c] && piece(text, i - 1)) {
                return true;
            }
            before = c;
        }
        return false;
    }

    private static int small(char c) {
        if (c >= ASCII) {
            return 0;
        }
        return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
    }

    private static boolean piece(String text, int at) {
        for (var piece : PIECES) {
            if (text.regionMatches(true, at, piece, 0, piece.length())) {
                return true;
            }
        }
        return false;
    }
}
