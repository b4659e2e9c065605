package dev.proa.gateway;

import dev.proa.core.Secret;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
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

    /** What a remote server says about its own origin and must not say about ours. */
    private static final Set<String> OF_THEIR_ORIGIN =
            Set.of("alt-svc", "strict-transport-security");

    /** Every name and value has been checked: by the grammar, by HTTP/2's codec, or as a rule. */
    private static final HttpHeadersFactory CHECKED =
            DefaultHttpHeadersFactory.headersFactory().withValidation(false);

    private final Keys keys;
    private final OwnOrigin origin;
    private final String documentPolicy;

    /**
     * Forwards for one listener.
     *
     * @param origin what upstreams are told that the client asked for
     * @param documentPolicy the Content-Security-Policy of documents that come without one
     */
    Forwarding(Keys keys, OwnOrigin origin, String documentPolicy) {
        this.keys = keys;
        this.origin = origin;
        this.documentPolicy = documentPolicy;
    }

    /** The request's fields for the upstream, framing included. */
    HttpHeaders request(Head head, Framing framing, Passage passage, boolean webSocket) {
        var from = head.headers();
        var to = CHECKED.newHeaders();
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
        if (framing instanceof Framing.Chunked) {
            to.set(HttpHeaderNames.TRANSFER_ENCODING, "chunked");
        } else if (framing instanceof Framing.Fixed(long bytes)) {
            // In its plain form: leading zeros are an octal number to some.
            to.set(HttpHeaderNames.CONTENT_LENGTH, bytes);
        }
        if (webSocket) {
            to.set(HttpHeaderNames.CONNECTION, "Upgrade");
            to.set(HttpHeaderNames.UPGRADE, "websocket");
        }
        introduce(head, to, passage);
        apply(passage.rules().request(), to);
        passage.token().ifPresent(token -> show(to, passage.field(), token));
        return to;
    }

    /** Says who asks; a remote server is told nothing of this machine. */
    private void introduce(Head head, HttpHeaders to, Passage passage) {
        switch (passage.place()) {
            case Place.Here _ -> {
                to.set("X-Forwarded-For", "127.0.0.1");
                to.set("X-Forwarded-Host", origin.host());
                to.set("X-Forwarded-Proto", origin.scheme());
                to.add(HttpHeaderNames.VIA, head.http11() ? "1.1 proa" : "1.0 proa");
            }
            case Place.There(RemoteServer server) -> {
                // No Via: servers such as nginx send what is asked through a proxy uncompressed.
                to.set(HttpHeaderNames.HOST, server.authority());
                // The guard has seen that it is ours; for the server, ours is its own.
                if (to.contains(HttpHeaderNames.ORIGIN)) {
                    to.set(HttpHeaderNames.ORIGIN, server.origins().getFirst());
                }
                to.remove(HttpHeaderNames.REFERER);
            }
        }
    }

    private static void show(HttpHeaders to, Upstream.TokenField field, Secret token) {
        switch (field) {
            case BEARER -> to.set(HttpHeaderNames.AUTHORIZATION, "Bearer " + token.reveal());
            case PROA -> to.set("X-Proa-Token", token.reveal());
        }
    }

    private static void apply(HeaderRules rules, HttpHeaders to) {
        if (!rules.isEmpty()) {
            rules.remove().forEach(to::remove);
            rules.put().forEach(to::set);
        }
    }

    /**
     * Fields that say who asks or that frameworks read as such; a name with underscores reaches a
     * CGI-like upstream as the same variable.
     */
    private static boolean posing(String name) {
        var plain = name.indexOf('_') < 0 ? name : name.replace('_', '-');
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
                                || plain.equals(RequestIds.FIELD)
                                || plain.startsWith("sec-fetch-")));
    }

    private static Set<String> nominated(HttpHeaders headers) {
        var lines = headers.getAll(HttpHeaderNames.CONNECTION);
        if (lines.isEmpty() || (lines.size() == 1 && usual(lines.getFirst()))) {
            return Set.of();
        }
        var names = new HashSet<String>();
        for (var line : lines) {
            for (var name : line.split(",", -1)) {
                names.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        names.removeAll(FIRM);
        return names;
    }

    /** What nearly every message says; both stay behind anyway. */
    private static boolean usual(String connection) {
        return connection.equalsIgnoreCase("keep-alive") || connection.equalsIgnoreCase("close");
    }

    /** The answer's fields for the client, without framing. */
    HttpHeaders answer(HttpHeaders from, Passage passage) {
        var to = CHECKED.newHeaders();
        var nominated = nominated(from);
        for (var field : from) {
            var name = field.getKey().toLowerCase(Locale.ROOT);
            var stays =
                    HOP_BY_HOP.contains(name)
                            || nominated.contains(name)
                            || name.equals("content-length")
                            || name.equals("proxy-authenticate")
                            || name.startsWith("x-http2-")
                            || (passage.remote() && OF_THEIR_ORIGIN.contains(name));
            if (!stays) {
                field(name, field.getValue(), passage)
                        .ifPresent(value -> to.add(field.getKey(), value));
            }
        }
        return to;
    }

    /**
     * As {@link #answer}, for a final answer: with what guards the page, then the route's rules.
     */
    HttpHeaders finalAnswer(HttpHeaders from, Passage passage) {
        var to = answer(from, passage);
        OwnHeaders.guardForwarded(to, documentPolicy);
        apply(passage.rules().response(), to);
        return to;
    }

    private Optional<String> field(String name, String value, Passage passage) {
        return switch (name) {
            case "location", "content-location" -> Optional.of(passage.back(value));
            case "set-cookie" ->
                    plantsOurs(value)
                            ? Optional.empty()
                            : Optional.of(
                                    UpstreamCookie.forClient(value, passage, origin.overTls()));
            default -> Optional.of(value);
        };
    }

    /** Only Proa gives out its cookies. */
    private static boolean plantsOurs(String cookie) {
        return cookie.strip().toLowerCase(Locale.ROOT).startsWith("proa_");
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
