package dev.proa.cli;

import dev.proa.core.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Another content for a file that others may be reading or running: whole, on the disk and with its
 * rights before it takes the name.
 */
final class FileReplacement {
    /** Looks once more before the new content takes the name. */
    interface LastLook {
        /** Throws if the file must stay as it is. */
        void check() throws IOException;
    }

    private FileReplacement() {}

    /**
     * Replaces the content of {@code path} or creates it.
     *
     * @param rights of the new file; null for those of a file that its owner alone can read
     * @throws IOException if the folder cannot be written; the old content is then untouched
     */
    static void write(
            Path path, byte[] content, @Nullable Set<PosixFilePermission> rights, LastLook last)
            throws IOException {
        var folder = path.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IOException("not a file in a folder: " + path);
        }
        var fresh =
                Files.createTempFile(
                        folder, "." + path.getFileName(), ".tmp", AtomicFile.ownerOnly(folder));
        try {
            try (var out = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                var bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            if (rights != null) {
                Files.setPosixFilePermissions(fresh, rights);
            }
            last.check();
            Files.move(
                    fresh,
                    path,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
