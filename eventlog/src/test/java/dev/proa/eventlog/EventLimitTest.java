package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventLimitTest {
    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({"-5, 50", "-1, 50", "-999999999, 50", "0, 50", "-0, 50", "51, 51", "99999, 60"})
    void givesFiftyEventsForALimitThatIsNotPositive(String limit, int given) throws Exception {
        try (var log = new TestLog(folder)) {
            log.postAll(
                    IntStream.range(0, 60)
                            .mapToObj(_ ->
                                    "{\"session_id\":\"s\",\"agent_type\":\"a\",\"event_type\":\"error\"}")
                            .collect(Collectors.joining(",", "{\"events\":[", "]}")));

            var page = log.events("limit", limit);

            assertThat(page.path("events")).hasSize(given);
            assertThat(page.path("total").intValue()).isEqualTo(60);
        }
    }

    @Test
    void givesNoMoreEventsOfASessionThanOfAll() throws Exception {
        try (var log = new TestLog(folder)) {
            var one = "{\"session_id\":\"s\",\"agent_type\":\"a\",\"event_type\":\"error\"}";
            log.postAll(
                    IntStream.range(0, 10_001)
                            .mapToObj(_ -> one)
                            .collect(Collectors.joining(",", "{\"events\":[", "]}")));

            var reply = log.queries.session("s", TestLog.parameters("event_limit", "20000"));

            assertThat(TestLog.json(reply).path("events")).hasSize(10_000);
            assertThat(TestLog.json(reply).at("/session/event_count").intValue()).isEqualTo(10_001);
        }
    }
}
