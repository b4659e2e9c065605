package dev.proa.supervisor;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One frame of the guard's protocol; {@code native/guard/PROTOCOL.md} is its description. */
record Frame(int type, List<Field> fields) {
    static final int VERSION_SPOKEN = 1;
    static final int LIMIT = 4 << 20;

    // From us.
    static final int HELLO = 1;
    static final int SPAWN = 2;
    static final int OPENED = 3;
    static final int STOP = 4;
    static final int KILL = 5;
    static final int SHUTDOWN = 6;
    static final int LISTEN = 7;
    static final int UNLISTEN = 8;
    // To us.
    static final int SAYS_HELLO = 65;
    static final int STARTED = 66;
    static final int SPAWN_FAILED = 67;
    static final int EXITED = 68;
    static final int EMPTY = 69;
    static final int NOT_EMPTY = 70;
    static final int LISTENING = 71;
    static final int LISTEN_FAILED = 72;

    static final int ID = 1;
    static final int VERSION = 2;
    static final int ARG = 3;
    static final int ENV = 4;
    static final int CWD = 5;
    static final int SIGNAL = 6;
    static final int GRACE_MS = 7;
    static final int PID = 8;
    static final int GUARD_PID = 9;
    static final int OUT_FD = 10;
    static final int STAGE = 11;
    static final int ERRNO = 12;
    static final int HOW = 13;
    static final int VALUE = 14;
    static final int SURVIVORS = 18;
    static final int PORT = 19;
    static final int LISTENER = 20;
    static final int UMASK = 21;
    static final int NICE = 22;
    static final int NAMESPACE = 23;
    static final int MEMORY_MAX = 24;
    static final int PIDS_MAX = 25;
    static final int CGROUP = 26;
    static final int LIMITS = 27;
    static final int CGROUP_OK = 28;
    static final int PIDNS_OK = 29;
    static final int INSTANCE = 30;

    record Field(int tag, byte[] value) {}

    static Frame of(int type) {
        return new Frame(type, new ArrayList<>());
    }

    Frame with(int tag, long number) {
        fields.add(new Field(tag, ByteBuffer.allocate(4).putInt((int) number).array()));
        return this;
    }

    /** A number of eight bytes, where the protocol has one. */
    Frame withLong(int tag, long number) {
        fields.add(new Field(tag, ByteBuffer.allocate(8).putLong(number).array()));
        return this;
    }

    /**
     * @throws IllegalArgumentException if {@code text} holds a NUL, which no argument can
     */
    Frame with(int tag, String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a NUL in a word of the command");
        }
        fields.add(new Field(tag, text.getBytes(StandardCharsets.UTF_8)));
        return this;
    }

    /**
     * @throws IllegalArgumentException if it is longer than the guard takes
     */
    byte[] bytes() {
        var body = new ByteArrayOutputStream();
        body.write(type);
        for (var field : fields) {
            body.write(field.tag());
            body.writeBytes(ByteBuffer.allocate(4).putInt(field.value().length).array());
            body.writeBytes(field.value());
        }
        if (body.size() > LIMIT) {
            throw new IllegalArgumentException(
                    "a frame of " + body.size() + " bytes; the guard takes " + LIMIT);
        }
        return ByteBuffer.allocate(4 + body.size())
                .putInt(body.size())
                .put(body.toByteArray())
                .array();
    }

    /** The next frame, or nothing at the end of the stream. */
    static Optional<Frame> read(DataInputStream in) throws IOException {
        int length;
        try {
            length = in.readInt();
        } catch (EOFException e) {
            return Optional.empty();
        }
        if (length < 1 || length > LIMIT) {
            throw new IOException("the guard sent a frame of " + length + " bytes");
        }
        var body = ByteBuffer.wrap(in.readNBytes(length));
        if (body.remaining() < length) {
            return Optional.empty();
        }
        var frame = of(body.get() & 0xff);
        while (body.hasRemaining()) {
            if (body.remaining() < 5) {
                throw new IOException("the guard sent half a field");
            }
            int tag = body.get() & 0xff;
            int size = body.getInt();
            if (size < 0 || size > body.remaining()) {
                throw new IOException("the guard sent a field of " + size + " bytes");
            }
            var value = new byte[size];
            body.get(value);
            frame.fields.add(new Field(tag, value));
        }
        return Optional.of(frame);
    }

    /** The number of the first field with that tag; 0 if there is none. */
    long number(int tag) {
        var all = numbers(tag);
        return all.isEmpty() ? 0 : all.getFirst();
    }

    List<Long> numbers(int tag) {
        return fields.stream()
                .filter(field -> field.tag() == tag)
                .map(field -> new BigInteger(1, field.value()).longValue())
                .toList();
    }

    boolean has(int tag) {
        return fields.stream().anyMatch(field -> field.tag() == tag);
    }

    /** The text of the first field with that tag. */
    Optional<String> text(int tag) {
        return fields.stream()
                .filter(field -> field.tag() == tag)
                .map(field -> new String(field.value(), StandardCharsets.UTF_8))
                .findFirst();
    }
}
