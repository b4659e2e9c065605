package dev.proa.gateway;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One message to pages, encoded once for each kind of carrier and shared by all of them.
 *
 * @see #webSocket()
 */
final class PageFrame {
    private final String type;
    private final String id;
    private final byte[] json;
    private volatile byte @Nullable [] webSocket;
    private volatile byte @Nullable [] sse;

    /**
     * @param type the message's {@code t}
     * @param id what an event stream resumes from; empty if it cannot resume here
     */
    PageFrame(String type, String id, byte[] json) {
        this.type = type;
        this.id = id;
        this.json = json;
    }

    byte[] json() {
        return json;
    }

    int length() {
        return json.length;
    }

    /** An unmasked, final text frame (RFC 6455 section 5.2). */
    byte[] webSocket() {
        var known = webSocket;
        if (known == null) {
            known = framed();
            webSocket = known;
        }
        return known;
    }

    private byte[] framed() {
        var out = new ByteArrayOutputStream(json.length + 10);
        out.write(0x81);
        if (json.length < 126) {
            out.write(json.length);
        } else if (json.length < 65_536) {
            out.write(126);
            bigEndian(out, json.length, 2);
        } else {
            out.write(127);
            bigEndian(out, json.length, 8);
        }
        out.writeBytes(json);
        return out.toByteArray();
    }

    private static void bigEndian(ByteArrayOutputStream out, long value, int bytes) {
        for (var shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
            out.write((int) (value >>> shift));
        }
    }

    /** An event (WHATWG HTML section 9.2.6); a line break in the JSON starts another data line. */
    byte[] sse() {
        var known = sse;
        if (known == null) {
            var data =
                    new String(json, StandardCharsets.UTF_8).replaceAll("\r\n|\r|\n", "\ndata: ");
            var text =
                    "event: %s\n%sdata: %s\n\n"
                            .formatted(type, id.isEmpty() ? "" : "id: " + id + "\n", data);
            known = text.getBytes(StandardCharsets.UTF_8);
            sse = known;
        }
        return known;
    }
}
