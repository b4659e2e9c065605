package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinesTest {
    @TempDir Path folder;

    @Test
    void givesLinesAsTheyAreAndTellsOneThatIsStillWritten() throws Exception {
        var file = file("one\n\ntwo ü\nthree");

        try (var lines = Lines.of(file)) {
            assertThat(lines.next()).contains(new Lines.Line(Optional.of("one"), true));
            assertThat(lines.next()).contains(new Lines.Line(Optional.of(""), true));
            assertThat(lines.next()).contains(new Lines.Line(Optional.of("two ü"), true));
            lines.take();
            assertThat(lines.next()).contains(new Lines.Line(Optional.of("three"), false));
            assertThat(lines.next()).isEmpty();
            assertThat(lines.takenTo())
                    .isEqualTo("one\n\ntwo ü\n".getBytes(StandardCharsets.UTF_8).length);
            assertThat(lines.hash()).isEqualTo(sha256("one\n\ntwo ü\n"));
        }
    }

    @Test
    void cutsTextsOfAnyLengthSoThatTheLineStaysJson() throws Exception {
        var random = new Random(20_261_121L);
        var texts = new ArrayList<String>();
        var line = new StringBuilder("[");
        for (var i = 0; i < 20; i++) {
            var text = text(random, random.nextInt(3 * Lines.LONGEST_TEXT));
            texts.add(text);
            line.append(i == 0 ? "" : ",").append(Json.text(out -> out.writeString(text)));
        }
        // Escaped, so that the reader may meet an escape at every cut.
        var ascii = escaped(line.append("]").toString());

        for (var form : List.of(line.toString(), ascii)) {
            try (var lines = Lines.of(file(form + "\n"))) {
                var read = Json.read(lines.next().orElseThrow().text().orElseThrow());
                for (var i = 0; i < texts.size(); i++) {
                    var found = read.path(i).stringValue();
                    assertThat(texts.get(i)).as("text %d", i).startsWith(found);
                    if (texts.get(i).length() * 6 <= Lines.LONGEST_TEXT) {
                        assertThat(found).isEqualTo(texts.get(i));
                    }
                    assertThat(found.getBytes(StandardCharsets.UTF_8).length)
                            .isLessThanOrEqualTo(Lines.LONGEST_TEXT + 12);
                }
                lines.take();
                assertThat(lines.hash()).isEqualTo(sha256(form + "\n"));
            }
        }
    }

    @Test
    void givesALineWithoutItsTextIfItIsTooLongEvenSo() throws Exception {
        var tooLong = "[" + "1,".repeat(Lines.LONGEST_LINE / 2) + "1]";

        try (var lines = Lines.of(file(tooLong + "\nnext\n"))) {
            assertThat(lines.next()).contains(new Lines.Line(Optional.empty(), true));
            assertThat(lines.next()).contains(new Lines.Line(Optional.of("next"), true));
        }
    }

    @Test
    void goesOnWhereItWasLeft() throws Exception {
        var file = file("one\ntwo\n");

        try (var lines = Lines.of(file)) {
            lines.pass(4);
            assertThat(lines.hash()).isEqualTo(sha256("one\n"));
            assertThat(lines.next().orElseThrow().text()).contains("two");
        }
        try (var lines = Lines.of(file)) {
            lines.pass(100);
            assertThat(lines.takenTo()).isEqualTo(8);
        }
    }

    private static String text(Random random, int length) {
        var text = new StringBuilder();
        while (text.length() < length) {
            switch (random.nextInt(6)) {
                case 0 -> text.append('"');
                case 1 -> text.append("\\");
                case 2 -> text.appendCodePoint(0x1F600 + random.nextInt(64));
                case 3 -> text.append('ü').append('\n');
                default -> text.append("plain text ".repeat(1 + random.nextInt(20)));
            }
        }
        return text.toString();
    }

    private static String escaped(String json) {
        var ascii = new StringBuilder();
        json.chars()
                .forEach(character -> {
                    if (character < 128) {
                        ascii.append((char) character);
                    } else {
                        ascii.append("\\u%04x".formatted(character));
                    }
                });
        return ascii.toString();
    }

    private static String sha256(String text) {
        return HexFormat.of()
                .formatHex(Lines.sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("history.jsonl"), text);
    }
}
