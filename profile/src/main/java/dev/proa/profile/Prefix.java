package dev.proa.profile;

import dev.proa.core.Where;
import java.util.regex.Pattern;

/** Prefixes of paths, as routes and the ingest have them. */
final class Prefix {
    private static final Pattern SEGMENTS = Pattern.compile("(/[A-Za-z0-9._~!$&'()+,;=:@-]+)+|/");

    private Prefix() {}

    /** Whether requests can be told apart by it; if not, that is reported. */
    static boolean check(String prefix, Where where, Problems problems) {
        if (prefix.equals("/_proa") || prefix.startsWith("/_proa/")) {
            problems.add(where, "/_proa belongs to Proa", "Choose another prefix");
            return false;
        }
        if (prefix.contains("*")) {
            problems.add(
                    where,
                    Quoted.of(prefix) + " has a star",
                    "Leave it out, a prefix covers all below it");
            return false;
        }
        if (prefix.length() > 1 && prefix.endsWith("/")) {
            var bare = prefix.replaceAll("/+$", "");
            problems.add(
                    where,
                    Quoted.of(prefix) + " ends with a slash",
                    "Write " + (bare.isEmpty() ? "/" : bare));
            return false;
        }
        return plain(prefix, where, problems);
    }

    /** Whether it can be taken off a path or put in front of one; if not, that is reported. */
    static boolean part(String part, Where where, Problems problems) {
        if (part.endsWith("/")) {
            problems.add(
                    where,
                    Quoted.of(part) + " ends with a slash",
                    part.equals("/")
                            ? "Leave it out, it changes nothing"
                            : "Write " + part.replaceAll("/+$", ""));
            return false;
        }
        return plain(part, where, problems);
    }

    private static boolean plain(String prefix, Where where, Problems problems) {
        boolean dots = prefix.matches(".*/\\.\\.?(/.*)?");
        boolean fits = !dots && SEGMENTS.matcher(prefix).matches();
        if (!fits) {
            problems.add(
                    where,
                    Quoted.of(prefix) + " is not a path prefix",
                    "Write one like /api, without query and escapes");
        }
        return fits;
    }
}
