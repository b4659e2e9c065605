package dev.proa.gateway;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/**
 * What a client and an upstream say in one turn of {@link RequestFuzzTest}: mostly sound HTTP, with
 * hostile fields, bodies and single bytes strewn in. The same seed and turn give the same bytes.
 */
final class FuzzedBytes {
    private static final List<String> METHODS =
            List.of("GET", "GET", "GET", "POST", "POST", "PUT", "DELETE", "HEAD", "PATCH", "get");
    private static final List<String> ENDS =
            List.of(
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                    "?x=1",
                    "/%41",
                    "/a%20b",
                    "/..",
                    "/%2e%2e/x",
                    "//x",
                    ";a=b",
                    "%00",
                    "%",
                    "#a",
                    "\\a",
                    "?q=%0a",
                    "/%252e%252e/");
    private static final List<String> FIELDS =
            List.of(
                    "A: b",
                    "A:",
                    "A : b",
                    " A: b",
                    "A b",
                    "A: b\n",
                    "A: b\r\n c",
                    "A: \0",
                    "A: \u00e4",
                    "Host: evil",
                    "Content-Length: 3",
                    "Content-Length: 0",
                    "Content-Length: +3",
                    "Content-Length: 3, 3",
                    "Content-Length: 007",
                    "Transfer-Encoding: chunked",
                    "Transfer-Encoding: xchunked",
                    "Transfer-Encoding: gzip, chunked",
                    "Transfer-Encoding : chunked",
                    "Transfer_Encoding: chunked",
                    "Expect: 100-continue",
                    "Expect: tea",
                    "Connection: A, Content-Length, Host",
                    "Connection: Transfer-Encoding",
                    "Upgrade: h2c\r\nConnection: Upgrade",
                    "Origin: null",
                    "Origin: http://evil",
                    "Sec-Fetch-Site: cross-site",
                    "X-Proa-Token: wrong",
                    "X-Forwarded-For: 1.2.3.4",
                    "TE: trailers",
                    "Cookie: a=b; proa_1=c",
                    "Range: bytes=0-1",
                    "Trailer: B");
    private static final List<String> CHUNKS =
            List.of(
                    "3\r\nabc\r\n0\r\n\r\n",
                    "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
                    "0\r\n\r\n",
                    "003;a=b\r\nabc\r\n0\r\nB: c\r\n\r\n",
                    "A\r\n0123456789\r\n0;x\r\nContent-Length: 4\r\nB: c\r\n\r\n",
                    "3 \r\nabc\r\n0\r\n\r\n",
                    "3\nabc\n0\n\n",
                    "3;\n\r\nabc\r\n0\r\n\r\n",
                    "100000003\r\nabc\r\n0\r\n\r\n",
                    "-3\r\nabc\r\n0\r\n\r\n",
                    "3\r\nabcd\r\n0\r\n\r\n",
                    "0\r\nB: c\r\n d\r\n\r\n",
                    "0\r\nB\r\n\r\n",
                    "ffffffff");
    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final List<String> ANSWERS =
            List.of(
                    OK + "Content-Length: 2\r\n\r\nok",
                    OK + "Content-Length: 2\r\n\r\nok",
                    OK + "Content-Length: 2\r\n\r\nok",
                    OK + "Content-Length: 2\r\n\r\nok",
                    OK + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
                    OK + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nB: c\r\n\r\n",
                    "HTTP/1.1 204 No\r\n\r\n",
                    "HTTP/1.1 304 No\r\nContent-Length: 9\r\n\r\n",
                    "HTTP/1.1 100 Go\r\n\r\n" + OK + "Content-Length: 2\r\n\r\nok",
                    "HTTP/1.1 103 Hint\r\nLink: </a>\r\n\r\n" + OK + "Content-Length: 0\r\n\r\n",
                    OK + "\r\nuntil the end",
                    OK + "Content-Length: 9\r\n\r\nshort",
                    OK + "Content-Length: 2\r\n\r\nok" + OK + "Content-Length: 4\r\n\r\nevil",
                    OK + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                    OK + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\nzz\r\n",
                    OK + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n",
                    OK + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nB: c\r\n d\r\n\r\n",
                    "HTTP/1.1 101 Switch\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
                    "HTTP/1.1 102 Wait\r\n\r\n".repeat(20),
                    "HTTP/1.0 200 OK\r\nConnection: close\r\n\r\nold",
                    "HTTP/2 200\r\n\r\n",
                    "nonsense",
                    "");

    private final Random random;

    FuzzedBytes(long seed) {
        random = new Random(seed);
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    /** One in {@code n} times. */
    boolean once(int n) {
        return random.nextInt(n) == 0;
    }

    int upTo(int bound) {
        return random.nextInt(bound);
    }

    /**
     * Some requests, whole or not, one after the other. {@code proof} are the fields that admit.
     */
    byte[] requests(String proof) {
        var text = new StringBuilder();
        for (var left = once(4) ? 1 + upTo(3) : 1; left > 0; left--) {
            text.append(request(proof, left == 1 && !once(5)));
        }
        return once(2) ? mutated(text.toString()) : bytes(text.toString());
    }

    private String request(String proof, boolean last) {
        var text = new StringBuilder(any(METHODS));
        text.append(" /f/").append(Long.toHexString(random.nextLong())).append(any(ENDS));
        text.append(once(12) ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n").append(proof);
        for (var more = once(3) ? 1 + upTo(3) : 0; more > 0; more--) {
            text.append(any(FIELDS)).append("\r\n");
        }
        if (last) {
            text.append("Connection: close\r\n");
        }
        return text.append(
                        switch (upTo(6)) {
                            case 0 -> "Content-Length: 5\r\n\r\nhello";
                            case 1 -> "Content-Length: 4\r\n\r\nhello";
                            case 2 -> "Transfer-Encoding: chunked\r\n\r\n" + CHUNKS.get(upTo(5));
                            case 3 -> "Transfer-Encoding: chunked\r\n\r\n" + any(CHUNKS);
                            default -> "\r\n";
                        })
                .toString();
    }

    /** What the upstream sends back for one request. */
    byte[] answer() {
        var answer = any(ANSWERS);
        return once(8) && !answer.isEmpty() ? mutated(answer) : bytes(answer);
    }

    /** Whether this answer is as it was written above. */
    static boolean unchanged(String answer) {
        return ANSWERS.contains(answer);
    }

    private byte[] mutated(String sound) {
        var text = new StringBuilder(sound);
        var alphabet = "\r\n\0 \t:;,/%.#\\@A0f\u007f\u00ff";
        for (var edits = 1 + upTo(3); edits > 0 && !text.isEmpty(); edits--) {
            var at = upTo(text.length());
            var character = alphabet.charAt(upTo(alphabet.length()));
            switch (upTo(6)) {
                case 0, 1 -> text.setCharAt(at, character);
                case 2 -> text.insert(at, character);
                case 3 -> text.deleteCharAt(at);
                case 4 -> text.insert(at, text.substring(at, Math.min(text.length(), at + 20)));
                default -> text.setLength(at);
            }
        }
        return bytes(text.toString());
    }

    /** The bytes cut at random places. */
    List<byte[]> pieces(byte[] bytes) {
        if (!once(3) || bytes.length < 2) {
            return List.of(bytes);
        }
        var at = 1 + upTo(bytes.length - 1);
        var first = new ByteArrayOutputStream();
        first.write(bytes, 0, at);
        var second = new ByteArrayOutputStream();
        second.write(bytes, at, bytes.length - at);
        return List.of(first.toByteArray(), second.toByteArray());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
