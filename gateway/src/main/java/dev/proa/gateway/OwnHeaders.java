package dev.proa.gateway;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Locale;

/** The fields that keep other sites and careless browsers away from what we answer. */
final class OwnHeaders {
    private static final String POLICY =
            "default-src 'self'; frame-ancestors 'none'; object-src 'none'; base-uri 'none'";

    private OwnHeaders() {}

    /** For everything the gateway answers itself. */
    static void guardAnswer(HttpHeaders headers) {
        absent(headers, "x-content-type-options", "nosniff");
        absent(headers, "cross-origin-resource-policy", "same-origin");
        absent(headers, "referrer-policy", "no-referrer");
        absent(headers, "cache-control", "no-store");
    }

    /** For documents beside that. */
    static void guardDocument(HttpHeaders headers) {
        guardAnswer(headers);
        absent(headers, "content-security-policy", POLICY);
        absent(headers, "cross-origin-opener-policy", "same-origin");
    }

    /**
     * For documents that an upstream answers: what it says itself stands, and where its scripts
     * come from is left to it, since development servers write scripts into the page.
     */
    static void guardForwarded(HttpHeaders headers) {
        absent(headers, "cross-origin-resource-policy", "same-origin");
        if (document(headers)) {
            absent(headers, "x-content-type-options", "nosniff");
            absent(headers, "referrer-policy", "no-referrer");
            absent(headers, "cross-origin-opener-policy", "same-origin");
            absent(headers, "cache-control", "no-store");
            absent(headers, "content-security-policy", "frame-ancestors 'none'; object-src 'none'");
        }
    }

    static boolean document(HttpHeaders headers) {
        var type = headers.get(HttpHeaderNames.CONTENT_TYPE, "").toLowerCase(Locale.ROOT);
        return type.startsWith("text/html") || type.startsWith("application/xhtml");
    }

    private static void absent(HttpHeaders headers, String name, String value) {
        if (!headers.contains(name)) {
            headers.set(name, value);
        }
    }
}
