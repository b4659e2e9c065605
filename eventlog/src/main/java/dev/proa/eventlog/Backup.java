package dev.proa.eventlog;

import dev.proa.core.AtomicFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;

/** Copies a log into one file of its own, as one moment shows it, also while it is written. */
final class Backup {
    private final Path log;

    Backup(Path log) {
        this.log = log;
    }

    /** Copies a log of an older version into a file beside it, which is left there. */
    void beforeUpgrade(Connection connection, long version) throws SQLException, IOException {
        write(connection, log.resolveSibling("events.version-" + version + ".db"), true);
    }

    /**
     * Copies the log; the file appears when it is whole, and its owner alone can read it.
     *
     * @param replace whether a file that is there may be replaced
     * @throws FileAlreadyExistsException if it may not
     */
    static void write(Connection connection, Path to, boolean replace)
            throws SQLException, IOException {
        if (!replace && Files.exists(to)) {
            throw new FileAlreadyExistsException(to.toString());
        }
        var folder = to.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IOException("not a file in a folder: " + to);
        }
        // An empty file that is there already keeps its rights.
        var fresh =
                Files.createTempFile(
                        folder, "." + to.getFileName(), ".tmp", AtomicFile.ownerOnly(folder));
        try {
            try (var statement = connection.prepareStatement("VACUUM INTO ?")) {
                statement.setString(1, fresh.toString());
                statement.execute();
            }
            if (replace) {
                Files.move(
                        fresh,
                        to,
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            } else {
                Files.move(fresh, to);
            }
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
