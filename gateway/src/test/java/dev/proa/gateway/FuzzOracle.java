package dev.proa.gateway;

import dev.proa.core.Secret;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Says by the pure rules alone what may become of a stream of bytes: which requests the guard
 * passes, and what their bodies are. It reads bodies with code of its own.
 */
final class FuzzOracle {
    private static final Pattern SIZE = Pattern.compile("([0-9A-Fa-f]{1,15})([ \t]*;[^\r\n\0]*)?");

    /**
     * A request that was passed.
     *
     * @param line method and target
     * @param body as far as it is there, without its framing
     */
    record Passed(String line, String body, boolean whole) {}

    /**
     * @param closes whether the gateway has to end the connection by itself
     */
    record Reading(List<Passed> passed, boolean closes) {}

    /** A body: what it says, where the next message begins, and whether it is whole or broken. */
    record Body(String text, int next, boolean whole, boolean broken) {}

    private final Guard guard;

    FuzzOracle(int port, Secret token) {
        guard =
                new Guard(
                        ("127.0.0.1:" + port)::equals,
                        Guard.sameOrigin("http://127.0.0.1:" + port),
                        new PageEntrance(new Keys(token, port)));
    }

    Reading read(byte[] bytes) {
        var text = new String(bytes, StandardCharsets.ISO_8859_1);
        var passed = new ArrayList<Passed>();
        var at = 0;
        while (true) {
            while (text.startsWith("\r\n", at)) {
                at += 2;
            }
            var rest = Unpooled.wrappedBuffer(bytes, at, bytes.length - at);
            if (at == bytes.length
                    || HeadGrammar.ofRequests().check(rest)
                            instanceof HeadGrammar.Check.Incomplete) {
                return new Reading(passed, false);
            }
            if (!(HeadGrammar.ofRequests().check(rest) instanceof HeadGrammar.Check.Complete)) {
                return new Reading(passed, true);
            }
            var end = text.indexOf("\r\n\r\n", at) + 4;
            var head = head(text.substring(at, end - 4));
            if (!(guard.check(head, Guard.Peer.UNKNOWN) instanceof Guard.Verdict.Passed sound)) {
                return new Reading(passed, true);
            }
            var body = body(text, end, sound.body());
            passed.add(new Passed(head.method() + " " + head.target(), body.text(), body.whole()));
            if (!body.whole() || !head.keepAlive()) {
                return new Reading(passed, body.broken() || body.whole());
            }
            at = body.next();
        }
    }

    private static Head head(String text) {
        var lines = text.split("\r\n", -1);
        var words = lines[0].split(" ", -1);
        var headers = new DefaultHttpHeaders();
        for (var i = 1; i < lines.length; i++) {
            var colon = lines[i].indexOf(':');
            var value = lines[i].substring(colon + 1).replaceAll("^[ \t]+|[ \t]+$", "");
            headers.add(lines[i].substring(0, colon), value);
        }
        return new Head(words[0], words[1], words[2].equals("HTTP/1.1"), headers);
    }

    /** The body that begins here. */
    static Body body(String text, int from, Framing framing) {
        return switch (framing) {
            case Framing.Unsaid _, Framing.Broken _ -> new Body("", from, true, false);
            case Framing.Fixed(long length) -> {
                var whole = text.length() - from >= length;
                var end = whole ? from + (int) length : text.length();
                yield new Body(text.substring(from, end), end, whole, false);
            }
            case Framing.Chunked _ -> chunks(text, from);
        };
    }

    private static Body chunks(String text, int from) {
        var said = new StringBuilder();
        var at = from;
        while (true) {
            var end = text.indexOf('\n', at);
            if (end < 0) {
                return new Body(said.toString(), at, false, false);
            }
            var size = SIZE.matcher(text.substring(at, Math.max(at, end - 1)));
            if (text.charAt(end - 1) != '\r' || !size.matches()) {
                return new Body(said.toString(), at, false, true);
            }
            var length = Long.parseLong(size.group(1), 16);
            at = end + 1;
            if (length == 0) {
                return trailers(said.toString(), text, at);
            }
            said.append(text, at, (int) Math.min(text.length(), at + length));
            if (text.length() < at + length + 2) {
                var more = text.substring((int) Math.min(text.length(), at + length));
                return new Body(said.toString(), at, false, !"\r\n".startsWith(more));
            }
            at += (int) length + 2;
            if (!text.startsWith("\r\n", at - 2)) {
                return new Body(said.toString(), at, false, true);
            }
        }
    }

    private static Body trailers(String said, String text, int from) {
        var at = from;
        while (true) {
            var end = text.indexOf('\n', at);
            if (end < 0) {
                return new Body(said, at, false, false);
            }
            var line = text.substring(at, end);
            at = end + 1;
            if (line.equals("\r")) {
                return new Body(said, at, true, false);
            }
            if (!line.matches("[-!#$%&'*+.^_`|~0-9A-Za-z]+:[\t\\x20-\\x7e\\x80-\\xff]*\r")) {
                return new Body(said, at, false, true);
            }
        }
    }
}
