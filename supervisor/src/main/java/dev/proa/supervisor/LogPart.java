package dev.proa.supervisor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.zip.GZIPInputStream;

/**
 * One file of a log.
 *
 * @param gz whether it is packed
 */
public record LogPart(Path path, boolean gz) {
    /** Its bytes as the sidecar wrote them. */
    public InputStream open() throws IOException {
        var raw = Files.newInputStream(path);
        if (!gz) {
            return raw;
        }
        try {
            return new GZIPInputStream(raw, 64 * 1024);
        } catch (IOException e) {
            raw.close();
            throw e;
        }
    }

    /** Of a packed one: the size of its content modulo 2^32, as RFC 1952 keeps it at the end. */
    public long packedSize() throws IOException {
        var last = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (var file = FileChannel.open(path)) {
            return file.read(last, file.size() - Integer.BYTES) == Integer.BYTES
                    ? Integer.toUnsignedLong(last.getInt(0))
                    : -1;
        }
    }

    /** What stays the same while it is renamed; empty where the file system tells no such thing. */
    public OptionalLong key() throws IOException {
        return key(path);
    }

    static OptionalLong key(Path path) throws IOException {
        try {
            return Files.getAttribute(path, "unix:ino") instanceof Long inode
                    ? OptionalLong.of(inode)
                    : OptionalLong.empty();
        } catch (UnsupportedOperationException e) {
            return OptionalLong.empty();
        }
    }
}
