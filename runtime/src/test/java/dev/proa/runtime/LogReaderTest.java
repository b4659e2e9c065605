package dev.proa.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogReaderTest {
    @TempDir Path folder;

    private Path file = Path.of("unset");

    @BeforeEach
    void place() {
        file = folder.resolve("api.log");
    }

    private void append(String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Test
    void givesTheLastLinesWithAnUnfinishedOne() throws IOException {
        append("one\ntwo\nthree\nfour");

        assertThat(new LogReader(file).last(2)).containsExactly("three", "four");
    }

    @Test
    void aMissingFileHasNoLines() throws IOException {
        var reader = new LogReader(file);

        assertThat(reader.last(5)).isEmpty();
        assertThat(reader.more()).isEmpty();
    }

    @Test
    void goesOnWithFinishedLinesOnly() throws IOException {
        append("one\n");
        var reader = new LogReader(file);
        var before = reader.last(5);
        append("two\nthr");
        var between = reader.more();
        append("ee\n");

        assertThat(before).containsExactly("one");
        assertThat(between).containsExactly("two");
        assertThat(reader.more()).containsExactly("three");
        assertThat(reader.more()).isEmpty();
    }

    @Test
    void beginsTheNewFileAfterARotation() throws IOException {
        append("old\n");
        var reader = new LogReader(file);
        reader.last(5);
        Files.move(file, folder.resolve("api.log.1"));
        append("new\n");

        assertThat(reader.more()).containsExactly("new");
    }

    @Test
    void showsNoEscapesNoControlsAndNoBrokenText() throws IOException {
        Files.write(
                file,
                "\u001B[31mred\u001B[0m \u001B]0;title\u0007 a\u0000b\tc\n"
                        .getBytes(StandardCharsets.UTF_8));
        Files.write(file, new byte[] {'x', (byte) 0xFF, 'y', '\n'}, StandardOpenOption.APPEND);

        assertThat(new LogReader(file).last(5)).containsExactly("red  ab\tc", "x\uFFFDy");
    }

    @Test
    void cutsALongLineAndSaysSo() throws IOException {
        append("a".repeat(50_000) + "\n");

        assertThat(new LogReader(file).last(1).getFirst())
                .hasSizeLessThan(LogText.LONGEST + 100)
                .endsWith("(line of 50000 bytes cut)");
    }

    @Test
    void readsOnlyTheEndOfALargeFile() throws IOException {
        append("first\n" + "filler line\n".repeat(200_000) + "last\n");

        var lines = new LogReader(file).last(1_000_000);

        assertThat(lines).endsWith("last").doesNotContain("first").hasSizeGreaterThan(50_000);
    }

    @Test
    void hidesWhatIsSecretByItsName() throws IOException {
        append("connecting with password=hunter2\n");

        assertThat(new LogReader(file).last(1)).containsExactly("connecting with password=***");
    }
}
