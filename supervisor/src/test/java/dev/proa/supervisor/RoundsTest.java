package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.testkit.Await;
import dev.proa.testkit.HandTurnedClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class RoundsTest {
    private static final Duration EVERY = Duration.ofSeconds(2);
    private static final Run RUN = new Run(7, 100, 99);

    private final HandTurnedClock clock = new HandTurnedClock();
    private final BlockingQueue<Runnable> inbox = new LinkedBlockingQueue<>();
    private final List<Input> told = new ArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger together = new AtomicInteger();
    private final AtomicInteger mostTogether = new AtomicInteger();
    private final SynchronousQueue<Optional<String>> answers = new SynchronousQueue<>();
    private final Rounds rounds =
            new Rounds(
                    "proa-probe-test",
                    this::ask,
                    Duration.ofSeconds(1),
                    clock,
                    new Rounds.News(Input.ProbePassed::new, Input.ProbeMissed::new),
                    inbox::add,
                    told::add);

    private Optional<String> ask(Run run) throws InterruptedException {
        asked.incrementAndGet();
        mostTogether.accumulateAndGet(together.incrementAndGet(), Math::max);
        try {
            return answers.take();
        } catch (InterruptedException e) {
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos()); // slow to break off
            throw e;
        } finally {
            together.decrementAndGet();
        }
    }

    /** What the owner does at each turn. */
    private void turn() {
        var due = rounds.due(EVERY);
        if (due.isPresent() && !clock.instant().isBefore(due.get())) {
            rounds.check(RUN, true);
        }
    }

    private void answer(Optional<String> miss) throws InterruptedException {
        answers.put(miss);
        var task = inbox.poll(10, TimeUnit.SECONDS);
        assertThat(task).isNotNull();
        task.run();
    }

    @Test
    void aStallOfTenSecondsIsFollowedByOneCheckAndNotByFive() throws InterruptedException {
        rounds.begin(Optional.empty());
        clock.turn(Duration.ofSeconds(10));
        for (int i = 0; i < 5; i++) {
            turn();
        }
        answer(Optional.empty());
        turn();

        assertThat(asked).hasValue(1);
        assertThat(told).containsExactly(new Input.ProbePassed(7));
        assertThat(rounds.due(EVERY)).contains(clock.instant().plus(EVERY));
    }

    @Test
    void aMissOfACheckThatTheStallFellIntoBlamesNobody() throws InterruptedException {
        rounds.begin(Optional.empty());
        rounds.check(RUN, true);
        Await.until("it asks", () -> asked.get() == 1);
        clock.turn(Duration.ofSeconds(10));
        answer(Optional.of("was not answered"));
        rounds.check(RUN, true);
        answer(Optional.of("was not answered"));

        assertThat(told).containsExactly(new Input.ProbeMissed(7));
        assertThat(rounds.lastMiss()).contains("was not answered");
    }

    @Test
    void aNewRunBreaksOffTheCheckOfTheOldOneAndWaitsForItsEnd() throws InterruptedException {
        rounds.begin(Optional.empty());
        rounds.check(RUN, true);
        Await.until("it asks", () -> asked.get() == 1);
        rounds.begin(Optional.empty());
        rounds.check(new Run(8, 101, 99), true);
        Await.until("the new one asks", () -> asked.get() == 2);
        answers.put(Optional.empty());
        for (int i = 0; i < 2; i++) {
            var task = inbox.poll(10, TimeUnit.SECONDS);
            assertThat(task).isNotNull();
            task.run();
        }

        assertThat(told).containsExactly(new Input.ProbePassed(8));
        assertThat(mostTogether).hasValue(1);
    }

    @Test
    void aMissThatDoesNotCountIsKeptButNotTold() throws InterruptedException {
        rounds.begin(Optional.empty());
        rounds.check(RUN, false);
        answer(Optional.of("nothing listens on port 1"));

        assertThat(told).isEmpty();
        assertThat(rounds.lastMiss()).contains("nothing listens on port 1");
        assertThat(rounds.passed()).isFalse();
    }
}
