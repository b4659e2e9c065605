package dev.proa.supervisor;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** What restarts have cost one sidecar: its budget, and the delay that grows with each. */
final class RestartAccount {
    /** After so long a readiness a crash is news, and the restart does not wait. */
    static final Duration HEALTHY = Duration.ofSeconds(10);

    /** After so long a readiness the delays begin anew. */
    static final Duration SETTLED = Duration.ofSeconds(60);

    private final RandomGenerator dice;
    private final AppBudget appBudget;
    private RestartBudget budget;
    private RestartDelay delay = RestartDelay.first();
    private Optional<Instant> refused = Optional.empty();
    private int restarts;

    RestartAccount(RestartBudget budget, AppBudget appBudget, RandomGenerator dice) {
        this.budget = budget;
        this.appBudget = appBudget;
        this.dice = dice;
    }

    RestartBudget budget() {
        return budget;
    }

    int restarts() {
        return restarts;
    }

    /**
     * How many are spent of what the manifest says; after a refusal as many as when it was spoken,
     * since it holds until somebody refills the budget.
     */
    int used(Instant now) {
        return budget.used(refused.orElse(now));
    }

    void refill() {
        refused = Optional.empty();
        budget = budget.refilled();
        delay = RestartDelay.first();
    }

    /** Takes one restart from both budgets; empty, or which of them has none left. */
    String charge(Instant now) {
        var full = budget.exhausted(now);
        if (full.isPresent()) {
            refused = Optional.of(now);
            return "the %d restarts it has within %s"
                    .formatted(full.get().max(), Words.of(full.get().within()));
        }
        if (!appBudget.spend(now)) {
            refused = Optional.of(now);
            return "the %d restarts that all sidecars together have within %s"
                    .formatted(RestartBudget.APP.max(), Words.of(RestartBudget.APP.within()));
        }
        budget = budget.spend(now);
        restarts++;
        return "";
    }

    /** When the restart comes after an end that followed on so long a readiness. */
    Instant restartAt(Duration readyFor, Instant now) {
        if (readyFor.compareTo(SETTLED) >= 0) {
            delay = RestartDelay.first();
        }
        if (readyFor.compareTo(HEALTHY) >= 0) {
            return now;
        }
        delay = delay.next(dice);
        return now.plus(delay.previous());
    }
}
