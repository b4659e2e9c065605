package dev.proa.profile;

import dev.proa.core.Where;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A configuration file as text: read whole, at most one mebibyte, and strictly UTF-8. */
final class SourceText {
    private static final int LARGEST = 1 << 20;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private SourceText() {}

    /** The text without a byte order mark; empty if there is none, with the reason reported. */
    static Optional<String> read(Path file, String name, Problems problems) {
        byte[] bytes;
        if (!Files.isRegularFile(file)) {
            problems.add(Where.of(name), file + " is not a file", "Put a file in its place");
            return Optional.empty();
        }
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(LARGEST + 1);
        } catch (IOException e) {
            problems.add(
                    Where.of(name),
                    file + " cannot be read (" + reason(e) + ")",
                    "Make it readable for this user");
            return Optional.empty();
        }
        if (bytes.length > LARGEST) {
            problems.add(
                    Where.of(name),
                    "the file is larger than 1 MiB",
                    "Keep configuration only in it");
            return Optional.empty();
        }
        return decode(bytes, name, problems);
    }

    private static String reason(IOException e) {
        return e instanceof java.nio.file.AccessDeniedException
                ? "permission denied"
                : String.valueOf(e.getMessage());
    }

    private static Optional<String> decode(byte[] bytes, String name, Problems problems) {
        var in = ByteBuffer.wrap(bytes);
        try {
            var text = StandardCharsets.UTF_8.newDecoder().decode(in).toString();
            return Optional.of(
                    !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK
                            ? text.substring(1)
                            : text);
        } catch (CharacterCodingException _) {
            // The decoder stops in front of the bytes it cannot read.
            int line = 1;
            int column = 1;
            for (int i = 0; i < in.position(); i++) {
                boolean newLine = bytes[i] == '\n';
                line += newLine ? 1 : 0;
                // Continuation bytes (10xxxxxx) do not start a character.
                column = newLine ? 1 : column + ((bytes[i] & 0xC0) == 0x80 ? 0 : 1);
            }
            problems.add(
                    new Where(name, line, column, ""),
                    "the byte 0x%02x is not UTF-8".formatted(bytes[in.position()]),
                    "Save the file as UTF-8");
            return Optional.empty();
        }
    }
}
