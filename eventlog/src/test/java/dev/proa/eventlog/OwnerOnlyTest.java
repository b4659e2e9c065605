package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Prompts are in the files, and the folder may be open to others. */
@EnabledOnOs({OS.LINUX, OS.MAC}) // Windows has no such rights
class OwnerOnlyTest {
    @TempDir Path folder;

    @Test
    void createsEveryFileForItsOwnerAlone() throws Exception {
        try (var log = new TestLog(folder)) {
            log.log.append(List.of(TestLog.event("s", "e")));

            assertThat(rights())
                    .containsOnlyKeys(
                            "events.db",
                            "events.db-shm",
                            "events.db-wal",
                            "events.lock",
                            "events-words.db",
                            "events-words.db-shm",
                            "events-words.db-wal")
                    .allSatisfy((_, rights) -> assertThat(rights).isEqualTo("rw-------"));
        }
    }

    @Test
    void narrowsTheFilesThatWereOpenToOthers() throws Exception {
        try (var log = new TestLog(folder)) {
            log.log.append(List.of(TestLog.event("s", "e")));
        }
        for (var name : new String[] {"events.db-wal", "events.db-shm"}) {
            Files.createFile(folder.resolve(name));
        }
        for (var name : rights().keySet()) {
            Files.setPosixFilePermissions(
                    folder.resolve(name), PosixFilePermissions.fromString("rw-r--r--"));
        }

        try (var log = new TestLog(folder)) {
            assertThat(rights())
                    .containsOnlyKeys(
                            "events.db",
                            "events.db-shm",
                            "events.db-wal",
                            "events.lock",
                            "events-words.db",
                            "events-words.db-shm",
                            "events-words.db-wal")
                    .allSatisfy((_, rights) -> assertThat(rights).isEqualTo("rw-------"));
            assertThat(log.events().path("total").intValue()).isEqualTo(1);
        }
    }

    @Test
    void leavesTheRightsOfAStrangersDatabaseAlone() throws Exception {
        var file = folder.resolve("events.db");
        Files.writeString(file, "this was never a database ".repeat(100));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        assertThatThrownBy(() -> new TestLog(folder).close())
                .hasMessageContaining("cannot be read");

        assertThat(rights()).containsEntry("events.db", "rw-r--r--");
    }

    private Map<String, String> rights() throws Exception {
        var rights = new TreeMap<String, String>();
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                rights.put(
                        file.getFileName().toString(),
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            }
        }
        return rights;
    }
}
