package dev.proa.supervisor;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Reads one HTTP/1.1 answer (RFC 9112) off a connection that is not used again. */
final class HttpAnswer {
    static final int BODY_LIMIT = 64 * 1024;
    private static final int HEAD_LIMIT = 32 * 1024;

    private final InputStream input;
    private int headLeft = HEAD_LIMIT;

    private HttpAnswer(InputStream input) {
        this.input = new BufferedInputStream(input);
    }

    static LoopbackCall.Reply.Answer read(InputStream input) throws IOException {
        return new HttpAnswer(input).read();
    }

    private LoopbackCall.Reply.Answer read() throws IOException {
        int status = status();
        var headers = headers();
        while (status >= 100 && status < 200) {
            status = status();
            headers = headers();
        }
        return new LoopbackCall.Reply.Answer(status, body(status, headers));
    }

    private int status() throws IOException {
        var words = line().split(" ", 3);
        if (words.length < 2 || !words[0].startsWith("HTTP/1.") || !words[1].matches("\\d{3}")) {
            throw new IOException("what came back is not HTTP");
        }
        return Integer.parseInt(words[1]);
    }

    private Map<String, String> headers() throws IOException {
        var headers = new HashMap<String, String>();
        for (var line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).trim());
            }
        }
        return headers;
    }

    private byte[] body(int status, Map<String, String> headers) throws IOException {
        if (status == 204 || status == 304) {
            return new byte[0];
        }
        if (headers.getOrDefault("transfer-encoding", "")
                .toLowerCase(Locale.ROOT)
                .contains("chunked")) {
            return chunks();
        }
        var length = headers.get("content-length");
        if (length == null) {
            return input.readNBytes(BODY_LIMIT);
        }
        var body = input.readNBytes((int) Math.min(number(length, 10), BODY_LIMIT));
        if (body.length < Math.min(number(length, 10), BODY_LIMIT)) {
            throw new IOException("the answer ended too early");
        }
        return body;
    }

    private byte[] chunks() throws IOException {
        var body = new ByteArrayOutputStream();
        while (body.size() < BODY_LIMIT) {
            long size = number(line().split(";", 2)[0].trim(), 16);
            if (size == 0) {
                break;
            }
            int wanted = (int) Math.min(size, BODY_LIMIT - body.size());
            var chunk = input.readNBytes(wanted);
            body.write(chunk);
            if (chunk.length < wanted) {
                throw new IOException("the answer ended too early");
            }
            if (wanted == size) {
                line();
            }
        }
        return body.toByteArray();
    }

    private static long number(String digits, int radix) throws IOException {
        try {
            long number = Long.parseLong(digits, radix);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IOException("what came back is not HTTP", e);
        }
        throw new IOException("what came back is not HTTP");
    }

    private String line() throws IOException {
        var line = new ByteArrayOutputStream();
        for (int next = input.read(); next != '\n'; next = input.read()) {
            if (next < 0) {
                throw new IOException("the connection was closed without an answer");
            }
            if (--headLeft < 0) {
                throw new IOException("the head of the answer is too long");
            }
            line.write(next);
        }
        var text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }
}
