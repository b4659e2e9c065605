package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.profile.SidecarSpec;
import dev.proa.profile.SidecarSpec.RestartPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RestartRulesTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration WITHIN = Duration.ofSeconds(90);

    private static RestartBudget budget(int max) {
        return RestartBudget.of(SidecarSpec.Restart.of(RestartPolicy.ALWAYS, max, WITHIN));
    }

    private static RestartBudget spentAt(int... seconds) {
        var budget = budget(6);
        for (int second : seconds) {
            budget = budget.spend(NOON.plusSeconds(second));
        }
        return budget;
    }

    @Test
    void isExhaustedAfterSixRestartsWithinNinetySeconds() {
        assertThat(spentAt(0, 1, 2, 3, 4).exhausted(NOON.plusSeconds(5))).isEmpty();
        assertThat(spentAt(0, 1, 2, 3, 4, 5).exhausted(NOON.plusSeconds(6))).isPresent();
    }

    @Test
    void getsARestartBackNinetySecondsAfterItWasSpentAndNotEarlier() {
        var budget = spentAt(0, 10, 20, 30, 40, 50);

        assertThat(budget.exhausted(NOON.plusSeconds(89))).isPresent();
        assertThat(budget.exhausted(NOON.plusSeconds(90))).isEmpty();
        assertThat(budget.used(NOON.plusSeconds(101))).isEqualTo(4);
    }

    @Test
    void endsASlowFlappingAfterTwentyRestartsInAnHour() {
        var budget = budget(6);
        for (int i = 0; i < 20; i++) {
            assertThat(budget.exhausted(NOON.plusSeconds(i * 120L))).as("restart %d", i).isEmpty();
            budget = budget.spend(NOON.plusSeconds(i * 120L));
        }

        assertThat(budget.exhausted(NOON.plusSeconds(20 * 120L))).isPresent();
        assertThat(budget.exhausted(NOON.plusSeconds(3600))).isEmpty();
    }

    @Test
    void remembersNoMoreThanTheLongerWindow() {
        var budget = budget(6);
        for (int i = 0; i < 1000; i++) {
            budget = budget.spend(NOON.plus(Duration.ofMinutes(i)));
        }

        assertThat(budget.spent()).hasSize(60);
    }

    @Test
    void allowsNoneWithAMaximumOfZero() {
        assertThat(budget(0).exhausted(NOON)).isPresent();
    }

    @Test
    void delaysStayBetweenAQuarterAndFifteenSecondsAndSixOfThemBelowAMinute() {
        for (int seed = 0; seed < 5000; seed++) {
            var dice = new SplittableRandom(seed);
            var delay = RestartDelay.first();
            var sum = Duration.ZERO;
            for (int i = 0; i < 6; i++) {
                delay = delay.next(dice);
                sum = sum.plus(delay.previous());
                assertThat(delay.previous())
                        .as("seed %d, delay %d", seed, i)
                        .isBetween(RestartDelay.LEAST, RestartDelay.MOST);
            }
            assertThat(sum).as("seed %d", seed).isLessThan(Duration.ofSeconds(60));
        }
    }
}
