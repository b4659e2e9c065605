package dev.proa.runtime;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.gateway.Drain;
import dev.proa.profile.Profile;
import dev.proa.supervisor.Supervisor;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The mode in force, and the way into another one. The old side serves until the new one is ready;
 * then all routes are replaced at once; then what the new mode does not need is stopped. Safe to
 * use from any thread.
 */
final class ModeControl implements AutoCloseable {
    /** How long answers by the old routes are waited for before their sidecars are stopped. */
    static final Duration DRAIN = Duration.ofSeconds(10);

    private static final long LOOK_MILLIS = 250;

    /** Where a switch is. */
    enum Step {
        /** The new side starts, the old one serves. */
        PREPARING,
        /** The new side serves, the old one ends what it has begun. */
        DRAINING,
        /** Nobody uses the old side any more; it goes down. */
        STOPPING
    }

    /** A switch that has not ended. */
    record Underway(String from, String to, Instant since, Step step) {}

    /**
     * A switch that has ended.
     *
     * @param failure why everything stayed as it was; empty after success
     */
    record Outcome(String from, String to, Instant since, Instant at, Optional<String> failure) {}

    /** What comes of a wish. */
    sealed interface Reply {
        /** It is the mode in force already. */
        record Here() implements Reply {}

        record Begun() implements Reply {}

        /** Another switch has to end first. */
        record Busy(Underway other) implements Reply {}

        /** There is no such mode, or it cannot be run as things are; nothing was changed. */
        record Refused(ProaException why) implements Reply {}
    }

    /** What a switch does to the rest of the run; called on its thread. */
    interface Effects {
        /** A profile's secrets and sidecars are about to be used. */
        void known(Profile profile);

        /** A backend elsewhere for a mode that is about to come into force. */
        Optional<RemoteBackend> remote(Profile profile);

        /** From now on requests go by the new mode. */
        Drain route(ModeInForce mode);

        /** The new mode is in force. */
        void switched(ModeInForce from, ModeInForce to, String reason);

        /** A switch ended; everything it was to stop is gone. */
        void ended(Outcome outcome);
    }

    private final Function<String, Profile> load;
    private final Supervisor supervisor;
    private final BooleanSupplier ready;
    private final Effects effects;
    private final InstantSource time;
    private final Semaphore asking = new Semaphore(1);
    private volatile ModeInForce current;
    private Optional<Underway> underway = Optional.empty(); // guarded by this
    private Optional<Outcome> last = Optional.empty(); // guarded by this
    private @Nullable Thread worker; // guarded by this
    private boolean closed; // guarded by this

    /**
     * @param load gives the profile of a mode, from the files as they are now
     * @param ready whether the mode in force is ready
     */
    ModeControl(
            ModeInForce first,
            Function<String, Profile> load,
            Supervisor supervisor,
            BooleanSupplier ready,
            Effects effects,
            InstantSource time) {
        this.current = first;
        this.load = load;
        this.supervisor = supervisor;
        this.ready = ready;
        this.effects = effects;
        this.time = time;
    }

    ModeInForce current() {
        return current;
    }

    synchronized Optional<Underway> underway() {
        return underway;
    }

    synchronized Optional<Outcome> last() {
        return last;
    }

    /** A sidecar or the backend elsewhere is in another state. */
    synchronized void changed() {
        notifyAll();
    }

    /**
     * Begins a switch.
     *
     * @param atOnce not to wait until the new side is ready
     */
    Reply ask(String mode, boolean atOnce, String reason) throws InterruptedException {
        if (!asking.tryAcquire()) {
            return new Reply.Busy(underway().orElseGet(() -> step(mode, Step.PREPARING)));
        }
        try {
            return begin(load.apply(mode), atOnce, reason);
        } catch (ProaException e) {
            return new Reply.Refused(e);
        } finally {
            asking.release();
        }
    }

    private Reply begin(Profile profile, boolean atOnce, String reason)
            throws InterruptedException {
        var other = underway();
        if (other.filter(it -> it.step() != Step.DRAINING).isPresent()) {
            return new Reply.Busy(other.get());
        }
        if (profile.mode().equals(current.id())) {
            return new Reply.Here();
        }
        var lost =
                profile.remote()
                        .flatMap(remote ->
                                SwitchPlan.stopsItsBackend(
                                        remote, profile.sidecars(), supervisor.snapshot()));
        if (lost.isPresent()) {
            return new Reply.Refused(new ProaException(ExitCode.BAD_CONFIG, lost.get()));
        }
        var next = new ModeInForce(profile, effects.remote(profile), time.instant());
        if (!abandonDrain()) {
            next.remote().ifPresent(RemoteBackend::close);
            return new Reply.Busy(step(next.id(), Step.STOPPING));
        }
        synchronized (this) {
            underway = Optional.of(step(next.id(), Step.PREPARING));
            worker =
                    Thread.ofVirtual()
                            .name("proa-mode")
                            .start(() -> work(current, next, atOnce, reason));
        }
        return new Reply.Begun();
    }

    private Underway step(String to, Step step) {
        return new Underway(current.id(), to, time.instant(), step);
    }

    /**
     * The last switch no longer waits for the answers of its old side, which runs on; the next one
     * stops what it does not need. False if it is too late for that.
     */
    private boolean abandonDrain() throws InterruptedException {
        Thread draining;
        synchronized (this) {
            draining = worker;
            if (closed || underway.filter(now -> now.step() != Step.DRAINING).isPresent()) {
                return false;
            }
            if (draining != null) {
                draining.interrupt();
            }
        }
        if (draining != null) {
            draining.join();
        }
        return true;
    }

    private void work(ModeInForce from, ModeInForce to, boolean atOnce, String reason) {
        var began = time.instant();
        Optional<String> failure = Optional.of("it was given up");
        try {
            failure = perform(from, to, atOnce, reason);
        } catch (InterruptedException e) {
            // The next switch, or the end of the run; the new mode is in force, or nothing is.
            failure = inForce(to) ? Optional.empty() : failure;
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            failure = Optional.of("an internal error: " + e); // the top of a thread
        } finally {
            (inForce(to) ? from : to).remote().ifPresent(RemoteBackend::close);
            end(new Outcome(from.id(), to.id(), began, time.instant(), failure));
        }
    }

    private boolean inForce(ModeInForce mode) {
        return current.id().equals(mode.id());
    }

    private void end(Outcome outcome) {
        synchronized (this) {
            underway = Optional.empty();
            last = Optional.of(outcome);
            notifyAll();
        }
        effects.ended(outcome);
    }

    private Optional<String> perform(
            ModeInForce from, ModeInForce to, boolean atOnce, String reason)
            throws InterruptedException {
        effects.known(to.profile());
        var plan =
                SwitchPlan.of(
                        from.profile().sidecars(), to.profile().sidecars(), supervisor.snapshot());
        boolean nothingToLose = atOnce || !ready.getAsBoolean();
        if (plan.sideBySide() && !nothingToLose) {
            supervisor.change(to.id(), plan.both());
            effects.known(to.profile());
            to.remote().ifPresent(RemoteBackend::start);
            var failure = awaitReady(plan, to);
            if (failure.isPresent()) {
                supervisor.change(from.id(), from.profile().sidecars());
                return failure;
            }
        }
        to.remote().ifPresent(RemoteBackend::start);
        current = to;
        var drain = effects.route(to);
        at(Step.DRAINING);
        effects.switched(from, to, reason);
        drain.await(DRAIN);
        at(Step.STOPPING);
        supervisor.change(to.id(), to.profile().sidecars());
        effects.known(to.profile());
        return Optional.empty();
    }

    // Whoever gives up a drain does so under the lock, so nobody is interrupted beyond this.
    private synchronized void at(Step step) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        underway = underway.map(now -> new Underway(now.from(), now.to(), now.since(), step));
        notifyAll();
    }

    /** Why the new side will not come; empty when it is ready. */
    private synchronized Optional<String> awaitReady(SwitchPlan plan, ModeInForce to)
            throws InterruptedException {
        var patience =
                plan.patience()
                        .plus(to.remote().map(RemoteBackend::patience).orElse(Duration.ZERO));
        var deadline = time.instant().plus(patience);
        while (true) {
            switch (plan.verdict(supervisor.snapshot(), to.remote())) {
                case SwitchPlan.Verdict.Ready _ -> {
                    return Optional.empty();
                }
                case SwitchPlan.Verdict.Failed(var why) -> {
                    return Optional.of(why);
                }
                case SwitchPlan.Verdict.NotYet _ -> {
                    if (!time.instant().isBefore(deadline)) {
                        return Optional.of(
                                "it was not ready within %d s".formatted(patience.toSeconds()));
                    }
                    wait(LOOK_MILLIS);
                }
            }
        }
    }

    /** Waits until the new mode serves, or the switch has failed; for a while. */
    synchronized void awaitServing(Duration patience) throws InterruptedException {
        var deadline = time.instant().plus(patience);
        while (underway.filter(now -> now.step() == Step.PREPARING).isPresent()) {
            long left = Duration.between(time.instant(), deadline).toMillis();
            if (left <= 0) {
                return;
            }
            wait(left);
        }
    }

    /** Ends a switch where it is; the supervisor stops what runs. */
    @Override
    public void close() {
        Thread working;
        synchronized (this) {
            closed = true;
            working = worker;
        }
        if (working != null) {
            working.interrupt();
            try {
                working.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        current.remote().ifPresent(RemoteBackend::close);
    }
}
