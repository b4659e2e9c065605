package dev.proa.bench;

import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;

/** A page on the channel: hears every batch, acknowledges it, and says which events were in it. */
final class Page implements AutoCloseable {
    private static final Pattern BATCH =
            Pattern.compile("^\\{\"t\":\"batch\",\"g\":(\\d+),\"s\":(\\d+),");
    private static final int HEAD = 80;
    private static final int TEXT = 0x81;
    private static final int PING = 0x89;
    private static final int PONG = 0x8a;

    private final RawHttp socket;
    private final LongConsumer heard;
    private final Thread reader;
    private volatile boolean left;

    /**
     * Connects, and calls {@code heard} with each event's number on a thread of its own.
     *
     * @throws IOException if it is not let in
     */
    Page(Product.Address address, LongConsumer heard) throws IOException {
        this.heard = heard;
        socket = new RawHttp(address.port());
        var status =
                socket.exchange(
                        Texts.head(
                                "GET /_proa/channel HTTP/1.1",
                                "Host: 127.0.0.1:" + address.port(),
                                "X-Proa-Token: " + address.token(),
                                "Upgrade: websocket",
                                "Connection: Upgrade",
                                "Sec-WebSocket-Version: 13",
                                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                                "Sec-WebSocket-Protocol: proa.v1"));
        if (status != 101) {
            throw new IOException("the channel answered " + status);
        }
        say(TEXT, Texts.ascii("{\"t\":\"ready\"}"));
        reader = Thread.ofPlatform().name("bench-page").start(this::read);
    }

    private void read() {
        try {
            while (true) {
                frame();
            }
        } catch (SocketException e) {
            if (!left) {
                throw new IllegalStateException("the page was cut off", e);
            }
        } catch (IOException e) {
            throw new IllegalStateException("the page was cut off", e);
        }
    }

    private void frame() throws IOException {
        var head = socket.bytes(2);
        var length = head[1] & 0x7f;
        if (length == 127) {
            length = (int) number(socket.bytes(8));
        } else if (length == 126) {
            length = (int) number(socket.bytes(2));
        }
        var payload = socket.bytes(length);
        switch (head[0] & 0xff) {
            case TEXT -> message(payload);
            case PING -> say(PONG, payload);
            default -> throw new IOException("an unexpected frame " + head[0]);
        }
    }

    private static long number(byte[] bytes) {
        var number = 0L;
        for (var b : bytes) {
            number = number << 8 | (b & 0xff);
        }
        return number;
    }

    private void message(byte[] payload) throws IOException {
        for (var at = Event.nextNumber(payload, 0); at >= 0; at = Event.nextNumber(payload, at)) {
            heard.accept(Event.number(payload, at));
        }
        var start = new String(payload, 0, Math.min(HEAD, payload.length), StandardCharsets.UTF_8);
        var batch = BATCH.matcher(start);
        if (batch.find()) {
            say(
                    TEXT,
                    Texts.ascii(
                            "{\"t\":\"ack\",\"g\":%s,\"s\":%s}"
                                    .formatted(batch.group(1), batch.group(2))));
        }
    }

    /** Clients mask their frames (RFC 6455 section 5.3); a mask of zeros changes nothing. */
    private void say(int first, byte[] payload) throws IOException {
        if (payload.length >= 126) {
            throw new IOException("only short messages are sent");
        }
        var frame = new byte[6 + payload.length];
        frame[0] = (byte) first;
        frame[1] = (byte) (0x80 | payload.length);
        System.arraycopy(payload, 0, frame, 6, payload.length);
        socket.send(frame);
    }

    @Override
    public void close() throws IOException {
        left = true;
        socket.close();
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
