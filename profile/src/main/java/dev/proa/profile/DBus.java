package dev.proa.profile;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * As much of the D-Bus protocol (specification 0.43) as asking a service a question takes: one
 * caller, one call at a time, little-endian, no file descriptors.
 */
final class DBus {
    private static final int CALL = 1;
    private static final int RETURN = 2;
    private static final int ERROR = 3;
    private static final int LARGEST = 1 << 20;
    private static final byte REPLY_SERIAL = 5;

    private final SocketChannel channel;
    private int serial;

    DBus(SocketChannel channel) {
        this.channel = channel;
    }

    /** SASL EXTERNAL: the kernel tells the bus who this process is. */
    void authenticate() throws IOException {
        send(ByteBuffer.wrap("\0AUTH EXTERNAL\r\n".getBytes(StandardCharsets.US_ASCII)));
        if (line().startsWith("DATA")) {
            send(ByteBuffer.wrap("DATA\r\n".getBytes(StandardCharsets.US_ASCII)));
        }
        var verdict = line();
        if (!verdict.startsWith("OK")) {
            throw new IOException("the bus refused this user");
        }
        send(ByteBuffer.wrap("BEGIN\r\n".getBytes(StandardCharsets.US_ASCII)));
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        while (!line.toString().endsWith("\r\n") && line.length() < 1000) {
            line.append((char) read(1).get());
        }
        return line.toString();
    }

    /** Calls a method and gives the values of its answer. */
    Answer call(String destination, String path, String type, String member, Body body)
            throws IOException {
        serial++;
        var out = new Body("");
        out.bytes.put((byte) 'l').put((byte) CALL).put((byte) 0).put((byte) 1);
        out.bytes.putInt(body.length()).putInt(serial).putInt(0);
        int start = out.length();
        out.field(1, "o", path).field(2, "s", type).field(3, "s", member);
        out.field(6, "s", destination);
        if (!body.signature.isEmpty()) {
            out.field(8, "g", body.signature);
        }
        out.bytes.putInt(start - 4, out.length() - start);
        out.align(8);
        send(out.bytes.flip());
        send(body.bytes.flip());
        while (true) {
            var message = receive();
            if (message.reply == serial) {
                return message.answer();
            }
        }
    }

    private void send(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private ByteBuffer read(int count) throws IOException {
        var bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                throw new EOFException("the bus hung up");
            }
        }
        return bytes.flip();
    }

    private Message receive() throws IOException {
        var head = read(16);
        if (head.get(0) != 'l') {
            head.order(ByteOrder.BIG_ENDIAN);
        }
        int body = head.getInt(4);
        int fields = head.getInt(12);
        int padded = (fields + 7) & ~7;
        if (body < 0 || fields < 0 || body > LARGEST || fields > LARGEST) {
            throw new IOException("the bus sent a message of %d bytes".formatted(body));
        }
        var names = new Answer(read(padded).order(head.order()).limit(fields));
        var values = new Answer(read(body).order(head.order()));
        int reply = 0;
        while (names.bytes.hasRemaining()) {
            names.structure();
            byte code = names.bytes.get();
            var type = names.signature();
            if (type.equals("u")) {
                int number = names.number();
                reply = code == REPLY_SERIAL ? number : reply;
            } else if (type.equals("g")) {
                names.signature();
            } else {
                names.text();
            }
        }
        return new Message(head.get(1), reply, values);
    }

    private record Message(int type, int reply, Answer values) {
        Answer answer() throws IOException {
            if (type == ERROR) {
                throw new IOException(values.bytes.hasRemaining() ? values.text() : "an error");
            }
            if (type != RETURN) {
                throw new IOException("the bus sent a message of type " + type);
            }
            return values;
        }
    }

    /** Values on their way out. */
    static final class Body {
        private final String signature;
        private final ByteBuffer bytes =
                ByteBuffer.allocate(LARGEST).order(ByteOrder.LITTLE_ENDIAN);

        Body(String signature) {
            this.signature = signature;
        }

        static Body empty() {
            return new Body("");
        }

        private int length() {
            return bytes.position();
        }

        private void align(int to) {
            while (bytes.position() % to != 0) {
                bytes.put((byte) 0);
            }
        }

        Body text(String text) {
            align(4);
            var utf8 = text.getBytes(StandardCharsets.UTF_8);
            bytes.putInt(utf8.length).put(utf8).put((byte) 0);
            return this;
        }

        private Body signed(String type) {
            bytes.put((byte) type.length());
            bytes.put(type.getBytes(StandardCharsets.US_ASCII)).put((byte) 0);
            return this;
        }

        Body variant(String text) {
            return signed("s").text(text);
        }

        Body dictionary(SortedMap<String, String> entries) {
            align(4);
            bytes.putInt(0);
            int sizeAt = bytes.position() - 4;
            align(8);
            int start = bytes.position();
            entries.forEach((name, value) -> {
                align(8);
                text(name).text(value);
            });
            bytes.putInt(sizeAt, bytes.position() - start);
            return this;
        }

        private Body field(int code, String type, String value) {
            align(8);
            bytes.put((byte) code);
            signed(type);
            return type.equals("g") ? signed(value) : text(value);
        }
    }

    /** Values that came in. */
    static final class Answer {
        private final ByteBuffer bytes;

        private Answer(ByteBuffer bytes) {
            this.bytes = bytes;
        }

        private void align(int to) {
            bytes.position(Math.min((bytes.position() + to - 1) & -to, bytes.limit()));
        }

        void structure() {
            align(8);
        }

        private int number() {
            align(4);
            return bytes.getInt();
        }

        private String signature() {
            return taken(bytes.get() & 0xFF);
        }

        private String taken(int length) {
            var text = new byte[length];
            bytes.get(text).get();
            return new String(text, StandardCharsets.UTF_8);
        }

        String text() {
            return taken(number());
        }

        String variantText() {
            signature();
            return text();
        }

        byte[] bytes() {
            var found = new byte[number()];
            bytes.get(found);
            return found;
        }

        List<String> texts() {
            int length = number();
            int end = bytes.position() + length;
            List<String> texts = new ArrayList<>();
            while (bytes.position() < end) {
                texts.add(text());
            }
            return texts;
        }
    }
}
