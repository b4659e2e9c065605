package dev.proa.gateway;

import java.util.function.Supplier;

/**
 * Sends everything at and below a path to one upstream; of several, the longest prefix wins.
 *
 * @param prefix an absolute path, matched on segment borders: {@code /api} takes {@code /api} and
 *     {@code /api/x}, not {@code /apix}
 * @param upstream asked once per request, on an event loop, so it must not block
 */
public record GatewayRoute(String prefix, Supplier<Upstream> upstream) {
    public GatewayRoute {
        if (!prefix.startsWith("/")) {
            throw new IllegalArgumentException("a prefix starts with a slash, was " + prefix);
        }
        if (prefix.equals("/_proa") || prefix.startsWith("/_proa/")) {
            throw new IllegalArgumentException("/_proa belongs to Proa, was " + prefix);
        }
    }
}
