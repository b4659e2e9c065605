package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredTextTest {
    @TempDir Path folder;

    @Test
    void packsWhatIsLongAndGivesEverythingBack() throws Exception {
        var random = new Random(1);
        try (var log = new TestLog(folder)) {
            for (var length = 0; length < 9_000; length += 1 + random.nextInt(300)) {
                var text = "make ü ".repeat(length / 7 + 1).substring(0, length);
                log.post(body("text", text));
                assertThat(log.newest().at("/metadata/text").stringValue()).isEqualTo(text);
            }
            log.post(body("noise", noise(random)));
            assertThat(log.newest().at("/metadata/text").stringValue()).hasSize(3_000);

            assertThat(number(log, "SELECT count(*) FROM events WHERE typeof(metadata) = 'blob'"))
                    .isGreaterThan(20);
            assertThat(
                            number(
                                    log,
                                    "SELECT max(length(CAST(metadata AS BLOB))) FROM events"
                                            + " WHERE typeof(metadata) = 'text' AND session_id = 'text'"))
                    .isLessThanOrEqualTo(1_024);
            assertThat(
                            number(
                                    log,
                                    "SELECT max(length(metadata)) FROM events"
                                            + " WHERE typeof(metadata) = 'blob' AND session_id = 'text'"))
                    .isLessThan(200);
        }
    }

    /** The bound is in bytes, whatever the letters take. */
    @Test
    void countsTheBytesOfEachLetter() throws Exception {
        try (var log = new TestLog(folder)) {
            for (var letter : List.of("e", "ü", "中", "😀")) {
                for (var bytes = 1_017; bytes <= 1_033; bytes++) {
                    var room = bytes - "{\"text\":\"\"}".length();
                    var size = letter.getBytes(StandardCharsets.UTF_8).length;
                    var text = letter.repeat(room / size) + "x".repeat(room % size);

                    log.post(body("s", text));

                    assertThat(log.newest().at("/metadata/text").stringValue()).isEqualTo(text);
                    assertThat(newestIsPacked(log)).isEqualTo(bytes > 1_024);
                }
            }
        }
    }

    private static boolean newestIsPacked(TestLog log) throws InterruptedException {
        return number(log, "SELECT typeof(metadata) = 'blob' FROM events ORDER BY id DESC LIMIT 1")
                == 1;
    }

    private static String body(String session, String text) {
        return "{\"session_id\":\"%s\",\"agent_type\":\"a\",\"event_type\":\"response\",\"metadata\":%s}"
                .formatted(
                        session,
                        Json.text(
                                out -> Json.object(out, o -> o.writeStringProperty("text", text))));
    }

    private static String noise(Random random) {
        var text = new StringBuilder();
        for (var i = 0; i < 3_000; i++) {
            text.append((char) (0x4e00 + random.nextInt(20_000)));
        }
        return text.toString();
    }

    private static long number(TestLog log, String query) throws InterruptedException {
        return log.log.read(connection -> Schema.number(connection, query));
    }
}
