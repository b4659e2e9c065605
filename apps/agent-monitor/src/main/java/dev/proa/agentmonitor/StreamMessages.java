package dev.proa.agentmonitor;

import dev.proa.eventlog.Commit;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Locale;

/** The stream's messages as server-sent events in UTF-8. */
final class StreamMessages {
    static final byte[] HEARTBEAT = utf8(": heartbeat\n\n");

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

    static byte[] joined(List<byte[]> pieces) {
        var all = new byte[pieces.stream().mapToInt(piece -> piece.length).sum()];
        var at = 0;
        for (var piece : pieces) {
            System.arraycopy(piece, 0, all, at, piece.length);
            at += piece.length;
        }
        return all;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
