package dev.proa.gateway;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** A page on a WebSocket that sends exactly the frames it is told to. */
final class PageSocketClient implements AutoCloseable {
    static final int FIN = 0x80;
    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    /** A frame from the gateway. */
    record Frame(int opcode, byte[] payload) {
        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        int closeCode() {
            return ((payload[0] & 0xff) << 8) | (payload[1] & 0xff);
        }
    }

    private final RawClient client;
    private final Random random = new Random(1);

    private PageSocketClient(RawClient client) {
        this.client = client;
    }

    static String[] handshake(TestGateway gateway, String... more) {
        var fields = new String[6 + more.length];
        fields[0] = "Upgrade: websocket";
        fields[1] = "Connection: keep-alive, Upgrade";
        fields[2] = "Sec-WebSocket-Version: 13";
        fields[3] = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
        fields[4] = "Origin: http://127.0.0.1:" + gateway.port();
        fields[5] = "User-Agent: test";
        System.arraycopy(more, 0, fields, 6, more.length);
        return fields;
    }

    static PageSocketClient open(TestGateway gateway) {
        return open(gateway, "/_proa/channel");
    }

    static PageSocketClient open(TestGateway gateway, String path) {
        var client = gateway.connect();
        var answer = client.ask(gateway.request("GET", path, handshake(gateway)));
        if (answer.status() != 101) {
            client.leave();
            throw new AssertionError(answer);
        }
        return new PageSocketClient(client);
    }

    PageSocketClient say(String json) {
        return frame(FIN | TEXT, json.getBytes(StandardCharsets.UTF_8));
    }

    PageSocketClient frame(int first, byte[] payload) {
        return frame(first, payload, true);
    }

    PageSocketClient frame(int first, byte[] payload, boolean masked) {
        return raw(framed(first, payload, masked));
    }

    /** As {@link #frame(int, byte[])}, to a gateway that may have closed already. */
    PageSocketClient tryFrame(int first, byte[] payload) {
        var bytes = framed(first, payload, true);
        client.trySend(new String(bytes, StandardCharsets.ISO_8859_1));
        return this;
    }

    PageSocketClient raw(byte[] bytes) {
        client.send(bytes);
        return this;
    }

    private byte[] framed(int first, byte[] payload, boolean masked) {
        var out = new ByteArrayOutputStream();
        out.write(first);
        var bit = masked ? 0x80 : 0;
        if (payload.length < 126) {
            out.write(bit | payload.length);
        } else if (payload.length < 65_536) {
            out.write(bit | 126);
            out.write(payload.length >> 8);
            out.write(payload.length);
        } else {
            out.write(bit | 127);
            for (var shift = 56; shift >= 0; shift -= 8) {
                out.write((int) ((long) payload.length >>> shift));
            }
        }
        var mask = new byte[4];
        if (masked) {
            random.nextBytes(mask);
            out.writeBytes(mask);
        }
        for (var i = 0; i < payload.length; i++) {
            out.write(payload[i] ^ mask[i % 4]);
        }
        return out.toByteArray();
    }

    /** The next frame that is no ping. */
    Frame next() {
        for (var frame = any(); ; frame = any()) {
            if (frame.opcode() != PING) {
                return frame;
            }
        }
    }

    Frame any() {
        var head = client.bytes(2);
        if ((head[0] & FIN) == 0 || (head[1] & 0x80) != 0) {
            throw new AssertionError("the gateway sends whole, unmasked frames");
        }
        var length = (long) (head[1] & 0x7f);
        if (length >= 126) {
            var more = client.bytes(length == 126 ? 2 : 8);
            length = 0;
            for (var b : more) {
                length = length << 8 | (b & 0xff);
            }
        }
        return new Frame(head[0] & 0x0f, client.bytes((int) length));
    }

    String text() {
        return next().text();
    }

    /** The number of the next batch. */
    long batch() {
        var text = text();
        if (!text.startsWith("{\"t\":\"batch\"")) {
            throw new AssertionError("not a batch: " + text);
        }
        return Long.parseLong(text.replaceFirst(".*?\"s\":(\\d+),.*", "$1"));
    }

    byte[] rest() {
        return client.rest();
    }

    boolean wasReset() {
        return client.wasReset();
    }

    void leave() {
        client.leave();
    }

    @Override
    public void close() {
        client.close();
    }
}
