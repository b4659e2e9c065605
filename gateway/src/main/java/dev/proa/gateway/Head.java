package dev.proa.gateway;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** A request head as it came, in the grammar of {@link HeadGrammar}. */
record Head(String method, String target, boolean http11, HttpHeaders headers) {
    private static final Pattern HTML =
            Pattern.compile(
                    "(?:^|,)\\s*(?:text/html|text/\\*|\\*/\\*)\\s*(?![^,]*;\\s*q=0(?:\\.0*)?\\s*(?:[,;]|$))(?=[,;]|$)",
                    Pattern.CASE_INSENSITIVE);
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

    static Head of(HttpRequest request) {
        return new Head(
                request.method().name(),
                request.uri(),
                request.protocolVersion().equals(HttpVersion.HTTP_1_1),
                request.headers());
    }

    /** RFC 9110 section 9.2.1, without TRACE. */
    boolean safe() {
        return SAFE.contains(method);
    }

    boolean upgrade() {
        return headers.contains(HttpHeaderNames.UPGRADE);
    }

    /** Whether the client wants a WebSocket (RFC 6455 section 4.1). */
    boolean webSocket() {
        return method.equals("GET")
                && http11
                && headers.containsValue(HttpHeaderNames.CONNECTION, "upgrade", true)
                && headers.getAll(HttpHeaderNames.UPGRADE).size() == 1
                && headers.containsValue(HttpHeaderNames.UPGRADE, "websocket", true);
    }

    /** Whether a browser wants a document to show, as far as it says (W3C Fetch Metadata). */
    boolean navigation() {
        var mode = headers.get("sec-fetch-mode", "navigate");
        return (method.equals("GET") || method.equals("HEAD"))
                && mode.equals("navigate")
                && headers.get(HttpHeaderNames.ACCEPT, "").contains("text/html");
    }

    /**
     * Whether this may ask for a place in a page that does its own routing: a navigation, as far as
     * the client says, that takes HTML, which who says nothing does (RFC 9110 section 12.5.1).
     */
    boolean placeInPage() {
        var accept = headers.getAll(HttpHeaderNames.ACCEPT);
        return (method.equals("GET") || method.equals("HEAD"))
                && headers.get("sec-fetch-mode", "navigate").equals("navigate")
                && (accept.isEmpty() || accept.stream().anyMatch(Head::takesHtml));
    }

    /** Whether it says itself that it is after a document, as browsers do. */
    boolean namesHtml() {
        return headers.getAll(HttpHeaderNames.ACCEPT).stream()
                .anyMatch(accept -> accept.toLowerCase(Locale.ROOT).contains("text/html"));
    }

    private static boolean takesHtml(String accept) {
        return HTML.matcher(accept).find();
    }

    /** RFC 9112 section 9.3. */
    boolean keepAlive() {
        return http11 && !headers.containsValue(HttpHeaderNames.CONNECTION, "close", true);
    }
}
