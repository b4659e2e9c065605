package dev.proa.agentmonitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.eventlog.EventReplay;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResumptionTest {
    @ParameterizedTest
    @CsvSource({
        "7-5,  1, 20,    5,     -,        ",
        "7-20, 1, 20,    20,    -,        ",
        "7-0,  1, 20,    0,     -,        ",
        "0,    0, 0,     0,     -,        ",
        "7-5,  7, 20,    6,     PRUNED,   1",
        "7-5,  7, 10017, 17,    PRUNED,   12",
        "7-6,  7, 20,    6,     -,        ",
        "7-0,  1, 10000, 0,     -,        ",
        "7-0,  1, 10001, 1,     TOO_MANY, 1",
        "7-99, 1, 20,    20,    AHEAD,    ",
        "8-1,  1, 20,    20,    OTHER_LOG,"
    })
    void goesOnWhereItCan(
            String place, long oldest, long latest, long after, String cause, Long missed)
            throws Exception {
        var from =
                Resumption.from(
                        place,
                        new EventReplay.Span(7, oldest, latest),
                        id -> newest(id, latest - Resumption.MOST_REPLAYED));

        assertThat(from.after()).isEqualTo(after);
        assertThat(from.gap().map(gap -> gap.cause().name()).orElse("-")).isEqualTo(cause);
        assertThat(from.gap().flatMap(Resumption.Gap::missed).orElse(null)).isEqualTo(missed);
    }

    /** All that is stored is news. */
    private static EventReplay.Newest newest(long id, long first) {
        return new EventReplay.Newest(Math.max(id, first), Math.max(0, first - id));
    }
}
