package dev.proa.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/** A file that is seen whole or not at all, and by its owner alone (0600 in a 0700 folder). */
public final class AtomicFile {
    private static final Set<PosixFilePermission> OWNER_FILE =
            PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWNER_FOLDER =
            PosixFilePermissions.fromString("rwx------");

    /** Looks once more before the new content takes the name. */
    public interface LastLook {
        /** Throws if the file must stay as it is. */
        void check() throws IOException;
    }

    private final Path path;

    public AtomicFile(Path path) {
        this.path = path.toAbsolutePath();
    }

    /**
     * Replaces the content; on return it is on the disk.
     *
     * @throws IOException if the folder cannot be written; the old content is then untouched
     */
    public void write(byte[] content) throws IOException {
        write(content, Optional.empty(), () -> {});
    }

    /**
     * As {@link #write(byte[])}, for a file that others may be reading or running.
     *
     * @param rights of the new file; without them those of a file that its owner alone can read
     */
    public void write(byte[] content, Optional<Set<PosixFilePermission>> rights, LastLook last)
            throws IOException {
        var folder = path.getParent();
        if (folder == null) {
            throw new IOException("not a file in a folder: " + path);
        }
        var fresh =
                Files.createTempFile(folder, "." + path.getFileName(), ".tmp", ownerOnly(folder));
        try {
            try (var out = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                var bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            if (rights.isPresent()) {
                Files.setPosixFilePermissions(fresh, rights.get());
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

    /**
     * Makes a folder, and the missing ones above it, that only its owner can enter. One that exists
     * already is narrowed to its owner, so it must be one that belongs to Proa alone.
     */
    public static Path ownFolder(Path folder) throws IOException {
        if (!made(folder) && posix(folder)) {
            Files.setPosixFilePermissions(folder, OWNER_FOLDER);
        }
        return folder;
    }

    /**
     * Makes a folder for its owner alone, or takes the one that is there as it is.
     *
     * @throws IOException if it cannot be made, or if everybody may write into the one that is
     *     there
     */
    public static Path folder(Path folder) throws IOException {
        if (!made(folder)
                && posix(folder)
                && Files.getPosixFilePermissions(folder)
                        .contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new IOException("everybody may write into it");
        }
        return folder;
    }

    /** Whether the folder was missing. */
    private static boolean made(Path folder) throws IOException {
        var parent = folder.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        try {
            Files.createDirectory(folder, attributes(folder.toAbsolutePath(), OWNER_FOLDER));
            return true;
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
            return false;
        }
    }

    /**
     * What a new file needs so that its owner alone can read it; empty where the file system has no
     * such rights.
     */
    public static FileAttribute<?>[] ownerOnly(Path folder) {
        return attributes(folder, OWNER_FILE);
    }

    private static FileAttribute<?>[] attributes(Path near, Set<PosixFilePermission> rights) {
        return posix(near)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(rights)}
                : new FileAttribute<?>[0];
    }

    private static boolean posix(Path near) {
        return near.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
