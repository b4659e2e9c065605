package dev.proa.runtime;

import dev.proa.core.AtomicFile;
import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.journal.RuntimeEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An app's data folder, held by one instance: the lock in it is taken before anything else and kept
 * until the end.
 */
final class DataFolder implements AutoCloseable {
    private final Path path;
    private final DataLock lock;

    private DataFolder(Path path, DataLock lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Makes and locks the folder.
     *
     * @return empty if another instance holds it
     * @throws ProaException (73) if it cannot be made
     */
    static Optional<DataFolder> lock(Path path) {
        try {
            AtomicFile.folder(path);
            var runtime = AtomicFile.ownFolder(path.resolve("runtime"));
            return DataLock.take(runtime).map(lock -> new DataFolder(path, lock));
        } catch (IOException e) {
            throw unusable(path, e);
        }
    }

    /**
     * Brings what lies in the folder into the form that this Proa writes.
     *
     * @param listener told before an older folder is changed
     * @return what the journal is to say of it, if it was changed
     * @throws ProaException if the folder is of a newer Proa or its form cannot be told (65), or if
     *     there is no room for the copy of an older one (73)
     */
    Optional<RuntimeEvent> bringToForm(DataForm.Listener listener) {
        try {
            return new DataForm(path).bring(listener);
        } catch (IOException e) {
            throw unusable(path, e);
        }
    }

    private static ProaException unusable(Path path, IOException cause) {
        return new ProaException(
                ExitCode.CANNOT_CREATE,
                new Problem(
                        Where.of(path.toString()),
                        "The data folder cannot be used: " + cause,
                        "See that it is writable for you and the disk has room, or choose another with --data-dir"),
                cause);
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
        lock.close();
    }
}
