package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RestartRulesTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration WITHIN = Duration.ofSeconds(90);

    private static RestartBudget spentAt(int... seconds) {
        var budget = new RestartBudget(6, WITHIN, List.of());
        for (int second : seconds) {
            budget = budget.spend(NOON.plusSeconds(second));
        }
        return budget;
    }

    @Test
    void isExhaustedAfterSixRestartsWithinNinetySeconds() {
        assertThat(spentAt(0, 1, 2, 3, 4).exhausted(NOON.plusSeconds(5))).isFalse();
        assertThat(spentAt(0, 1, 2, 3, 4, 5).exhausted(NOON.plusSeconds(6))).isTrue();
    }

    @Test
    void getsARestartBackNinetySecondsAfterItWasSpentAndNotEarlier() {
        var budget = spentAt(0, 10, 20, 30, 40, 50);

        assertThat(budget.exhausted(NOON.plusSeconds(89))).isTrue();
        assertThat(budget.exhausted(NOON.plusSeconds(90))).isFalse();
        assertThat(budget.used(NOON.plusSeconds(101))).isEqualTo(4);
    }

    @Test
    void endsASlowFlappingAfterTwentyRestartsInAnHour() {
        var budget = new RestartBudget(6, WITHIN, List.of());
        for (int i = 0; i < 20; i++) {
            assertThat(budget.exhausted(NOON.plusSeconds(i * 120L))).as("restart %d", i).isFalse();
            budget = budget.spend(NOON.plusSeconds(i * 120L));
        }

        assertThat(budget.exhausted(NOON.plusSeconds(20 * 120L))).isTrue();
        assertThat(budget.exhausted(NOON.plusSeconds(3600))).isFalse();
    }

    @Test
    void remembersNoMoreThanTheLongerWindow() {
        var budget = new RestartBudget(6, WITHIN, List.of());
        for (int i = 0; i < 1000; i++) {
            budget = budget.spend(NOON.plus(Duration.ofMinutes(i)));
        }

        assertThat(budget.spent()).hasSize(60);
    }

    @Test
    void allowsNoneWithAMaximumOfZero() {
        assertThat(new RestartBudget(0, WITHIN, List.of()).exhausted(NOON)).isTrue();
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
