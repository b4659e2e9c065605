package dev.proa.gateway;

import java.util.Locale;
import java.util.Optional;

/** A content coding (RFC 9110 section 8.4.1), the one we would rather send first. */
enum Coding {
    BROTLI("br", ".br"),
    GZIP("gzip", ".gz"),
    IDENTITY("identity", "");

    private final String token;
    private final String suffix;

    Coding(String token, String suffix) {
        this.token = token;
        this.suffix = suffix;
    }

    /** Its name in {@code Accept-Encoding} and {@code Content-Encoding}. */
    String token() {
        return token;
    }

    /** What the name of a file that was compressed beforehand ends with. */
    String suffix() {
        return suffix;
    }

    /** The coding of this name; {@code x-gzip} is gzip (RFC 9110 section 8.4.1.3). */
    static Optional<Coding> named(String token) {
        return switch (token.toLowerCase(Locale.ROOT)) {
            case "br" -> Optional.of(BROTLI);
            case "gzip", "x-gzip" -> Optional.of(GZIP);
            case "identity" -> Optional.of(IDENTITY);
            default -> Optional.empty();
        };
    }
}
