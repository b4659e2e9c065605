package dev.proa.bench;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What goes over the wire as ASCII. */
final class Texts {
    private Texts() {}

    /** The lines of a request's head, and its end. */
    static byte[] head(String... lines) {
        return ascii(String.join("\r\n", lines) + "\r\n\r\n");
    }

    /** A POST of JSON to the ingest port. */
    static byte[] post(int port, String path, String json) {
        var body = ascii(json);
        var head =
                head(
                        "POST " + path + " HTTP/1.1",
                        "Host: 127.0.0.1:" + port,
                        "Content-Type: application/json",
                        "Content-Length: " + body.length);
        var request = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, request, head.length, body.length);
        return request;
    }

    /** A reader's GET with the page's token. */
    static byte[] get(Product.Address address, String path) {
        return head(
                "GET " + path + " HTTP/1.1",
                "Host: 127.0.0.1:" + address.port(),
                "X-Proa-Token: " + address.token());
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
