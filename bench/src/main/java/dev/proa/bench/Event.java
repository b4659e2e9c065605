package dev.proa.bench;

import java.util.Arrays;

/**
 * One event of 1,024 bytes as a hook sends it, and the request around it. The number is patched in.
 * One thread at a time.
 */
final class Event {
    static final int BYTES = 1024;

    private static final String BEFORE = "{\"event_id\":\"b";
    private static final byte[] MARK = Texts.ascii(BEFORE.substring(1));
    private static final int DIGITS = 10;
    private static final int NUMBER_AT = BEFORE.length();

    private final byte[] body;
    private final byte[] request;

    /**
     * Makes the event of a session.
     *
     * @param port whom the request is for
     */
    Event(String session, int port) {
        body = body(session);
        var head =
                Texts.head(
                        "POST /api/events HTTP/1.1",
                        "Host: 127.0.0.1:" + port,
                        "Content-Type: application/json",
                        "Content-Length: " + body.length);
        request = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, request, head.length, body.length);
    }

    private static byte[] body(String session) {
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
        var whole = words.repeat(room / words.length());
        return Texts.ascii(start + whole + "x".repeat(room - whole.length()) + end);
    }

    byte[] body(long number) {
        patch(body, NUMBER_AT, number);
        return body;
    }

    byte[] request(long number) {
        patch(request, request.length - body.length + NUMBER_AT, number);
        return request;
    }

    private static void patch(byte[] bytes, int at, long number) {
        var rest = number;
        for (var i = at + DIGITS - 1; i >= at; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
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
