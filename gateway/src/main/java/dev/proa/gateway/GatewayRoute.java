package dev.proa.gateway;

import java.util.function.Supplier;

/**
 * Sends everything at and below a path to one upstream; of several, the longest prefix wins.
 *
 * @param prefix an absolute path, matched on segment borders: {@code /api} takes {@code /api} and
 *     {@code /api/x}, not {@code /apix}
 * @param upstream asked once per request (again and again while one is held), on an event loop, so
 *     it must not block
 * @param rules what is done on the way
 */
public record GatewayRoute(String prefix, Supplier<Upstream> upstream, RouteRules rules) {
    /** A route that changes nothing. */
    public GatewayRoute(String prefix, Supplier<Upstream> upstream) {
        this(prefix, upstream, RouteRules.NONE);
    }

    public GatewayRoute {
        if (!prefix.startsWith("/")) {
            throw new IllegalArgumentException("a prefix starts with a slash, was " + prefix);
        }
        if (prefix.equals("/_proa") || prefix.startsWith("/_proa/")) {
            throw new IllegalArgumentException("/_proa belongs to Proa, was " + prefix);
        }
    }
}
