package dev.proa.gateway;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Locale;

/** The fields that keep other sites and careless browsers away from what we answer. */
final class OwnHeaders {
    private static final String CONTENT_POLICY = "content-security-policy";

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
        guardDocument(headers, ContentPolicy.PLAIN);
    }

    /** The same with the app's policy. */
    static void guardDocument(HttpHeaders headers, String policy) {
        guardAnswer(headers);
        absent(headers, CONTENT_POLICY, policy);
        absent(headers, "cross-origin-opener-policy", "same-origin");
    }

    /** For what an upstream answers: what it says itself stands, what it leaves out is added. */
    static void guardForwarded(HttpHeaders headers, String policy) {
        absent(headers, "cross-origin-resource-policy", "same-origin");
        if (document(headers)) {
            absent(headers, "x-content-type-options", "nosniff");
            absent(headers, "referrer-policy", "no-referrer");
            absent(headers, "cross-origin-opener-policy", "same-origin");
            absent(headers, "cache-control", "no-store");
            absent(headers, CONTENT_POLICY, policy);
        }
    }

    static boolean document(HttpHeaders headers) {
        return PageTypes.document(
                headers.get(HttpHeaderNames.CONTENT_TYPE, "").toLowerCase(Locale.ROOT));
    }

    private static void absent(HttpHeaders headers, String name, String value) {
        if (!headers.contains(name)) {
            headers.set(name, value);
        }
    }
}
