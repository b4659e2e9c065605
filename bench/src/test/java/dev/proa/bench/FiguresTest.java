package dev.proa.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FiguresTest {
    @Test
    void theMedianOfAnEvenCountLiesBetweenTheTwoInTheMiddle() {
        assertThat(Measure.of("m", "ms", List.of(9.0, 1.0, 2.0, 4.0)).median()).isEqualTo(3.0);
        assertThat(Measure.of("m", "ms", List.of(9.0, 1.0, 2.0)).median()).isEqualTo(2.0);
    }

    @Test
    void aPercentileIsTheValueThatTheShareDoesNotExceed() {
        var hundred =
                new Durations(LongStream.rangeClosed(1, 100).map(i -> i * 1_000_000).toArray());

        assertThat(hundred.millis(0.5)).isEqualTo(50);
        assertThat(hundred.millis(0.99)).isEqualTo(99);
        assertThat(hundred.millis(1)).isEqualTo(100);
    }

    @Test
    void theSpreadCountsTenthsOfAMillisecond() {
        var durations = new Durations(new long[] {-1_240_000, 149_000, 151_000, 210_000});

        assertThat(durations.spread())
                .containsExactly(entry(-1.2, 1), entry(0.1, 1), entry(0.2, 2));
    }

    @Test
    void anEventHas1024BytesAndTellsItsNumber() {
        var event = new Event("s", 1);

        var body = event.body(1_234_567);
        var request = event.request(89);

        assertThat(body).hasSize(1024);
        assertThat(Event.number(body, Event.nextNumber(body, 0))).isEqualTo(1_234_567);
        assertThat(new String(request, StandardCharsets.US_ASCII))
                .startsWith("POST /api/events HTTP/1.1\r\n")
                .contains("\"event_id\":\"b0000000089\"")
                .endsWith("\"}}");
        assertThat(Event.nextNumber(body, 20)).isNegative();
    }

    @Test
    void anEventOfOutputHasACommandOf25Words() {
        var text =
                new String(
                        new Event("s", 1, 1, Event.Text.OUTPUT).body(1), StandardCharsets.US_ASCII);
        var command = text.replaceAll(".*\"command\":\"|\",\"stdout.*", "");

        assertThat(text).hasSize(1024);
        assertThat(command.split("\\W+")).hasSize(25);
    }
}
