package dev.proa.supervisor;

import java.time.Instant;

/** The restarts of all sidecars together; the one owner of that budget. */
final class AppBudget {
    private RestartBudget budget = RestartBudget.ofApp(); // guarded by this

    /** Takes one restart; false when none is left. */
    synchronized boolean spend(Instant now) {
        if (budget.exhausted(now).isPresent()) {
            return false;
        }
        budget = budget.spend(now);
        return true;
    }
}
