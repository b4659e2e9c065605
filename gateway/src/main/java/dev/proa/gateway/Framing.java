package dev.proa.gateway;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;

/**
 * How long a message's body is, by its head (RFC 9112 section 6); anything two parsers could read
 * differently is {@link Broken}.
 */
sealed interface Framing {
    /** Neither length nor chunks are announced. */
    record Unsaid() implements Framing {}

    record Fixed(long bytes) implements Framing {}

    record Chunked() implements Framing {}

    record Broken(int status, String what) implements Framing {}

    /** Reads the two fields that matter. */
    static Framing of(HttpHeaders headers, boolean http11) {
        var lengths = headers.getAll(HttpHeaderNames.CONTENT_LENGTH);
        var codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (!codings.isEmpty()) {
            if (!lengths.isEmpty()) {
                return new Broken(400, "Content-Length and Transfer-Encoding are both present");
            }
            if (!http11) {
                return new Broken(400, "HTTP/1.0 has no Transfer-Encoding");
            }
            if (codings.size() > 1) {
                return new Broken(400, "Transfer-Encoding is present more than once");
            }
            return codings.getFirst().equalsIgnoreCase("chunked")
                    ? new Chunked()
                    : new Broken(501, "a Transfer-Encoding other than chunked is not supported");
        }
        return switch (lengths.size()) {
            case 0 -> new Unsaid();
            case 1 -> fixed(lengths.getFirst());
            default -> new Broken(400, "Content-Length is present more than once");
        };
    }

    private static Framing fixed(String text) {
        // 18 digits always fit a long.
        if (text.isEmpty() || text.length() > 18 || !digits(text)) {
            return new Broken(400, "Content-Length is not a plain number");
        }
        return new Fixed(Long.parseLong(text));
    }

    private static boolean digits(String text) {
        for (var i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    /** Whether body bytes may follow a request's head. */
    default boolean hasBody() {
        return switch (this) {
            case Unsaid _, Broken _ -> false;
            case Fixed(long bytes) -> bytes > 0;
            case Chunked _ -> true;
        };
    }
}
