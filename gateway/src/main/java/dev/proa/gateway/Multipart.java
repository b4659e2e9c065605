package dev.proa.gateway;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What stands between the parts of a {@code multipart/byteranges} (RFC 9110 section 14.6). */
final class Multipart {
    private final String boundary;
    private final List<byte[]> borders = new ArrayList<>();
    private final long length;

    /** {@code type} is that of each part. */
    Multipart(String type, PageForm form, List<ByteRanges.Part> parts) {
        // A hash of the content does not stand in the content.
        this.boundary = "proa-" + form.tag().replace("\"", "");
        var between = "";
        for (var part : parts) {
            borders.add(
                    bytes(
                            "%s--%s\r\nContent-Type: %s\r\nContent-Range: %s\r\n\r\n"
                                    .formatted(
                                            between, boundary, type, range(part, form.length()))));
            between = "\r\n";
        }
        borders.add(bytes("\r\n--" + boundary + "--\r\n"));
        this.length =
                parts.stream().mapToLong(ByteRanges.Part::length).sum()
                        + borders.stream().mapToLong(border -> border.length).sum();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The value of {@code Content-Range}. */
    static String range(ByteRanges.Part part, long whole) {
        return "bytes %d-%d/%d".formatted(part.first(), part.last(), whole);
    }

    String type() {
        return "multipart/byteranges; boundary=" + boundary;
    }

    /** Of parts and borders together. */
    long length() {
        return length;
    }

    /** One before each part, and one behind the last. */
    List<HttpContent> borders() {
        return borders.stream()
                .<HttpContent>map(border -> new DefaultHttpContent(Unpooled.wrappedBuffer(border)))
                .toList();
    }
}
