package dev.proa.gateway;

import dev.proa.core.Secret;
import java.util.Optional;

/**
 * The way of a route's requests to one upstream, and of references in its answers back.
 *
 * @param token what the upstream is shown; never the page's
 */
record Passage(Place place, Optional<Secret> token, Upstream.TokenField field, RouteRules rules) {
    static Passage of(Upstream.Ready ready, RouteRules rules) {
        return new Passage(
                new Place.Here(ready.port().number()),
                ready.token(),
                Upstream.TokenField.PROA,
                rules);
    }

    static Passage of(Upstream.Remote remote, RouteRules rules) {
        return new Passage(new Place.There(remote.server()), remote.token(), remote.field(), rules);
    }

    boolean remote() {
        return place instanceof Place.There;
    }

    /** The target for the upstream; nothing if it could be read as another host's. */
    Optional<String> target(Target target) {
        var raw = rules.queryToken().map(target::without).orElse(target.raw());
        var changed =
                rules.rewrite().isEmpty() ? Optional.of(raw) : rules.rewrite().get().forth(raw);
        return place.path().isEmpty() ? changed : changed.map(place.path()::concat);
    }

    /**
     * What a client must ask for to get what the upstream calls {@code reference} (RFC 9110 section
     * 10.2.2); references to other places stay as they are.
     */
    String back(String reference) {
        var path = ownPath(reference);
        if (path.isEmpty()) {
            return reference;
        }
        var below = below(path.get());
        if (below.isEmpty()) {
            return reference;
        }
        return rules.rewrite().map(rewrite -> rewrite.back(below.get())).orElse(below.get());
    }

    /** As {@link #back}, for the path of a cookie. */
    String backPath(String path) {
        return path.startsWith("/") ? back(path) : path;
    }

    private Optional<String> ownPath(String reference) {
        if (reference.startsWith("/") && !reference.startsWith("//")) {
            return Optional.of(reference);
        }
        for (var origin : place.origins()) {
            if (reference.regionMatches(true, 0, origin, 0, origin.length())) {
                var rest = reference.substring(origin.length());
                if (rest.isEmpty() || "?#".indexOf(rest.charAt(0)) >= 0) {
                    return Optional.of("/" + rest);
                }
                if (rest.startsWith("/") && !rest.startsWith("//")) {
                    return Optional.of(rest);
                }
            }
        }
        return Optional.empty();
    }

    private Optional<String> below(String path) {
        var base = place.path();
        if (base.isEmpty()) {
            return Optional.of(path);
        }
        if (!path.startsWith(base)) {
            return Optional.empty();
        }
        var rest = path.substring(base.length());
        if (rest.isEmpty() || "?#".indexOf(rest.charAt(0)) >= 0) {
            return Optional.of("/" + rest);
        }
        return rest.startsWith("/") && !rest.startsWith("//")
                ? Optional.of(rest)
                : Optional.empty();
    }
}
