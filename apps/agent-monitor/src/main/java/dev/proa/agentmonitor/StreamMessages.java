package dev.proa.agentmonitor;

import dev.proa.eventlog.Commit;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The stream's messages as server-sent events in UTF-8. */
final class StreamMessages {
    static final byte[] HEARTBEAT = utf8(": heartbeat\n\n");

    /** So many bytes are sent in one piece if they are of more than one event. */
    private static final int PIECE_BYTES = 256 * 1024;

    private static final DateTimeFormatter MILLIS =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

    private StreamMessages() {}

    /**
     * The first message. It has an id only for a client that named no place, so that even before
     * the first event it has one to come back to.
     */
    static byte[] connected(Instant now, StreamCursor latest, boolean fresh) {
        var data = "{\"type\":\"connected\",\"timestamp\":\"" + MILLIS.format(now) + "\"}";
        return fresh ? message(data, latest) : message(data);
    }

    /** What a client has missed for good; its id is where the stream goes on. */
    static byte[] gap(Resumption.Gap gap, StreamCursor to) {
        var data =
                "{\"type\":\"gap\",\"payload\":{\"cause\":\"%s\",\"from\":%s,\"to\":\"%s\",\"missed\":%s}}"
                        .formatted(
                                gap.cause().word(),
                                quoted(gap.from()),
                                to,
                                gap.missed().map(String::valueOf).orElse("null"));
        return message(data, to);
    }

    /**
     * A JSON string; what comes from a client and is no plain ASCII is shown as a question mark.
     */
    private static String quoted(String text) {
        var start = text.substring(0, Math.min(text.length(), 100));
        return '"' + start.replaceAll("[^ !#-\\[\\]-~]", "?") + '"';
    }

    static byte[] event(long epoch, Commit.StoredEvent event) {
        return message(wrapped("event", event.json()), new StreamCursor(epoch, event.id()));
    }

    /**
     * A place without anything to tell (WHATWG HTML 9.2.6: a block without data is no event, but
     * its id is kept).
     */
    static byte[] place(StreamCursor place) {
        return utf8("id: " + place + "\n\n");
    }

    /** A heartbeat for a client that does not know its place yet. */
    static byte[] heartbeat(StreamCursor place) {
        return utf8(": heartbeat\nid: " + place + "\n\n");
    }

    static byte[] system(String type, byte[] payload) {
        return message(wrapped(type, payload));
    }

    private static String wrapped(String type, byte[] payload) {
        var json = new String(payload, StandardCharsets.UTF_8);
        return "{\"type\":\"" + type + "\",\"payload\":" + json + "}";
    }

    private static byte[] message(String data) {
        return utf8("data: " + data + "\n\n");
    }

    private static byte[] message(String data, StreamCursor id) {
        return utf8("data: " + data + "\nid: " + id + "\n\n");
    }

    /** Puts messages together as far as a socket takes them well, in their order. */
    static List<byte[]> pieces(List<byte[]> messages) {
        var pieces = new ArrayList<byte[]>();
        var piece = new ByteArrayOutputStream();
        for (var message : messages) {
            if (piece.size() > 0 && piece.size() + message.length > PIECE_BYTES) {
                pieces.add(piece.toByteArray());
                piece.reset();
            }
            piece.writeBytes(message);
        }
        if (piece.size() > 0) {
            pieces.add(piece.toByteArray());
        }
        return pieces;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
