package dev.proa.bench;

import java.nio.charset.StandardCharsets;

/** What goes over the wire as ASCII. */
final class Texts {
    private Texts() {}

    /** The lines of a request's head, and its end. */
    static byte[] head(String... lines) {
        return ascii(String.join("\r\n", lines) + "\r\n\r\n");
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
