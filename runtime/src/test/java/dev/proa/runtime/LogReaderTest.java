package dev.proa.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.Redaction;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading over all the files of a log, whatever happens to them meanwhile. */
class LogReaderTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    @TempDir Path data;

    private Path file = Path.of("unset");

    @BeforeEach
    void place() throws IOException {
        file = data.resolve("logs/api.log");
        Files.createDirectories(data.resolve("logs"));
    }

    private void append(String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private void gzip(int number, String text) throws IOException {
        try (OutputStream out =
                new GZIPOutputStream(Files.newOutputStream(part("." + number + ".gz")))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private Path part(String ending) {
        return data.resolve("logs/api.log" + ending);
    }

    private LogReader reader() {
        return new LogReader(data, "api", new Redaction());
    }

    private static List<String> drain(LogReader reader) throws IOException {
        var lines = new ArrayList<String>();
        for (var line = reader.next(); line.isPresent(); line = reader.next()) {
            lines.add(line.get().text());
        }
        return lines;
    }

    private List<String> last(int lines) throws IOException {
        return from(lines, Optional.empty());
    }

    private List<String> from(int lines, Optional<Instant> since) throws IOException {
        try (var reader = reader()) {
            reader.begin(lines, since);
            var all = drain(reader);
            reader.rest().ifPresent(line -> all.add(line.text()));
            return all;
        }
    }

    /** The times of a part: pairs of an offset and minutes past noon. */
    private void times(Path part, long... pairs) throws IOException {
        var folder = data.resolve("runtime/log-times/api");
        Files.createDirectories(folder);
        var bytes = ByteBuffer.allocate(pairs.length * Long.BYTES);
        for (int i = 0; i < pairs.length; i += 2) {
            bytes.putLong(pairs[i]).putLong(NOON.plusSeconds(60 * pairs[i + 1]).toEpochMilli());
        }
        Files.write(folder.resolve(Files.getAttribute(part, "unix:ino") + ".idx"), bytes.array());
    }

    @Test
    void givesTheLastLinesOverAllFilesWithAnUnfinishedOne() throws IOException {
        var all = new ArrayList<String>();
        gzip(2, "a\nb\n");
        gzip(1, "c\n\nd\n");
        Files.writeString(part(".turned.9"), "e\nf\n");
        Files.writeString(part(".turned.10"), "g\n");
        append("h\ni");
        all.addAll(List.of("a", "b", "c", "", "d", "e", "f", "g", "h", "i"));

        for (int lines = 1; lines < 13; lines++) {
            assertThat(last(lines))
                    .as("last %d", lines)
                    .isEqualTo(all.subList(Math.max(0, all.size() - lines), all.size()));
        }
        append("\n");
        for (int lines = 1; lines < 13; lines++) {
            assertThat(last(lines))
                    .as("last %d", lines)
                    .isEqualTo(all.subList(Math.max(0, all.size() - lines), all.size()));
        }
        Files.delete(file);
        Files.delete(part(".turned.9"));
        Files.delete(part(".turned.10"));
        assertThat(last(2)).containsExactly("", "d");
        assertThat(last(4)).containsExactly("b", "c", "", "d");
    }

    @Test
    void aMissingLogHasNoLinesUntilItIsWritten() throws IOException {
        try (var reader = reader()) {
            reader.begin(5, Optional.of(NOON));
            assertThat(drain(reader)).isEmpty();
            append("one\n");
            assertThat(drain(reader)).containsExactly("one");
        }
    }

    @Test
    void goesOnWithFinishedLinesOnly() throws IOException {
        append("one\n");
        try (var reader = reader()) {
            reader.begin(5, Optional.empty());
            assertThat(drain(reader)).containsExactly("one");
            append("two\npassword=hun");
            assertThat(drain(reader)).containsExactly("two");
            append("ter2\n");
            assertThat(drain(reader)).containsExactly("password=***");
            assertThat(drain(reader)).isEmpty();
        }
    }

    @Test
    void followsOverManyTurnsAtOnce() throws IOException {
        append("one\n");
        try (var reader = reader()) {
            reader.begin(5, Optional.empty());
            assertThat(drain(reader)).containsExactly("one");
            append("two\nbegun in one file, ");
            Files.move(file, part(".turned.1"));
            append("ended in the next\n");
            Files.move(file, part(".turned.2"));
            append("three\n");
            assertThat(drain(reader))
                    .containsExactly("two", "begun in one file, ended in the next", "three");
            append("four\n");
            assertThat(drain(reader)).containsExactly("four");
        }
    }

    @Test
    void followsAlsoWhenWhatItReadWasPackedMeanwhile() throws IOException {
        append("one\n");
        try (var reader = reader()) {
            reader.begin(5, Optional.empty());
            drain(reader);
            append("two\n");
            Files.delete(file);
            gzip(2, "one\ntwo\n");
            gzip(1, "three\n");
            append("four\n");
            assertThat(drain(reader)).containsExactly("two", "three", "four");
        }
    }

    @Test
    void aFileThatBeginsAnewIsReadFromItsBeginning() throws IOException {
        append("one\ntwo\n");
        try (var reader = reader()) {
            reader.begin(5, Optional.empty());
            drain(reader);
            Files.writeString(file, "new\n", StandardOpenOption.TRUNCATE_EXISTING);
            assertThat(drain(reader)).containsExactly("new");
        }
    }

    @Test
    void sinceGoesByTheTimesOfEveryPart() throws IOException {
        gzip(1, "a\nb\nc\n");
        times(part(".1.gz"), 0, 0, 2, 1, 4, 2);
        append("d\ne\nf\n");
        times(file, 0, 3, 2, 4, 4, 5);

        for (int minute = 0; minute < 6; minute++) {
            assertThat(from(100, Optional.of(NOON.plusSeconds(60L * minute))))
                    .containsExactlyElementsOf(
                            List.of("a", "b", "c", "d", "e", "f").subList(minute, 6));
        }
        assertThat(from(100, Optional.of(NOON.plusSeconds(6 * 60)))).isEmpty();
        assertThat(from(1, Optional.of(NOON))).containsExactly("f");
        try (var reader = reader()) {
            reader.begin(3, Optional.of(NOON));
            assertThat(reader.next())
                    .contains(new LogLine(Optional.of(NOON.plusSeconds(180)), "d"));
        }
    }

    @Test
    void sinceInTheMiddleOfALineBeginsWithTheNextOne() throws IOException {
        append("password=hunter2\nnext\n");
        times(file, 0, 0, 12, 1, 17, 2);

        assertThat(from(100, Optional.of(NOON.plusSeconds(60)))).containsExactly("next");
    }

    @Test
    void whatNobodyKnowsTheTimeOfIsShownUnlessItsFileIsOlder() throws IOException {
        gzip(1, "old\n");
        Files.setLastModifiedTime(part(".1.gz"), FileTime.from(NOON.minus(Duration.ofDays(1))));
        append("perhaps\n");
        Files.setLastModifiedTime(file, FileTime.from(NOON.plusSeconds(1)));

        assertThat(from(100, Optional.of(NOON))).containsExactly("perhaps");
        try (var reader = reader()) {
            assertThat(reader.next()).contains(new LogLine(Optional.empty(), "old"));
        }
    }

    @Test
    void aLineOverItsEndIsNotHeldAndAProgressBarCountsOnce() throws IOException {
        append(
                "first\n"
                        + "0%\r".repeat(100_000)
                        + "100%\r\n"
                        + "x".repeat(3_000_000)
                        + "\nlast\n");

        var lines = last(3);
        assertThat(lines.get(0)).isEqualTo("100%");
        assertThat(lines.get(1))
                .startsWith("xxx")
                .hasSizeLessThan(LogText.LONGEST + 100)
                .endsWith("(line of 3000000 bytes cut)");
        assertThat(lines.get(2)).isEqualTo("last");
        assertThat(last(4)).startsWith("first");
    }

    @Test
    void listsTheNamesAlsoOfLogsWhoseLastFileWasTurned() throws IOException {
        append("x");
        Files.move(file, part(".turned.1"), StandardCopyOption.ATOMIC_MOVE);
        Files.writeString(data.resolve("logs/web.log"), "y");
        Files.writeString(data.resolve("logs/notes.txt"), "z");

        assertThat(LogReader.in(data)).containsExactly("api", "web");
        assertThat(LogReader.in(data.resolve("none"))).isEmpty();
    }

    @Test
    void theDumpOfASidecarIsNoSidecar() throws IOException {
        append("x");
        Files.writeString(data.resolve("logs/api.dump.log"), "threads");

        assertThat(LogReader.in(data)).containsExactly("api", "api.dump");
        assertThat(LogReader.ofSidecars(data)).containsExactly("api");
    }
}
