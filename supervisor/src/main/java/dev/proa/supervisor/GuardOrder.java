package dev.proa.supervisor;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * One frame from the application, as the Java guard reads it; {@code native/guard/PROTOCOL.md}.
 *
 * @param body the frame without its length, to be handed on as it is
 * @param unsupported whether it has a field that this guard does not know and must not skip
 */
record GuardOrder(
        byte[] body,
        int type,
        long id,
        long version,
        long signal,
        long graceMillis,
        List<byte[]> words,
        List<byte[]> environment,
        Optional<byte[]> folder,
        OptionalInt umask,
        boolean unsupported) {
    private static final int OPTIONAL_FROM = 128;
    private static final int NUMBER = 4;
    private static final int HIGHEST_SIGNAL = 64;
    private static final long LONGEST_GRACE_MILLIS = 24L * 60 * 60 * 1000;
    private static final int STEP = 64 * 1024;

    /** A frame that no application sends. */
    static final class Malformed extends IOException {
        private static final long serialVersionUID = 1L;

        Malformed(String message) {
            super(message);
        }
    }

    /** The next one; nothing at the end of the stream, also within a frame. */
    static Optional<GuardOrder> read(DataInputStream in) throws IOException {
        long length;
        try {
            length = in.readInt() & 0xffffffffL;
        } catch (EOFException e) {
            return Optional.empty();
        }
        if (length < 1 || length > Frame.LIMIT) {
            throw new Malformed(
                    "a command frame of %d bytes; 1 to %d are allowed"
                            .formatted(length, Frame.LIMIT));
        }
        var body = read(in, (int) length);
        return body == null ? Optional.empty() : Optional.of(parse(body));
    }

    /** Room grows with what has come, not with what a header promises. */
    private static byte @Nullable [] read(DataInputStream in, int length) throws IOException {
        var bytes = new java.io.ByteArrayOutputStream(Math.min(length, STEP));
        while (bytes.size() < length) {
            var more = in.readNBytes(Math.min(STEP, length - bytes.size()));
            if (more.length == 0) {
                return null;
            }
            bytes.writeBytes(more);
        }
        return bytes.toByteArray();
    }

    private static GuardOrder parse(byte[] bytes) throws IOException {
        var body = ByteBuffer.wrap(bytes);
        int type = body.get() & 0xff;
        if (type < Frame.HELLO || type > Frame.UNLISTEN) {
            throw wrong("an unknown type of frame");
        }
        var numbers = new long[OPTIONAL_FROM];
        var words = new ArrayList<byte[]>();
        var environment = new ArrayList<byte[]>();
        Optional<byte[]> folder = Optional.empty();
        var umask = OptionalInt.empty();
        boolean unsupported = false;
        while (body.hasRemaining()) {
            if (body.remaining() < 5) {
                throw wrong("a field longer than its frame");
            }
            int tag = body.get() & 0xff;
            long size = body.getInt() & 0xffffffffL;
            if (size > body.remaining()) {
                throw wrong("a field longer than its frame");
            }
            var value = new byte[(int) size];
            body.get(value);
            switch (tag) {
                case Frame.ID, Frame.VERSION, Frame.SIGNAL, Frame.GRACE_MS ->
                        numbers[tag] = number(value);
                case Frame.ARG -> words.add(text(value));
                case Frame.ENV -> environment.add(text(value));
                case Frame.UMASK -> umask = OptionalInt.of((int) number(value));
                case Frame.PORT -> number(value); // no listener is opened here
                case Frame.INSTANCE -> text(value); // names control groups, which are not made here
                case Frame.MEMORY_MAX, Frame.PIDS_MAX -> {} // not held; STARTED names no group
                case Frame.CWD -> folder = Optional.of(text(value));
                default -> unsupported |= tag < OPTIONAL_FROM;
            }
        }
        return new GuardOrder(
                bytes,
                type,
                numbers[Frame.ID],
                numbers[Frame.VERSION],
                numbers[Frame.SIGNAL],
                numbers[Frame.GRACE_MS],
                words,
                environment,
                folder,
                umask,
                unsupported);
    }

    private static long number(byte[] value) throws IOException {
        if (value.length != NUMBER) {
            throw wrong("a number that is not four bytes long");
        }
        return ByteBuffer.wrap(value).getInt() & 0xffffffffL;
    }

    private static byte[] text(byte[] value) throws IOException {
        for (byte each : value) {
            if (each == 0) {
                throw wrong("a string with a NUL in it");
            }
        }
        return value;
    }

    private static IOException wrong(String what) {
        return new Malformed("the command frame holds " + what);
    }

    /** What makes it an order that is not obeyed, but ends everything. */
    Optional<String> objection(boolean greeted) {
        if (!greeted && type != Frame.HELLO) {
            return Optional.of("a command before HELLO");
        }
        if (type == Frame.HELLO && version != Frame.VERSION_SPOKEN) {
            return Optional.of("a version of the protocol that this guard does not speak");
        }
        if (unsupported && type != Frame.SPAWN) {
            return Optional.of("a field that this guard does not know");
        }
        if (signal > HIGHEST_SIGNAL || graceMillis > LONGEST_GRACE_MILLIS) {
            return Optional.of("a signal or a grace out of range");
        }
        return Optional.empty();
    }

    int signalOrTerm() {
        return signal == 0 ? 15 : (int) signal;
    }
}
