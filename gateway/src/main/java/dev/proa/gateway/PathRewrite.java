package dev.proa.gateway;

import java.util.List;
import java.util.Optional;

/**
 * Takes a prefix off a path and puts another one before it, on segment borders. What is left keeps
 * its percent-encoding, its query and its slashes.
 *
 * @param strip such as {@code /api}, or empty; a path that does not lie below it keeps all of it
 * @param prepend such as {@code /v2}, or empty
 */
public record PathRewrite(String strip, String prepend) {
    public PathRewrite {
        strip = checked(strip);
        prepend = checked(prepend);
    }

    private static String checked(String path) {
        var trimmed = path.replaceAll("/+$", "");
        if (!trimmed.isEmpty() && (trimmed.indexOf('?') >= 0 || Target.of(trimmed).isEmpty())) {
            throw new IllegalArgumentException(
                    "a path begins with a slash and is plain, was " + path);
        }
        return trimmed;
    }

    /** The target for the upstream; nothing if it could be read as another host's. */
    Optional<String> forth(String raw) {
        var rest = without(strip, raw);
        var target = prepend + rest.orElse(raw);
        if (!target.startsWith("/")) {
            target = "/" + target;
        }
        return target.startsWith("//") ? Optional.empty() : Optional.of(target);
    }

    /** The client's name for a path of the upstream; as it is if clients cannot reach it. */
    String back(String raw) {
        return without(prepend, raw)
                .map(rest -> strip + (strip.isEmpty() && !rest.startsWith("/") ? "/" : "") + rest)
                .filter(target -> !target.startsWith("//"))
                .orElse(raw);
    }

    /** What is left of {@code raw} below {@code prefix}; it begins with a slash, or is a query. */
    private static Optional<String> without(String prefix, String raw) {
        List<String> wanted = Target.prefix(prefix);
        var at = 0;
        for (var segment : wanted) {
            var end = at + 1;
            while (end < raw.length() && "/?#".indexOf(raw.charAt(end)) < 0) {
                end++;
            }
            if (at >= raw.length()
                    || raw.charAt(at) != '/'
                    || !Target.decoded(raw.substring(at + 1, end))
                            .equals(Target.decoded(segment))) {
                return Optional.empty();
            }
            at = end;
        }
        return Optional.of(raw.substring(at));
    }
}
