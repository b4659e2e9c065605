package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.supervisor.Attachment.State;
import dev.proa.supervisor.IdentityChallenge.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AttachmentTest {
    private static final Duration EVERY = Duration.ofSeconds(2);

    private final Attachment attachment = new Attachment(EVERY, 3, new Random(7));
    private Instant now = Instant.EPOCH;

    private void hear(Outcome outcome) {
        attachment.heard(outcome, now);
    }

    @Test
    void isAskedAtOnceAndThenEveryTwoSeconds() {
        assertThat(attachment.askAt()).isEmpty();
        attachment.wanted(now);
        assertThat(attachment.askAt()).contains(now);

        hear(new Outcome.Held());

        assertThat(attachment.state()).isEqualTo(new State.Attached(now.plus(EVERY), 0));
    }

    @Test
    void whoIsGoneIsLostAtOnceAndWhoIsSilentAtTheThirdMiss() {
        attachment.wanted(now);
        hear(new Outcome.Held());
        hear(new Outcome.Gone("does not listen"));
        assertThat(attachment.state()).isInstanceOf(State.Degraded.class);

        hear(new Outcome.Held());
        hear(new Outcome.Silent("answers 503"));
        hear(new Outcome.Silent("answers 503"));
        assertThat(attachment.state()).isEqualTo(new State.Attached(now.plus(EVERY), 2));
        hear(new Outcome.Silent("answers 503"));
        assertThat(attachment.state())
                .isInstanceOfSatisfying(
                        State.Degraded.class,
                        lost -> assertThat(lost.reason()).isEqualTo("it answers 503"));
    }

    @Test
    void anotherOneIsRefusedAtOnce() {
        attachment.wanted(now);
        hear(new Outcome.Held());
        hear(new Outcome.Other("says /service is \"x\""));

        assertThat(attachment.state())
                .isInstanceOfSatisfying(
                        State.Degraded.class,
                        lost ->
                                assertThat(lost.reason())
                                        .isEqualTo(
                                                "another one answers: it says /service is \"x\""));
    }

    @Test
    void thePausesGrowFromOneSecondToTenAndAreNotAllTheSame() {
        var seen = new java.util.HashSet<Duration>();
        attachment.wanted(now);
        for (int i = 0; i < 200; i++) {
            hear(new Outcome.Gone("does not listen"));
            var pause = Duration.between(now, attachment.askAt().orElseThrow());
            assertThat(pause)
                    .isBetween(
                            i < 4 ? Duration.ofSeconds(1) : Duration.ofMillis(7500),
                            Duration.ofSeconds(i < 1 ? 1 : 10));
            seen.add(pause);
            now = now.plus(pause);
        }
        assertThat(seen).hasSizeGreaterThan(50);
    }

    @Test
    void nobodyIsAskedWhoIsNotWantedAndLateAnswersChangeNothing() {
        attachment.wanted(now);
        attachment.unwanted("no longer used");
        hear(new Outcome.Held());

        assertThat(attachment.state()).isEqualTo(new State.Detached("no longer used"));
        assertThat(attachment.askAt()).isEmpty();
    }
}
