package dev.proa.supervisor;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The checks of one kind of one sidecar: one at a time, with the pause counted from the end of the
 * last one, so that a stall of the runtime is followed by one check and not by all that were
 * missed. Used by the sidecar's owner thread alone; the checks themselves run beside it.
 */
final class Rounds {
    /** A check that took so much longer than it may has met a stall: its miss blames nobody. */
    static final Duration STALL = Duration.ofSeconds(3);

    /** What is asked. */
    @FunctionalInterface
    interface Question {
        /** Why it does not hold now; empty when it holds. */
        Optional<String> miss(Run run) throws InterruptedException;
    }

    /** How the results are called. */
    record News(LongFunction<Input> passed, LongFunction<Input> missed) {}

    private final String name;
    private final Question question;
    private final Duration timeout;
    private final InstantSource time;
    private final News news;
    private final Consumer<Runnable> inbox;
    private final Consumer<Input> feed;
    private @Nullable Thread checking; // null when none is under way that counts
    private @Nullable Thread latest; // the last one begun, which may have been broken off
    private Instant lastEnd = Instant.EPOCH;
    private boolean passed;
    private volatile Optional<String> lastMiss = Optional.empty(); // written by the owner

    /**
     * Prepares.
     *
     * @param timeout how long one answer may take
     * @param inbox brings a task to the owner thread
     * @param feed takes a result, on the owner thread
     */
    Rounds(
            String name,
            Question question,
            Duration timeout,
            InstantSource time,
            News news,
            Consumer<Runnable> inbox,
            Consumer<Input> feed) {
        this.name = name;
        this.question = question;
        this.timeout = timeout;
        this.time = time;
        this.news = news;
        this.inbox = inbox;
        this.feed = feed;
    }

    /** A new run has begun; all that is known of it is {@code miss}. */
    void begin(Optional<String> miss) {
        cancel();
        lastEnd = time.instant();
        passed = false;
        lastMiss = miss;
    }

    /** Whether a check has held in this run. */
    boolean passed() {
        return passed;
    }

    /** Why the last check did not hold; safe for any thread. */
    Optional<String> lastMiss() {
        return lastMiss;
    }

    /** When the next check is due; none while one is under way, whose result wakes the owner. */
    Optional<Instant> due(Duration pause) {
        return checking == null ? Optional.of(lastEnd.plus(pause)) : Optional.empty();
    }

    Instant lastEnd() {
        return lastEnd;
    }

    /** A check cannot even begin. */
    void put(String miss) {
        lastEnd = time.instant();
        lastMiss = Optional.of(miss);
    }

    /** Begins a check; {@code missesCount} says whether anybody is told of a miss. */
    void check(Run run, boolean missesCount) {
        var before = latest;
        checking = Thread.ofVirtual().name(name).unstarted(() -> perform(before, run, missesCount));
        latest = checking;
        checking.start();
    }

    private void perform(@Nullable Thread before, Run run, boolean missesCount) {
        var begun = time.instant();
        Optional<String> miss;
        boolean counts = missesCount;
        try {
            if (before != null) {
                before.join(); // one at a time, even after one that was broken off
            }
            begun = time.instant();
            miss = question.miss(run);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            miss = Optional.of("the check was broken off");
            counts = false;
        } catch (RuntimeException e) {
            miss = Optional.of("an internal error: " + e); // the top of a thread
        }
        var took = Duration.between(begun, time.instant());
        boolean stalled = took.compareTo(timeout.plus(STALL)) > 0;
        var found = miss;
        boolean told = miss.isEmpty() || (counts && !stalled);
        var self = Thread.currentThread();
        inbox.accept(() -> done(self, run, found, told));
    }

    private void done(Thread self, Run run, Optional<String> miss, boolean told) {
        if (!self.equals(checking)) {
            return; // of a run that is over
        }
        checking = null;
        lastEnd = time.instant();
        passed |= miss.isEmpty();
        lastMiss = miss;
        if (told) {
            var result = miss.isEmpty() ? news.passed() : news.missed();
            feed.accept(result.apply(run.number()));
        }
    }

    /** Breaks off a check that is under way; its result is not told. */
    void cancel() {
        if (checking != null) {
            checking.interrupt();
            checking = null;
        }
    }

    /** Breaks off a check that is under way and waits for its end; after the owner's. */
    void end() throws InterruptedException {
        cancel();
        if (latest != null) {
            latest.join();
        }
    }
}
