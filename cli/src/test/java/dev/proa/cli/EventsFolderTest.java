package dev.proa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands of {@code proa events} say of a data folder that is none. */
class EventsFolderTest {
    private static final List<List<String>> READING =
            List.of(
                    List.of("costs"),
                    List.of("export"),
                    List.of("prune", "--dry-run"),
                    List.of("backup", "copy.db"));

    @TempDir Path folder;

    private record Said(int code, String text) {}

    private static Said events(List<String> words, Path data) {
        var text = new StringWriter();
        var line = Main.commandLine();
        line.setOut(new PrintWriter(text, true));
        line.setErr(new PrintWriter(text, true));
        var all =
                Stream.of(
                                Stream.of("events"),
                                words.stream(),
                                Stream.of("--data-dir", data.toString()))
                        .flatMap(each -> each);
        return new Said(line.execute(all.toArray(String[]::new)), text.toString());
    }

    private static void refused(List<String> words, Path data, int code, String because) {
        var said = events(words, data);
        assertThat(said.code()).as(words + ": " + said).isEqualTo(code);
        assertThat(said.text()).as(words.toString()).contains(data.toString(), because);
    }

    @Test
    void saysThatThereIsNoLogOrNoFolder() throws Exception {
        var file = Files.writeString(folder.resolve("file"), "x");
        var empty = Files.createDirectory(folder.resolve("empty"));
        for (var words : READING) {
            refused(words, folder.resolve("absent"), 69, "there is no event log, and no such");
            refused(words, empty, 69, "there is no event log");
            refused(words, file, 69, "this is no folder");
            refused(words, file.resolve("below"), 69, "there is no event log, and no such");
        }
        assertThat(folder.resolve("absent")).doesNotExist();
        assertThat(empty).isEmptyDirectory();
    }

    @Test
    void printsPricesOnlyOfAFolderThatIsOne() throws Exception {
        var empty = Files.createDirectory(folder.resolve("empty"));

        refused(List.of("prices"), folder.resolve("absent"), 69, "no such folder");
        assertThat(events(List.of("prices"), empty).code()).isZero();
    }

    @Test
    void importsIntoNoFolderThatCannotBeMade() throws Exception {
        var file = Files.writeString(folder.resolve("file"), "x");
        var lines = Files.writeString(folder.resolve("e.ndjson"), "").toString();

        refused(List.of("import", lines), file, 73, "it is no folder, or lies below a file");
        refused(List.of("import", lines), file.resolve("d"), 73, "it is no folder, or lies below");
    }

    @Test
    void aDryRunMakesNeitherLogNorFolder() throws Exception {
        var line = "{\"session_id\":\"s\",\"agent_type\":\"a\",\"event_type\":\"error\"}";
        var lines = Files.writeString(folder.resolve("e.ndjson"), line + "\n").toString();
        var empty = Files.createDirectory(folder.resolve("empty"));

        for (var data : List.of(folder.resolve("absent"), empty)) {
            var said = events(List.of("import", lines, "--dry-run"), data);
            assertThat(said.code()).as(said.text()).isZero();
            assertThat(said.text()).contains("Would import 1 event of 1 file; 0 were there");
        }
        assertThat(folder.resolve("absent")).doesNotExist();
        assertThat(empty).isEmptyDirectory();
    }
}
