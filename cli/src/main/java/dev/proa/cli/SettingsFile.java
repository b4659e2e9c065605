package dev.proa.cli;

import dev.proa.core.AtomicFile;
import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A settings file as it was read, which can be replaced as long as nobody else has changed it
 * since.
 *
 * @param named the path that the user knows; backups lie beside it
 * @param real the file behind links, which is the one replaced
 * @param bytes as they were read; null if there was no file
 * @param marked whether a byte order mark stands before the text
 * @param text empty if there was no file
 */
record SettingsFile(Path named, Path real, byte @Nullable [] bytes, boolean marked, String text) {
    private static final long MAX_BYTES = 16L * 1024 * 1024;
    private static final char MARK = '\uFEFF';
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss").withZone(ZoneOffset.UTC);

    /**
     * Reads a file, or finds that there is none.
     *
     * @throws ProaException if it cannot be read or is not UTF-8
     */
    static SettingsFile read(Path named) {
        try {
            if (!there(named)) {
                return new SettingsFile(named, named, null, false, "");
            }
            if (!Files.exists(named)) {
                throw problem(
                        ExitCode.CANNOT_CREATE,
                        named,
                        "it is a link to " + Files.readSymbolicLink(named) + ", which is not there",
                        "Create that file or remove the link");
            }
            var real = named.toRealPath();
            if (!Files.isRegularFile(real) || Files.size(real) > MAX_BYTES) {
                throw problem(
                        ExitCode.BAD_DATA,
                        named,
                        "it is not a file of at most 16 MiB",
                        "Give the settings file with --settings");
            }
            return of(named, real, Files.readAllBytes(real));
        } catch (IOException e) {
            throw failed(ExitCode.UNAVAILABLE, named, "it cannot be read", e);
        }
    }

    /** A folder that this user may not look into does not say that there is no file. */
    private static boolean there(Path named) throws IOException {
        try {
            Files.readAttributes(named, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static SettingsFile of(Path named, Path real, byte[] bytes) {
        try {
            var decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            var text = decoded.toString();
            boolean marked = !text.isEmpty() && text.charAt(0) == MARK;
            return new SettingsFile(named, real, bytes, marked, marked ? text.substring(1) : text);
        } catch (CharacterCodingException e) {
            throw problem(
                    ExitCode.BAD_DATA,
                    named,
                    "it is not UTF-8 text",
                    "Save it as UTF-8; it was left as it is");
        }
    }

    boolean exists() {
        return bytes != null;
    }

    /**
     * Puts another text in place, after a copy of the old file beside it.
     *
     * @return the copy, null if there was no file
     * @throws ProaException if it cannot be written, or somebody changed the file since it was read
     */
    @Nullable Path replace(String fresh, Instant now) {
        return replace(encoded(fresh), now);
    }

    /** The same file with another text, not written yet. */
    SettingsFile withText(String fresh) {
        return new SettingsFile(named, real, encoded(fresh), marked, fresh);
    }

    private byte[] encoded(String fresh) {
        return ((marked ? MARK : "") + fresh).getBytes(StandardCharsets.UTF_8);
    }

    @Nullable Path replace(byte[] fresh, Instant now) {
        refuseReadOnly();
        try {
            Files.createDirectories(real.toAbsolutePath().getParent());
            var backup = backUp(now);
            new AtomicFile(real).write(fresh, Optional.ofNullable(rights()), this::refuseChanged);
            return backup;
        } catch (IOException e) {
            throw failed(ExitCode.CANNOT_CREATE, named, "it cannot be written", e);
        }
    }

    /** Removes the file, after a copy of it. */
    @Nullable Path delete(Instant now) {
        refuseReadOnly();
        try {
            var backup = backUp(now);
            refuseChanged();
            Files.deleteIfExists(real);
            return backup;
        } catch (IOException e) {
            throw failed(ExitCode.CANNOT_CREATE, named, "it cannot be removed", e);
        }
    }

    /** The copies that earlier changes made and that can still be read, newest first. */
    List<SettingsFile> backups() {
        var copies = new ArrayList<SettingsFile>();
        var folder = named.toAbsolutePath().getParent();
        var glob = named.getFileName() + ".proa-*.bak";
        try (var found = Files.newDirectoryStream(folder, f -> matches(f, glob))) {
            for (var copy : found) {
                readable(copy).ifPresent(copies::add);
            }
        } catch (IOException e) {
            return List.of(); // without the copies the hooks are still found and removed
        }
        copies.sort(Comparator.comparing(SettingsFile::named).reversed());
        return copies;
    }

    private static Optional<SettingsFile> readable(Path copy) {
        try {
            return Optional.of(read(copy));
        } catch (ProaException e) {
            return Optional.empty(); // a copy that somebody spoilt is no copy
        }
    }

    private static boolean matches(Path file, String glob) {
        int star = glob.indexOf('*');
        var name = String.valueOf(file.getFileName());
        return name.startsWith(glob.substring(0, star)) && name.endsWith(glob.substring(star + 1));
    }

    private @Nullable Path backUp(Instant now) throws IOException {
        if (bytes == null) {
            return null;
        }
        var name = named.getFileName() + ".proa-" + STAMP.format(now);
        var copy = named.resolveSibling(name + ".bak");
        for (int i = 2; !created(copy, bytes); i++) {
            copy = named.resolveSibling(name + "-" + i + ".bak");
        }
        return copy;
    }

    /** Writes a copy with the rights of the file; false if there is one of that name. */
    private boolean created(Path copy, byte[] content) throws IOException {
        var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        // Settings may hold keys: narrow from the first moment on.
        try (var out = Files.newByteChannel(copy, options, AtomicFile.ownerOnly(copy))) {
            var left = ByteBuffer.wrap(content);
            while (left.hasRemaining()) {
                out.write(left);
            }
        } catch (FileAlreadyExistsException e) {
            return false;
        }
        var rights = rights();
        if (rights != null) {
            Files.setPosixFilePermissions(copy, rights);
        }
        return true;
    }

    private @Nullable Set<PosixFilePermission> rights() throws IOException {
        return bytes != null && real.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? Files.getPosixFilePermissions(real)
                : null;
    }

    private void refuseReadOnly() {
        try {
            var rights = rights();
            if (bytes != null
                    && (!Files.isWritable(real)
                            || (rights != null
                                    && !rights.contains(PosixFilePermission.OWNER_WRITE)))) {
                throw problem(ExitCode.CANNOT_CREATE, named, "it is read-only", writable(rights));
            }
        } catch (IOException e) {
            throw failed(ExitCode.CANNOT_CREATE, named, "its rights cannot be read", e);
        }
    }

    /** What makes it so: only its owner may change its rights, and they are not all that counts. */
    private String writable(@Nullable Set<PosixFilePermission> rights) throws IOException {
        var owner = Files.getOwner(real).getName();
        if (!owner.equals(System.getProperty("user.name"))) {
            return "It belongs to " + owner + ": ask them, or name another file with --settings";
        }
        return rights == null || rights.contains(PosixFilePermission.OWNER_WRITE)
                ? "Look whether its file system may be written"
                : "Allow writing with: chmod u+w " + real;
    }

    private void refuseChanged() throws IOException {
        var current = Files.exists(real) ? Files.readAllBytes(real) : null;
        if (!Arrays.equals(current, bytes)) {
            throw problem(
                    ExitCode.TRY_LATER,
                    named,
                    "somebody else changed it at the same moment, so it was left as it is",
                    "Run the command again");
        }
    }

    private static ProaException failed(ExitCode code, Path file, String what, IOException e) {
        var reason = e.getClass().getSimpleName() + " " + e.getMessage();
        var problem =
                new Problem(
                        Where.of(file.toString()),
                        what + " (" + reason.strip() + ")",
                        "Check the rights of the file and its folder");
        return new ProaException(code, problem, e);
    }

    private static ProaException problem(ExitCode code, Path file, String what, String remedy) {
        return new ProaException(code, new Problem(Where.of(file.toString()), what, remedy));
    }
}
