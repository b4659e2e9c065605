package dev.proa.eventlog;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * A column that holds a text as it is, or as a BLOB in the form of zlib (RFC 1950) if it takes more
 * than {@link #LONGEST_PLAIN} bytes and is shorter so. SQL must not look into it.
 */
final class StoredText {
    static final int LONGEST_PLAIN = 1_024;

    private StoredText() {}

    static void bind(PreparedStatement to, int column, String text) throws SQLException {
        if (text.length() * 3L <= LONGEST_PLAIN) {
            to.setString(column, text);
            return;
        }
        if (length(text) <= LONGEST_PLAIN) {
            to.setString(column, text);
            return;
        }
        var plain = text.getBytes(StandardCharsets.UTF_8);
        var packed = packed(plain);
        if (packed.length < plain.length) {
            to.setBytes(column, packed);
        } else {
            to.setString(column, text);
        }
    }

    /**
     * In bytes of UTF-8, or that it is more than {@link #LONGEST_PLAIN}; half of a character, which
     * takes one, counts as two.
     */
    private static int length(String text) {
        var bytes = text.length();
        for (var i = 0; i < text.length() && bytes <= LONGEST_PLAIN; i++) {
            var letter = text.charAt(i);
            // The halves of a pair take four bytes together (RFC 3629).
            bytes += letter < 0x80 ? 0 : letter < 0x800 || Character.isSurrogate(letter) ? 1 : 2;
        }
        return bytes;
    }

    private static byte[] packed(byte[] plain) {
        // One level takes half the time of the usual one, and a tenth more room.
        try (var deflater = new Deflater(Deflater.BEST_SPEED)) {
            deflater.setInput(plain);
            deflater.finish();
            var packed = new byte[plain.length];
            var length = deflater.deflate(packed);
            return deflater.finished() ? Arrays.copyOf(packed, length) : plain;
        }
    }

    static String read(ResultSet row, int column) throws SQLException {
        return row.getObject(column) instanceof byte[] packed
                ? unpacked(packed)
                : row.getString(column);
    }

    private static String unpacked(byte[] packed) throws SQLException {
        try (var inflater = new Inflater()) {
            inflater.setInput(packed);
            var plain = new ByteArrayOutputStream(4 * packed.length);
            var part = new byte[8 * 1024];
            while (!inflater.finished()) {
                var length = inflater.inflate(part);
                if (length == 0) {
                    throw new DataFormatException("it is cut");
                }
                plain.write(part, 0, length);
            }
            return plain.toString(StandardCharsets.UTF_8);
        } catch (DataFormatException e) {
            throw new SQLException("a stored text cannot be read: " + e.getMessage(), e);
        }
    }
}
