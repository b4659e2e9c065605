package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LookupsTest {
    @TempDir Path folder;

    private static NewEvent event(int number) {
        return TestLog.event("s" + number % 50, "e" + number);
    }

    private static List<NewEvent> events(IntStream numbers) {
        return numbers.mapToObj(LookupsTest::event).toList();
    }

    private static int duplicates(Appended appended) {
        return ((Appended.Stored) appended).duplicates();
    }

    /** More than one question's worth of both, and what is known is in any of the places. */
    @Test
    void findsEachEventThatTheLogHasAmongMany() throws Exception {
        try (var log = new TestLog(folder)) {
            log.log.append(events(IntStream.of(0, 31, 32, 69, 96)));

            var appended = log.log.append(events(IntStream.range(0, 97)));

            assertThat(duplicates(appended)).isEqualTo(5);
            assertThat(duplicates(log.log.append(events(IntStream.range(0, 97))))).isEqualTo(97);
            assertThat(log.events("limit", "500").path("total").asInt()).isEqualTo(97);
        }
    }

    /** Each session goes on where it was, whichever of many it is. */
    @Test
    void findsEachSessionThatTheLogHasAmongMany() throws Exception {
        var random = new Random(1);
        try (var log = new TestLog(folder)) {
            var counts = new int[50];
            for (var number = 0; number < 1_000; ) {
                var next = number + 1 + random.nextInt(80);
                log.log.append(events(IntStream.range(number, next)));
                IntStream.range(number, next).forEach(each -> counts[each % 50]++);
                number = next;
            }

            for (var session = 0; session < 50; session++) {
                assertThat(log.session("s" + session).path("event_count").asInt())
                        .isEqualTo(counts[session]);
            }
        }
    }

    /** Those who come together are looked up together, before any of them is stored. */
    @Test
    void countsAnEventOnceThatTwoBringAtTheSameTime() throws Exception {
        try (var log = new TestLog(folder)) {
            var counts = new ArrayList<Integer>();

            var done =
                    log.log.change(posting -> {
                        posting.expect(Stream.of(event(1), event(1), event(2)));
                        counts.add(
                                posting.take(events(IntStream.of(1)), Along.NOTHING).duplicates());
                        counts.add(
                                posting.take(events(IntStream.of(1, 2)), Along.NOTHING)
                                        .duplicates());
                    });

            assertThat(done).isTrue();
            assertThat(counts).isEqualTo(List.of(0, 1));
            assertThat(log.stats().path("total_events").asInt()).isEqualTo(2);
        }
    }

    /** It is stored with a question mark, and so found under another name than it was asked for. */
    @Test
    void goesOnWithASessionThatHasHalfACharacterInItsName() throws Exception {
        try (var log = new TestLog(folder)) {
            for (var i = 0; i < 3; i++) {
                log.log.append(
                        List.of(
                                TestLog.event("a", "plain" + i),
                                new EventDraft("b\ud800", "codex", "response").event(),
                                new EventDraft("b\ud800", "codex", "response").event()));
            }

            assertThat(log.session("a").path("event_count").asInt()).isEqualTo(3);
            assertThat(log.session("b?").path("event_count").asInt()).isEqualTo(6);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"session_id\":\"b\\ud800\",\"agent_type\":\"x\",\"event_type\":\"response\"}",
                "\"{\\\"session_id\\\":\\\"b\\u005cud800\\\",\\\"agent_type\\\":\\\"x\\\",\\\"event_type\\\":\\\"response\\\"}\""
            })
    void readsHalfACharacterAsAQuestionMarkAtEachLevel(String body) {
        var read = BodyText.read(body.getBytes(StandardCharsets.UTF_8));

        assertThat(read.orElseThrow().path("session_id").stringValue()).isEqualTo("b?");
    }
}
