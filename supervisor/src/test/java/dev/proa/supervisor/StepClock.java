package dev.proa.supervisor;

import dev.proa.testkit.Await;
import dev.proa.testkit.HandTurnedClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * A clock that stands still, and goes on in steps that a supervisor notices one by one, so that it
 * does not take them for a standstill of the machine.
 */
final class StepClock implements InstantSource {
    private static final Duration STEP = Standstill.GAP.minusSeconds(1);

    private final HandTurnedClock clock = new HandTurnedClock();
    private long looks; // of who watches for standstills; guarded by this

    @Override
    public synchronized Instant instant() {
        var who = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);
        if (who.getCallerClass() == Standstill.class) {
            looks++;
        }
        return clock.instant();
    }

    /** As if nothing had happened meanwhile but time. */
    void pass(Supervisor supervisor, Duration time) {
        for (var left = time; left.isPositive(); left = left.minus(STEP)) {
            jump(supervisor, left.compareTo(STEP) < 0 ? left : STEP);
        }
    }

    /** All at once, as after a standstill if it is long. */
    void jump(Supervisor supervisor, Duration time) {
        long seen = turn(time);
        supervisor.wakeAll();
        Await.until("somebody looks at the clock", () -> looks() > seen);
    }

    private synchronized long turn(Duration time) {
        clock.turn(time);
        return looks;
    }

    private synchronized long looks() {
        return looks;
    }
}
