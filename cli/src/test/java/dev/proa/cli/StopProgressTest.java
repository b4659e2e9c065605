package dev.proa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StopProgressTest {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    private final StopProgress progress =
            new StopProgress(Map.of("api", Duration.ofSeconds(5), "web", Duration.ofSeconds(10)));

    @Test
    void namesThoseThatAreStoppingWithTheRestOfTheirGrace() {
        progress.changed("api", "STOPPING", BEGIN);
        progress.changed("web", "READY", BEGIN);

        assertThat(progress.waiting(BEGIN.plusMillis(2_300)))
                .extracting(StopProgress.Waiting::toString)
                .containsExactly("stopping api, 3 s of grace left");
    }

    @Test
    void saysThatItIsKilledWhenTheGraceIsOver() {
        progress.changed("api", "STOPPING", BEGIN);

        assertThat(progress.waiting(BEGIN.plusSeconds(6)))
                .extracting(StopProgress.Waiting::toString)
                .containsExactly("killing api");
    }

    @Test
    void forgetsWhatIsDownAndCountsFromTheFirstWish() {
        progress.changed("api", "STOPPING", BEGIN);
        progress.changed("web", "STOPPING", BEGIN.plusSeconds(1));
        progress.changed("web", "STOPPING", BEGIN.plusSeconds(2));
        progress.changed("api", "STOPPED", BEGIN.plusSeconds(2));

        assertThat(progress.waiting(BEGIN.plusSeconds(3)))
                .containsExactly(new StopProgress.Waiting("web", Duration.ofSeconds(8)));
    }
}
