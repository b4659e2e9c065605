package dev.proa.eventlog;

import dev.proa.core.AtomicFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;

/** The log's files hold prompts, so that their owner alone may read them (0600). */
final class OwnFiles {
    private OwnFiles() {}

    /**
     * Sees that a database exists, empty if it is new, and narrows it and what is beside it. SQLite
     * gives the files that it makes beside a database the rights of the database.
     */
    static void prepare(Path database) throws IOException {
        try {
            Files.createFile(database, AtomicFile.ownerOnly(database.toAbsolutePath()));
        } catch (FileAlreadyExistsException e) {
            narrow(database);
        }
        narrow(Path.of(database + "-wal"));
        narrow(Path.of(database + "-shm"));
    }

    /** Takes a file's rights from everybody but its owner, if it exists and the system has such. */
    static void narrow(Path file) throws IOException {
        var view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null) {
            return;
        }
        var narrow = PosixFilePermissions.fromString("rw-------");
        try {
            if (!view.readAttributes().permissions().equals(narrow)) {
                view.setPermissions(narrow);
            }
        } catch (NoSuchFileException e) {
            return; // the next one to be made takes the database's rights
        }
    }
}
