package dev.proa.runtime;

import dev.proa.core.AtomicFile;
import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;

/**
 * An app's data folder, held by one instance: the lock in it is taken before anything else and kept
 * until the end. The kernel frees the lock whatever ends the process, so a stale one does not
 * exist.
 */
final class DataFolder implements AutoCloseable {
    /** Raised when what lies in the folder changes its form. */
    static final int VERSION = 1;

    private final Path path;
    private final FileChannel lockFile;

    private DataFolder(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /**
     * Makes and locks the folder.
     *
     * @return empty if another instance holds it
     * @throws ProaException if it cannot be made (73) or belongs to a newer Proa (65)
     */
    static Optional<DataFolder> lock(Path path) {
        try {
            AtomicFile.folder(path);
            var runtime = AtomicFile.ownFolder(path.resolve("runtime"));
            var lockFile =
                    FileChannel.open(
                            runtime.resolve("lock"),
                            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                            AtomicFile.ownerOnly(runtime));
            if (tryLock(lockFile).isEmpty()) {
                lockFile.close();
                return Optional.empty();
            }
            checkVersion(runtime.resolve("data-version"));
            return Optional.of(new DataFolder(path, lockFile));
        } catch (IOException e) {
            throw new ProaException(
                    ExitCode.CANNOT_CREATE,
                    new Problem(
                            Where.of(path.toString()),
                            "The data folder cannot be used: " + e,
                            "Make it writable for you, or choose another with --data-dir"),
                    e);
        }
    }

    private static Optional<FileLock> tryLock(FileChannel lockFile) throws IOException {
        try {
            return Optional.ofNullable(lockFile.tryLock());
        } catch (OverlappingFileLockException e) {
            return Optional.empty(); // held by another instance in this very process
        }
    }

    private static void checkVersion(Path file) throws IOException {
        var found = Files.exists(file) ? Files.readString(file).strip() : "";
        if (found.isEmpty()) {
            new AtomicFile(file).write((VERSION + "\n").getBytes(StandardCharsets.UTF_8));
        } else if (!found.equals(Integer.toString(VERSION))) {
            throw new ProaException(
                    ExitCode.BAD_DATA,
                    new Problem(
                            Where.of(file.toString()),
                            "The data folder has version "
                                    + found
                                    + ", this Proa knows version "
                                    + VERSION,
                            "Start it with the newer Proa that wrote it, or choose another folder with --data-dir"));
        }
    }

    Path path() {
        return path;
    }

    Path runtime() {
        return path.resolve("runtime");
    }

    Path logs() throws IOException {
        return AtomicFile.ownFolder(path.resolve("logs"));
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
    }
}
