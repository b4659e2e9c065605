package dev.proa.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.journal.RuntimeEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataFormTest {
    @TempDir Path folder;

    private final List<String> told = new ArrayList<>();
    private Path runtime;
    private Path backup;

    @BeforeEach
    void makeRuntime() throws IOException {
        runtime = Files.createDirectories(folder.resolve("runtime"));
        backup = runtime.resolve("backup/form-1");
    }

    private java.util.Optional<RuntimeEvent> bring() throws IOException {
        return new DataForm(folder)
                .bring((from, to, copy) -> told.add(from + ">" + to + " " + copy));
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.resolveSibling(""));
        Files.writeString(file, text);
    }

    /** What a run of form 1 leaves behind. */
    private void formOne() throws IOException {
        write(runtime.resolve("data-version"), "1\n");
        write(runtime.resolve("generation"), "7");
        write(runtime.resolve("journal.jsonl"), "{\"seq\":1}\n");
        write(folder.resolve("window/Local State"), "{}");
        write(folder.resolve("window/Default/Preferences"), "mine");
        write(folder.resolve("window/Default/Cache/Cache_Data/f_1"), "again");
        Files.createSymbolicLink(folder.resolve("window/SingletonLock"), Path.of("host-1"));
        write(folder.resolve("events.db"), "the app's");
    }

    private void isFormTwo() {
        assertThat(runtime.resolve("data-version")).hasContent("2");
        assertThat(runtime.resolve("generation")).hasContent("7");
        assertThat(runtime.resolve("journal.jsonl")).hasContent("{\"seq\":1}");
        assertThat(runtime.resolve("window/Default/Preferences")).hasContent("mine");
        assertThat(folder.resolve("window")).doesNotExist();
        assertThat(folder.resolve("events.db")).hasContent("the app's");
        assertThat(backup.resolve("runtime/data-version")).hasContent("1");
        assertThat(backup.resolve("runtime/journal.jsonl")).hasContent("{\"seq\":1}");
        assertThat(backup.resolve("window/Default/Preferences")).hasContent("mine");
        assertThat(runtime.resolve("backup/form-1.partial")).doesNotExist();
    }

    @Test
    void aNewFolderGetsThePresentFormAndNoBackup() throws IOException {
        assertThat(bring()).isEmpty();

        assertThat(runtime.resolve("data-version")).hasContent("2");
        assertThat(runtime.resolve("backup")).doesNotExist();
        assertThat(told).isEmpty();
    }

    @Test
    void aFolderOfForm1IsCopiedAndThenChanged() throws IOException {
        formOne();

        assertThat(bring()).contains(new RuntimeEvent.DataMigrated(1, 2, backup.toString()));

        isFormTwo();
        assertThat(told).containsExactly("1>2 " + backup);
        assertThat(backup.resolve("window/Default/Cache")).doesNotExist();
        assertThat(bring()).as("the second time").isEmpty();
    }

    @Test
    void aFolderFromBeforeTheVersionFileIsOfForm1() throws IOException {
        formOne();
        Files.delete(runtime.resolve("data-version"));

        assertThat(bring()).isPresent();

        assertThat(runtime.resolve("window/Default/Preferences")).hasContent("mine");
    }

    @Test
    void aFolderOfTheAppThatHappensToBeCalledWindowStays() throws IOException {
        write(runtime.resolve("data-version"), "1\n");
        write(folder.resolve("window/pane.db"), "the app's");

        assertThat(bring()).isPresent();

        assertThat(folder.resolve("window/pane.db")).hasContent("the app's");
        assertThat(runtime.resolve("window")).doesNotExist();
    }

    @Test
    void aCopyThatWasInterruptedIsMadeAnew() throws IOException {
        formOne();
        write(runtime.resolve("backup/form-1.partial/runtime/journal.jsonl"), "{\"se");
        write(runtime.resolve("backup/form-1.partial/window/old"), "half");

        assertThat(bring()).isPresent();

        isFormTwo();
        assertThat(backup.resolve("window/old")).doesNotExist();
    }

    @Test
    void aChangeThatWasInterruptedBeforeTheVersionIsFinishedAndTheCopyStays() throws IOException {
        formOne();
        bring();
        write(runtime.resolve("data-version"), "1\n");
        write(runtime.resolve("window/Default/Preferences"), "newer");

        assertThat(bring()).isPresent();

        assertThat(runtime.resolve("data-version")).hasContent("2");
        assertThat(runtime.resolve("window/Default/Preferences")).hasContent("newer");
        assertThat(backup.resolve("window/Default/Preferences")).hasContent("mine");
    }

    @ParameterizedTest
    @ValueSource(strings = {"3\n", "99", "x", "", "-1", "0", "99999999999999999999", "2 2"})
    void aFolderOfANewerOrUnknownFormIsRefusedAndLeftAlone(String version) throws IOException {
        formOne();
        write(runtime.resolve("data-version"), version);

        assertThatThrownBy(this::bring)
                .isInstanceOfSatisfying(
                        ProaException.class,
                        e -> {
                            assertThat(e.exitCode()).isEqualTo(ExitCode.BAD_DATA);
                            assertThat(e).hasMessageContaining("data-version");
                        });
        assertThat(runtime.resolve("data-version")).hasContent(version.strip());
        assertThat(folder.resolve("window/Local State")).exists();
        assertThat(runtime.resolve("backup")).doesNotExist();
    }
}
