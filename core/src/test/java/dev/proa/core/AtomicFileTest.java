package dev.proa.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir Path folder;

    @Test
    void replacesTheContentAndIsReadableByItsOwnerAlone() throws IOException {
        var path = folder.resolve("instance.json");
        Files.writeString(path, "old");

        new AtomicFile(path).write("new".getBytes(StandardCharsets.UTF_8));

        assertThat(path).hasContent("new");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        assertThat(folder.toFile().list()).containsExactly("instance.json");
    }

    @Test
    void leavesTheOldContentWhenTheTargetIsAFolder() throws IOException {
        var path = folder.resolve("taken");
        Files.createDirectories(path.resolve("inside"));

        assertThatThrownBy(() -> new AtomicFile(path).write(new byte[] {1}))
                .isInstanceOf(IOException.class);

        assertThat(folder.toFile().list()).containsExactly("taken");
    }

    @Test
    void narrowsAFolderThatOthersCouldEnter() throws IOException {
        var open = folder.resolve("a/b");
        Files.createDirectories(open);
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));

        AtomicFile.ownFolder(open);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(open)))
                .isEqualTo("rwx------");
    }

    @Test
    void makesAFolderWithThoseAboveIt() throws IOException {
        var made = AtomicFile.ownFolder(folder.resolve("x/y/z"));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                .isEqualTo("rwx------");
    }

    @Test
    void aFolderSomebodyNamedKeepsItsRightsAndOneForEverybodyIsRefused() throws IOException {
        var named = Files.createDirectory(folder.resolve("named"));
        Files.setPosixFilePermissions(named, PosixFilePermissions.fromString("rwxr-xr-x"));
        var shared = Files.createDirectory(folder.resolve("shared"));
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));

        AtomicFile.folder(named);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(named)))
                .isEqualTo("rwxr-xr-x");
        assertThatThrownBy(() -> AtomicFile.folder(shared)).hasMessageContaining("everybody");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(shared)))
                .isEqualTo("rwxrwxrwx");
    }
}
