package dev.proa.gateway;

import java.util.Locale;

/**
 * Makes a cookie of an upstream fit the origin that the page sees (RFC 6265 section 4.1.2): its
 * path is that of the route; one from a remote server loses its Domain, which is not ours, and on a
 * plain listener Secure, which some browsers take for a reason to drop it, and with it
 * SameSite=None.
 */
final class UpstreamCookie {
    private UpstreamCookie() {}

    static String forClient(String cookie, Passage passage, boolean overTls) {
        if (!passage.remote() && passage.rules().rewrite().isEmpty()) {
            return cookie;
        }
        var parts = cookie.split(";", -1);
        // Browsers take such a name only with Secure: without it the cookie would be lost for good.
        var name = parts[0].strip().toLowerCase(Locale.ROOT);
        var bound = name.startsWith("__secure-") || name.startsWith("__host-");
        var loosen = passage.remote() && !overTls && !bound;
        var made = new StringBuilder(parts[0]);
        for (var i = 1; i < parts.length; i++) {
            var attribute = parts[i].strip();
            var lower = attribute.toLowerCase(Locale.ROOT);
            if ((passage.remote() && (lower.equals("domain") || lower.startsWith("domain=")))
                    || (loosen && (lower.equals("secure") || lower.equals("samesite=none")))) {
                continue;
            }
            made.append("; ");
            made.append(
                    lower.startsWith("path=")
                            ? attribute.substring(0, 5) + passage.backPath(attribute.substring(5))
                            : attribute);
        }
        return made.toString();
    }
}
