package dev.proa.gateway;

import dev.proa.core.Secret;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What proves that a caller is ours: the token of this run, or the page's cookie, whose value is
 * another secret.
 */
final class Keys {
    static final String TOKEN_FIELD = "x-proa-token";
    private static final String BEARER = "bearer ";
    private static final String COOKIE_PREFIX = "proa_";

    /** How a caller has introduced itself. */
    enum Proof {
        TOKEN,
        COOKIE,
        NONE
    }

    private final Secret token;
    private final Secret cookie = Secret.random();
    private final String cookieName;
    private final boolean overTls;

    Keys(Secret token, int port) {
        this(token, new OwnOrigin("127.0.0.1:" + port, port, false));
    }

    /** For one listener; its cookie is its own. */
    Keys(Secret token, OwnOrigin origin) {
        this.token = token;
        this.cookieName = COOKIE_PREFIX + origin.port();
        this.overTls = origin.overTls();
    }

    /** A wrong token in our own field is never made good by a cookie. */
    Proof proof(HttpHeaders headers) {
        var own = headers.getAll(TOKEN_FIELD);
        if (!own.isEmpty()) {
            return own.size() == 1 && token.matches(own.getFirst()) ? Proof.TOKEN : Proof.NONE;
        }
        if (bearerIsOurs(headers)) {
            return Proof.TOKEN;
        }
        var proved = false;
        for (var crumb : crumbs(headers)) {
            // Another server on this host may have planted a cookie of this name: any may match.
            proved |=
                    crumb.startsWith(cookieName + "=")
                            && cookie.matches(crumb.substring(cookieName.length() + 1));
        }
        return proved ? Proof.COOKIE : Proof.NONE;
    }

    /** Whether this is the token, shown where a route allows it. */
    boolean shown(List<String> values) {
        return values.size() == 1 && token.matches(values.getFirst());
    }

    /** Whether {@code Authorization} carries the token of this run, which stays here. */
    boolean bearerIsOurs(HttpHeaders headers) {
        return headers.getAll(HttpHeaderNames.AUTHORIZATION).stream()
                .anyMatch(value ->
                        value.toLowerCase(Locale.ROOT).startsWith(BEARER)
                                && token.matches(value.substring(BEARER.length()).strip()));
    }

    /** The cookies that are not Proa's, as one field value; nothing if none is left. */
    static Optional<String> foreignCookies(HttpHeaders headers) {
        var left =
                crumbs(headers).stream()
                        .filter(crumb -> !crumb.toLowerCase(Locale.ROOT).startsWith(COOKIE_PREFIX))
                        .toList();
        return left.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", left));
    }

    private static List<String> crumbs(HttpHeaders headers) {
        var crumbs = new ArrayList<String>();
        for (var line : headers.getAll(HttpHeaderNames.COOKIE)) {
            for (var crumb : line.split(";", -1)) {
                if (!crumb.isBlank()) {
                    crumbs.add(crumb.strip());
                }
            }
        }
        return crumbs;
    }

    /** The field value that gives the page its cookie (RFC 6265bis). */
    String cookieToPlant() {
        var attributes = "; Path=/; HttpOnly; SameSite=Strict" + (overTls ? "; Secure" : "");
        return cookieName + "=" + cookie.reveal() + attributes;
    }
}
