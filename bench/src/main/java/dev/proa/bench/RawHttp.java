package dev.proa.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;

/**
 * One kept connection that sends ready-made bytes and reads of the answer only what it must: the
 * client shares its cores with what it measures. One thread at a time.
 */
final class RawHttp implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 30_000;
    private static final byte[] LENGTH = Texts.ascii("content-length:");

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private byte[] buffer = new byte[64 * 1024];
    private int filled;
    private int used;
    private int body;

    RawHttp(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    /** Sends a request and waits for the whole answer, which has a length or no body. */
    int exchange(byte[] request) throws IOException {
        out.write(request);
        filled = 0;
        body = head();
        var whole = body + length(body);
        while (filled < whole) {
            fill();
        }
        used = whole;
        return (buffer[9] - '0') * 100 + (buffer[10] - '0') * 10 + buffer[11] - '0';
    }

    /** The body of the last answer. */
    byte[] body() {
        return Arrays.copyOfRange(buffer, body, used);
    }

    /** Where the head ends. */
    private int head() throws IOException {
        var at = 0;
        while (true) {
            for (; at + 3 < filled; at++) {
                if (buffer[at + 1] == '\n' && buffer[at + 2] == '\r' && buffer[at + 3] == '\n') {
                    return at + 4;
                }
            }
            fill();
        }
    }

    private int length(int head) {
        for (var line = 0; line < head; line = next(line, head)) {
            if (named(line)) {
                var length = 0;
                for (var at = line + LENGTH.length; buffer[at] != '\r'; at++) {
                    length = buffer[at] == ' ' ? length : length * 10 + buffer[at] - '0';
                }
                return length;
            }
        }
        return 0;
    }

    private int next(int line, int head) {
        var at = line;
        while (at < head && buffer[at] != '\n') {
            at++;
        }
        return at + 1;
    }

    private boolean named(int line) {
        for (var i = 0; i < LENGTH.length; i++) {
            // Names are ASCII, whose letters differ from their capitals in this bit.
            if ((buffer[line + i] | 0x20) != (LENGTH[i] | 0x20)) {
                return false;
            }
        }
        return true;
    }

    private void fill() throws IOException {
        if (filled == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * filled);
        }
        var more = in.read(buffer, filled, buffer.length - filled);
        if (more < 0) {
            throw new EOFException("the connection ended within an answer");
        }
        filled += more;
    }

    /** After a protocol switch: the next bytes of the stream, exactly so many. */
    byte[] bytes(int count) throws IOException {
        var bytes = new byte[count];
        var early = Math.min(count, filled - used); // came with the answer
        System.arraycopy(buffer, used, bytes, 0, early);
        used += early;
        if (in.readNBytes(bytes, early, count - early) < count - early) {
            throw new EOFException("the connection ended");
        }
        return bytes;
    }

    void send(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    /** Ends a read that waits in another thread. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
