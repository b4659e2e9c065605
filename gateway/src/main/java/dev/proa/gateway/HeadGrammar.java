package dev.proa.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;

/**
 * The one form of a message head that Proa reads, checked byte by byte before the decoder sees it
 * (RFC 9112, without its obsolete parts). The decoder is more patient than this; what the two could
 * understand differently never gets past here.
 */
final class HeadGrammar {
    /** The longest request line in bytes. */
    static final int MAX_FIRST_LINE = 8 * 1024;

    /** The longest head in bytes, first line and empty line included. */
    static final int MAX_HEAD = 32 * 1024;

    private static final int MAX_FIELDS = 100;

    private static final boolean[] TOKEN = new boolean[128];

    static {
        for (var b = 0; b < TOKEN.length; b++) {
            TOKEN[b] =
                    (b >= 'a' && b <= 'z')
                            || (b >= 'A' && b <= 'Z')
                            || (b >= '0' && b <= '9')
                            || "!#$%&'*+-.^_`|~".indexOf(b) >= 0;
        }
    }

    /** What the bytes so far amount to. */
    sealed interface Check {
        /** No end yet, and nothing wrong yet. */
        record Incomplete() implements Check {}

        /** A whole head in the right form. */
        record Complete() implements Check {}

        /** Not a head; {@code status} is what a client is told. */
        record Broken(int status, String what) implements Check {}
    }

    /** Where each thread looks at a head. */
    private static final FastThreadLocal<byte[]> HEADS =
            new FastThreadLocal<>() {
                @Override
                protected byte[] initialValue() {
                    return new byte[MAX_HEAD];
                }
            };

    private static final Check INCOMPLETE = new Check.Incomplete();
    private static final Check COMPLETE = new Check.Complete();

    private final boolean request;

    private HeadGrammar(boolean request) {
        this.request = request;
    }

    static HeadGrammar ofRequests() {
        return new HeadGrammar(true);
    }

    static HeadGrammar ofResponses() {
        return new HeadGrammar(false);
    }

    /** Looks at the head that begins at the reader index, without moving it. */
    Check check(ByteBuf in) {
        var there = in.readableBytes();
        var length = Math.min(there, MAX_HEAD);
        // Bytes of an array cost less to look at than those of a buffer.
        var head = HEADS.get();
        in.getBytes(in.readerIndex(), head, 0, length);
        var line = 0;
        for (var count = 0; ; count++) {
            var end = endOfLine(head, line, length);
            if (count == 0 && (end < 0 ? there : end) > MAX_FIRST_LINE) {
                return new Check.Broken(414, "the first line is longer than 8 KiB");
            }
            if (end < 0) {
                return there >= MAX_HEAD
                        ? new Check.Broken(431, "the head is longer than 32 KiB")
                        : INCOMPLETE;
            }
            if (end == line || head[end - 1] != '\r') {
                return broken("a line does not end with CR LF");
            }
            if (end - 1 == line) {
                return count == 0 ? broken("the head begins with an empty line") : COMPLETE;
            }
            if (count > MAX_FIELDS) {
                return new Check.Broken(431, "the head has more than 100 fields");
            }
            var fault = count == 0 ? firstLine(head, line, end - 1) : field(head, line, end - 1);
            if (!fault.isEmpty()) {
                return fault.equals(WRONG_VERSION) ? new Check.Broken(505, fault) : broken(fault);
            }
            line = end + 1;
        }
    }

    private static int endOfLine(byte[] head, int from, int to) {
        for (var i = from; i < to; i++) {
            if (head[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private static final String WRONG_VERSION = "the version is not HTTP/1.0 or HTTP/1.1";

    private static Check broken(String what) {
        return new Check.Broken(400, what);
    }

    private String firstLine(byte[] in, int from, int to) {
        return request ? requestLine(in, from, to) : statusLine(in, from, to);
    }

    private static String requestLine(byte[] in, int from, int to) {
        var methodEnd = from;
        while (methodEnd < to && tokenChar(in[methodEnd])) {
            methodEnd++;
        }
        if (methodEnd == from || methodEnd == to || in[methodEnd] != ' ') {
            return "the request line does not begin with a method";
        }
        var targetEnd = methodEnd + 1;
        while (targetEnd < to && in[targetEnd] > 0x20 && in[targetEnd] < 0x7f) {
            targetEnd++;
        }
        if (targetEnd == methodEnd + 1 || targetEnd == to || in[targetEnd] != ' ') {
            return "the request line has no proper target";
        }
        return version(in, targetEnd + 1, to);
    }

    private static String statusLine(byte[] in, int from, int to) {
        if (to - from < 12 || in[from + 8] != ' ') {
            return "the status line is too short";
        }
        for (var i = from + 9; i < from + 12; i++) {
            if (in[i] < '0' || in[i] > '9') {
                return "the status is not a number";
            }
        }
        if (in[from + 9] == '0' || (to > from + 12 && in[from + 12] != ' ')) {
            return "the status is not a number of three digits";
        }
        var fault = version(in, from, from + 8);
        return fault.isEmpty() ? text(in, from + 12, to) : fault;
    }

    private static String version(byte[] in, int from, int to) {
        var prefix = "HTTP/1.";
        if (to - from != prefix.length() + 1) {
            return "the version is not HTTP/1.0 or HTTP/1.1 alone";
        }
        for (var i = 0; i < 5; i++) {
            if (in[from + i] != prefix.charAt(i)) {
                return "the version does not begin with HTTP/";
            }
        }
        var minor = in[to - 1];
        var known = in[from + 5] == '1' && in[from + 6] == '.';
        return known && (minor == '0' || minor == '1') ? "" : WRONG_VERSION;
    }

    private static String field(byte[] in, int from, int to) {
        var colon = from;
        while (colon < to && tokenChar(in[colon])) {
            colon++;
        }
        if (colon == from) {
            return "a field has no name or is folded";
        }
        if (colon == to || in[colon] != ':') {
            return "a field name is not followed by a colon";
        }
        return text(in, colon + 1, to);
    }

    /** Anything but control characters; CR, LF and NUL are what attacks are made of. */
    private static String text(byte[] in, int from, int to) {
        for (var i = from; i < to; i++) {
            var b = in[i];
            if (control(b)) {
                return "a control character is where text should be";
            }
        }
        return "";
    }

    /** Whether no text may hold this byte; a tab is a blank. */
    static boolean control(byte b) {
        return (b >= 0 && b < 0x20 && b != '\t') || b == 0x7f;
    }

    /** RFC 9110 section 5.6.2. */
    static boolean tokenChar(int b) {
        return b >= 0 && b < TOKEN.length && TOKEN[b];
    }
}
