package dev.proa.eventlog;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Reads a file of JSON lines, however long they are, in little memory: a text inside a line is cut
 * after {@link #LONGEST_TEXT} bytes, so that the line stays JSON, and a line that is still too long
 * is given without its text. It knows the SHA-256 of all lines that were taken. For one thread.
 */
final class Lines implements AutoCloseable {
    static final int LONGEST_TEXT = 256 * 1024;
    static final int LONGEST_LINE = 8 * 1024 * 1024;
    private static final int CHUNK = 64 * 1024;
    private static final int UNICODE_DIGITS = 4;

    /**
     * A line without its end.
     *
     * @param text empty if it is longer than {@link #LONGEST_LINE}
     * @param ended whether a line feed followed; without one the file may still be growing
     */
    record Line(Optional<String> text, boolean ended) {}

    private final InputStream in;
    private final MessageDigest digest = sha256();
    private final byte[] chunk = new byte[CHUNK];
    private int at; // of the chunk, as is what follows
    private int digested;
    private int limit;
    private long offset;
    private MessageDigest taken = sha256();
    private long takenTo;
    private long passed;
    private byte[] line = new byte[CHUNK];
    private int length; // of the line; more than LONGEST_LINE once it is too long
    private boolean quoted;
    private boolean escaped;
    private int unicodeLeft;
    private int textLength;
    private boolean cutting;

    private Lines(InputStream in) {
        this.in = in;
    }

    static Lines of(Path file) throws IOException {
        return new Lines(Files.newInputStream(file));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Counts everything that was read as taken. */
    void take() {
        digest.update(chunk, digested, at - digested);
        digested = at;
        taken = copy(digest);
        takenTo = offset;
    }

    /** How many lines were taken without giving them. */
    long passed() {
        return passed;
    }

    /** Where the bytes end that were taken. */
    long takenTo() {
        return takenTo;
    }

    /** The SHA-256 of the bytes that were taken, in hexadecimal digits. */
    String hash() {
        return HexFormat.of().formatHex(copy(taken).digest());
    }

    private static MessageDigest copy(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's SHA-256 can be cloned", e);
        }
    }

    /** Takes so many bytes without giving them; fewer if the file ends before. */
    void pass(long bytes) throws IOException {
        while (offset < bytes && available()) {
            var step = (int) Math.min(bytes - offset, limit - at);
            for (var end = at + step; at < end; at++) {
                passed += chunk[at] == '\n' ? 1 : 0;
            }
            offset += step;
        }
        take();
    }

    /** The next line; empty at the end of the file. */
    Optional<Line> next() throws IOException {
        if (!available()) {
            return Optional.empty();
        }
        begin();
        while (available()) {
            while (at < limit) {
                var value = chunk[at++];
                offset++;
                if (value == '\n') {
                    return Optional.of(new Line(text(), true));
                }
                add(value);
            }
        }
        return Optional.of(new Line(text(), false));
    }

    private void begin() {
        length = 0;
        quoted = false;
        escaped = false;
        unicodeLeft = 0;
        if (line.length > 1024 * 1024) {
            line = new byte[CHUNK];
        }
    }

    private boolean available() throws IOException {
        if (at < limit) {
            return true;
        }
        digest.update(chunk, digested, limit - digested);
        at = 0;
        digested = 0;
        limit = Math.max(0, in.read(chunk));
        return limit > 0;
    }

    private Optional<String> text() {
        return length > LONGEST_LINE
                ? Optional.empty()
                : Optional.of(new String(line, 0, length, StandardCharsets.UTF_8));
    }

    private void add(byte value) {
        if (!quoted) {
            quoted = value == '"';
            textLength = 0;
            cutting = false;
            keep(value);
            return;
        }
        var starts = !escaped && unicodeLeft == 0 && (value & 0xC0) != 0x80;
        if (starts && value == '"') {
            quoted = false;
            keep(value);
            return;
        }
        // Nothing is cut apart: neither a character nor what stands for one.
        cutting |= starts && textLength >= LONGEST_TEXT;
        textLength++;
        if (escaped) {
            escaped = false;
            unicodeLeft = value == 'u' ? UNICODE_DIGITS : 0;
        } else if (unicodeLeft > 0) {
            unicodeLeft--;
        } else {
            escaped = value == '\\';
        }
        if (!cutting) {
            keep(value);
        }
    }

    private void keep(byte value) {
        if (length >= LONGEST_LINE) {
            length = LONGEST_LINE + 1;
            return;
        }
        if (length == line.length) {
            line = Arrays.copyOf(line, Math.min(2 * length, LONGEST_LINE));
        }
        line[length++] = value;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
