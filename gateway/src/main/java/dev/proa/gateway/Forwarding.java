package dev.proa.gateway;

import dev.proa.core.Secret;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which fields cross the gateway. Hop-by-hop fields and those that {@code Connection} nominates
 * stay behind (RFC 9110 section 7.6.1), and so does everything a client could use to pose as us.
 */
final class Forwarding {
    private static final Set<String> HOP_BY_HOP =
            Set.of(
                    "connection",
                    "keep-alive",
                    "proxy-connection",
                    "te",
                    "transfer-encoding",
                    "upgrade");

    /** What {@code Connection} may not take away, or framing and routing could be talked about. */
    private static final Set<String> FIRM = Set.of("host", "content-length", "transfer-encoding");

    private final Keys keys;
    private final String host;
    private final String documentPolicy;

    /**
     * Forwards for one listener.
     *
     * @param host what upstreams are told that the client asked for
     * @param documentPolicy the Content-Security-Policy of documents that come without one
     */
    Forwarding(Keys keys, String host, String documentPolicy) {
        this.keys = keys;
        this.host = host;
        this.documentPolicy = documentPolicy;
    }

    String documentPolicy() {
        return documentPolicy;
    }

    /** The request's fields for the upstream, framing included. */
    HttpHeaders request(Head head, Framing framing, Optional<Secret> token, boolean webSocket) {
        var from = head.headers();
        var to = new DefaultHttpHeaders();
        var nominated = nominated(from);
        var ourBearer = keys.bearerIsOurs(from);
        for (var field : from) {
            var name = field.getKey().toLowerCase(Locale.ROOT);
            var stays =
                    HOP_BY_HOP.contains(name)
                            || nominated.contains(name)
                            || posing(name)
                            || name.equals("cookie")
                            || (name.equals("authorization") && ourBearer)
                            || (name.equals("expect") && !head.http11());
            if (!stays) {
                to.add(field.getKey(), field.getValue());
            }
        }
        Keys.foreignCookies(from).ifPresent(value -> to.set(HttpHeaderNames.COOKIE, value));
        token.ifPresent(secret -> to.set("X-Proa-Token", secret.reveal()));
        to.set("X-Forwarded-For", "127.0.0.1");
        to.set("X-Forwarded-Host", host);
        to.set("X-Forwarded-Proto", "http");
        if (framing instanceof Framing.Chunked) {
            to.set(HttpHeaderNames.TRANSFER_ENCODING, "chunked");
        }
        if (webSocket) {
            to.set(HttpHeaderNames.CONNECTION, "Upgrade");
            to.set(HttpHeaderNames.UPGRADE, "websocket");
        }
        return to;
    }

    /**
     * Fields that say who asks or that frameworks read as such; a name with underscores reaches a
     * CGI-like upstream as the same variable.
     */
    private static boolean posing(String name) {
        var plain = name.replace('_', '-');
        return plain.equals(Keys.TOKEN_FIELD)
                || plain.equals("forwarded")
                || plain.startsWith("x-forwarded-")
                || plain.equals("x-real-ip")
                || plain.startsWith("proxy-")
                || plain.equals("proxy")
                || (!plain.equals(name)
                        && (FIRM.contains(plain)
                                || plain.equals("authorization")
                                || plain.equals("cookie")
                                || plain.equals("origin")
                                || plain.startsWith("sec-fetch-")));
    }

    private static Set<String> nominated(HttpHeaders headers) {
        var names = new HashSet<String>();
        for (var line : headers.getAll(HttpHeaderNames.CONNECTION)) {
            for (var name : line.split(",", -1)) {
                names.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        names.removeAll(FIRM);
        return names;
    }

    /** The answer's fields for the client, without framing. */
    HttpHeaders answer(HttpHeaders from, int upstreamPort) {
        var to = new DefaultHttpHeaders();
        var nominated = nominated(from);
        for (var field : from) {
            var name = field.getKey().toLowerCase(Locale.ROOT);
            var stays =
                    HOP_BY_HOP.contains(name)
                            || nominated.contains(name)
                            || name.equals("content-length")
                            || name.equals("proxy-authenticate")
                            || (name.equals("set-cookie") && plantsOurs(field.getValue()));
            if (!stays) {
                to.add(field.getKey(), field.getValue());
            }
        }
        ownLocation(to, upstreamPort);
        return to;
    }

    /** Only Proa gives out its cookies. */
    private static boolean plantsOurs(String cookie) {
        return cookie.strip().toLowerCase(Locale.ROOT).startsWith("proa_");
    }

    /** An upstream that names its own address means this origin; other places are passed on. */
    private static void ownLocation(HttpHeaders headers, int upstreamPort) {
        var location = headers.get(HttpHeaderNames.LOCATION);
        if (location == null) {
            return;
        }
        for (var name : new String[] {"127.0.0.1", "localhost"}) {
            var own = "http://" + name + ":" + upstreamPort;
            if (location.equals(own) || location.startsWith(own + "/")) {
                var path = location.substring(own.length());
                headers.set(HttpHeaderNames.LOCATION, path.isEmpty() ? "/" : path);
            }
        }
    }

    /** Trailer fields that may follow (RFC 9110 section 6.5.1: none that frame, route or admit). */
    static void trailers(HttpHeaders trailers) {
        for (var name : Set.copyOf(trailers.names())) {
            var lower = name.toLowerCase(Locale.ROOT);
            if (HOP_BY_HOP.contains(lower)
                    || FIRM.contains(lower)
                    || posing(lower)
                    || lower.equals("authorization")
                    || lower.equals("cookie")
                    || lower.equals("set-cookie")
                    || lower.equals("trailer")) {
                trailers.remove(name);
            }
        }
    }
}
