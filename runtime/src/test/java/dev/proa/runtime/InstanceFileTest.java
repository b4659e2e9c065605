package dev.proa.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.AtomicFile;
import dev.proa.core.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstanceFileTest {
    @TempDir Path data;

    private static InstanceFile file(Optional<String> ingest) {
        return new InstanceFile(
                "11111111-2222-3333-4444-555555555555",
                4711,
                Instant.parse("2026-01-01T00:00:00Z"),
                "http://127.0.0.1:4000",
                4000,
                Secret.of("the-token"),
                ingest,
                "dev.example.app",
                "1.2.3",
                "local_fullstack");
    }

    @Test
    void hasExactlyTheDocumentedFieldsAndIsForItsOwnerAlone() throws IOException {
        AtomicFile.ownFolder(data.resolve("runtime"));

        file(Optional.of("http://127.0.0.1:3141")).write(data);

        assertThat(InstanceFile.in(data))
                .content()
                .isEqualTo(
                        "{\"instance\":\"11111111-2222-3333-4444-555555555555\",\"pid\":4711,"
                                + "\"started_at\":\"2026-01-01T00:00:00Z\",\"base_url\":\"http://127.0.0.1:4000\",\"port\":4000,"
                                + "\"token\":\"the-token\",\"ingest_url\":\"http://127.0.0.1:3141\","
                                + "\"app\":{\"id\":\"dev.example.app\",\"version\":\"1.2.3\"},\"mode\":\"local_fullstack\"}\n");
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(InstanceFile.in(data))))
                .isEqualTo("rw-------");
    }

    @Test
    void isReadAsItWasWritten() throws IOException {
        AtomicFile.ownFolder(data.resolve("runtime"));
        file(Optional.empty()).write(data);

        var read = InstanceFile.read(data).orElseThrow();

        assertThat(InstanceFile.in(data)).content().contains("\"ingest_url\":null");
        assertThat(read.ingestUrl()).isEmpty();
        assertThat(read.token().reveal()).isEqualTo("the-token");
        assertThat(read.pid()).isEqualTo(4711);
        assertThat(read.mode()).isEqualTo("local_fullstack");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "[]", "{\"instance\":\"x\"}", "{\"started_at\":\"yesterday\"}"})
    void aFileThatCannotBeUnderstoodIsAsGoodAsNone(String content) throws IOException {
        Files.createDirectories(data.resolve("runtime"));
        Files.writeString(InstanceFile.in(data), content);

        assertThat(InstanceFile.read(data)).isEmpty();
    }

    @Test
    void aFileThatIsNoTextAndAFolderInItsPlaceAreAsGoodAsNone() throws IOException {
        Files.createDirectories(data.resolve("runtime"));
        Files.write(InstanceFile.in(data), new byte[] {'{', (byte) 0xff, '}'});
        var noText = InstanceFile.read(data);
        Files.delete(InstanceFile.in(data));
        Files.createDirectory(InstanceFile.in(data));

        assertThat(noText).isEmpty();
        assertThat(InstanceFile.read(data)).isEmpty();
    }
}
