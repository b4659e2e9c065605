package dev.proa.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldersTest {
    @TempDir Path home;

    @Test
    void aDataFolderIsHeldByOneAndFreeAfterwards() throws IOException {
        var path = home.resolve("data");
        try (var first = DataFolder.lock(path).orElseThrow()) {
            assertThat(first.path()).isEqualTo(path);
            assertThat(DataFolder.lock(path)).isEmpty();
        }

        try (var again = DataFolder.lock(path).orElseThrow()) {
            assertThat(again.runtime()).isDirectory();
        }
    }

    @Test
    void aFolderThatCannotBeMadeIsAProblemWithItsPath() throws IOException {
        Files.writeString(home.resolve("file"), "");
        var path = home.resolve("file/data");

        assertThatThrownBy(() -> DataFolder.lock(path))
                .isInstanceOfSatisfying(
                        ProaException.class,
                        e -> {
                            assertThat(e.exitCode()).isEqualTo(ExitCode.CANNOT_CREATE);
                            assertThat(e).hasMessageContaining(path.toString());
                        });
    }

    @Test
    void theGenerationGrowsAtEveryStartEvenWhenItsFileIsDamaged() throws IOException {
        long first = Generation.next(home);
        long second = Generation.next(home);
        Files.writeString(home.resolve("generation"), "");
        long third = Generation.next(home);

        assertThat(first).isEqualTo(1);
        assertThat(second).isEqualTo(2);
        assertThat(third).isGreaterThan(1_000_000);
    }

    @Test
    void theStateFolderFollowsXdgAndIgnoresARelativeOne() {
        assertThat(StateFolder.of(Map.of("XDG_STATE_HOME", "/s"), home).ingestUrlFile("a.b"))
                .isEqualTo(Path.of("/s/proa/a.b/ingest-url"));
        assertThat(StateFolder.of(Map.of("XDG_STATE_HOME", "s"), home).ingestUrlFile("a.b"))
                .isEqualTo(home.resolve(".local/state/proa/a.b/ingest-url"));
    }

    @Test
    void anIngestAddressIsTakenBackOnlyByWhoAnnouncedIt() throws IOException {
        var state = StateFolder.of(Map.of(), home);
        state.announceIngest("a.b", "http://127.0.0.1:1");
        state.announceIngest("a.b", "http://127.0.0.1:2");

        state.withdrawIngest("a.b", "http://127.0.0.1:1");

        assertThat(state.ingestUrl("a.b")).contains("http://127.0.0.1:2");
        state.withdrawIngest("a.b", "http://127.0.0.1:2");
        assertThat(state.ingestUrl("a.b")).isEmpty();
    }

    @Test
    void anEntryLeftBehindByACrashIsSweptOut() throws IOException {
        var state = StateFolder.of(Map.of(), home);
        state.register("gone", home.resolve("nowhere"));

        assertThat(state.dataFolders()).isEmpty();
        assertThat(home.resolve(".local/state/proa/instances")).isEmptyDirectory();
    }
}
