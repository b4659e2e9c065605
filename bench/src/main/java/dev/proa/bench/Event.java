package dev.proa.bench;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;

/**
 * An event of 1,024 bytes as a hook sends it, or a batch of such, and the request around it. The
 * numbers are patched in. One thread at a time.
 */
final class Event {
    static final int BYTES = 1024;

    private static final String BEFORE = "{\"event_id\":\"b";
    private static final byte[] MARK = Texts.ascii(BEFORE.substring(1));
    private static final int DIGITS = 10;
    private static final String BATCH = "{\"events\":[";

    /** What its 1,024 bytes are mostly. */
    enum Text {
        /** A command: some 120 words, all of which are to be found by a search. */
        COMMAND,
        /** What a command of 25 words has printed, which no search looks at. */
        OUTPUT
    }

    private final byte[] body;
    private final byte[] request;
    private final int size;
    private final int numberAt;

    /** Makes one event of a session; {@code port} is whom the request is for. */
    Event(String session, int port) {
        this(session, port, 1);
    }

    /** Makes so many events of a session; one of them is no batch. */
    Event(String session, int port, int size) {
        this(session, port, size, Text.COMMAND);
    }

    Event(String session, int port, int size, Text text) {
        this.size = size;
        numberAt = BEFORE.length() + (size == 1 ? 0 : BATCH.length());
        var one = body(session, text);
        body = size == 1 ? one : batch(one, size);
        var head =
                Texts.head(
                        "POST /api/events%s HTTP/1.1".formatted(size == 1 ? "" : "/batch"),
                        "Host: 127.0.0.1:" + port,
                        "Content-Type: application/json",
                        "Content-Length: " + body.length);
        request = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, request, head.length, body.length);
    }

    private static byte[] batch(byte[] one, int size) {
        var event = new String(one, StandardCharsets.US_ASCII);
        return Texts.ascii(BATCH + String.join(",", Collections.nCopies(size, event)) + "]}");
    }

    private static byte[] body(String session, Text text) {
        var start =
                BEFORE
                        + "0".repeat(DIGITS)
                        + "\",\"session_id\":\""
                        + session
                        + "\",\"agent_type\":\"claude_code\",\"event_type\":\"tool_use\",\"tool_name\":\"Bash\","
                        + "\"status\":\"success\",\"duration_ms\":173,\"project\":\"bench\",\"metadata\":{\"command\":\"";
        var end = "\"}}";
        var words = "grep -rn \\\"acknowledged\\\" --include=*.java core/src gateway/src | head; ";
        var room = BYTES - start.length() - end.length();
        if (text == Text.OUTPUT) {
            var command = words.repeat(2) + "sort | uniq -c | less -R\",\"stdout\":\"";
            return Texts.ascii(start + command + "x".repeat(room - command.length()) + end);
        }
        var whole = words.repeat(room / words.length());
        return Texts.ascii(start + whole + "x".repeat(room - whole.length()) + end);
    }

    /** The body with numbers from this one on. */
    byte[] body(long first) {
        patch(body, numberAt, first);
        return body;
    }

    /** The whole request with numbers from this one on. */
    byte[] request(long first) {
        patch(request, request.length - body.length + numberAt, first);
        return request;
    }

    private void patch(byte[] bytes, int at, long first) {
        for (var i = 0; i < size; i++) {
            var rest = first + i;
            var last = at + i * (BYTES + 1) + DIGITS - 1;
            for (var digit = last; digit > last - DIGITS; digit--) {
                bytes[digit] = (byte) ('0' + rest % 10);
                rest /= 10;
            }
        }
    }

    /** Where the next number of an event stands in a text; -1 if there is none. */
    static int nextNumber(byte[] text, int from) {
        for (var at = from; at + MARK.length + DIGITS <= text.length; at++) {
            if (Arrays.mismatch(text, at, at + MARK.length, MARK, 0, MARK.length) < 0) {
                return at + MARK.length;
            }
        }
        return -1;
    }

    static long number(byte[] text, int at) {
        var number = 0L;
        for (var i = at; i < at + DIGITS; i++) {
            number = number * 10 + text[i] - '0';
        }
        return number;
    }
}
