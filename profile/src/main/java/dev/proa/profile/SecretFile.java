package dev.proa.profile;

import dev.proa.core.Secret;
import dev.proa.core.Where;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** A file that holds one secret and that nobody but its owner can read. */
final class SecretFile {
    private static final int LARGEST = 64 * 1024;
    private static final Set<PosixFilePermission> OWNERS =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private SecretFile() {}

    /** The content without one line end; empty if there is none, with the reason reported. */
    static Optional<Secret> read(Path file, Where where, Problems problems) {
        if (!Files.isRegularFile(file)) {
            problems.add(
                    where,
                    "there is no file " + file,
                    "Write the secret into it and run chmod 600 " + file);
            return Optional.empty();
        }
        try {
            if (!closed(file, where, problems)) {
                return Optional.empty();
            }
            if (Files.size(file) > LARGEST) {
                problems.add(where, file + " is larger than 64 KiB", "Keep one secret in it");
                return Optional.empty();
            }
            var text = Files.readString(file).replaceFirst("\\r?\\n\\z", "");
            if (text.isBlank() || text.indexOf('\0') >= 0) {
                problems.add(
                        where,
                        file + (text.isBlank() ? " is empty" : " holds a NUL character"),
                        "Write the secret into it");
                return Optional.empty();
            }
            return Optional.of(Secret.of(text));
        } catch (IOException _) {
            problems.add(
                    where,
                    file + " cannot be read as UTF-8 text",
                    "Make it a text file of this user with chmod 600 " + file);
            return Optional.empty();
        }
    }

    /** On a system without these permissions, its own rules have to do. */
    private static boolean closed(Path file, Where where, Problems problems) throws IOException {
        if (!Files.getFileStore(file).supportsFileAttributeView("posix")) {
            return true;
        }
        var permissions = Files.getPosixFilePermissions(file);
        boolean closed = OWNERS.containsAll(permissions);
        if (!closed) {
            problems.add(
                    where,
                    "%s is open to others (%s)"
                            .formatted(file, PosixFilePermissions.toString(permissions)),
                    "Run chmod 600 " + file);
        }
        return closed;
    }
}
