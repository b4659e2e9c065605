package dev.proa.supervisor;

import dev.proa.profile.SidecarSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Who is there: the crew, those who join it and those who leave. Whoever leaves is down for good
 * before it is forgotten. Safe for use by many threads.
 */
final class Muster {
    private static final long LOOK_MILLIS = 1000;

    private final InstantSource time;
    private volatile Crew crew; // written under this
    private Set<String> leaving = Set.of(); // guarded by this
    private boolean changing; // guarded by this
    private boolean running; // guarded by this
    private boolean closing; // guarded by this
    private boolean gone; // guarded by this

    Muster(InstantSource time) {
        this.time = time;
        this.crew = Crew.of(List.of());
    }

    Crew crew() {
        return crew;
    }

    synchronized void line(Crew first) {
        crew = first;
    }

    /** Starts everybody; false if that was done before, or is too late. */
    synchronized boolean start() {
        if (running || closing) {
            return false;
        }
        running = true;
        start(crew.all());
        return true;
    }

    private static void start(List<Entry> joining) {
        joining.forEach(Entry::begin);
        for (var sidecar : joining) {
            sidecar.lookAround();
            sidecar.tell(new Input.StartAsked());
        }
    }

    /** Whether everybody was started at some time. */
    synchronized boolean running() {
        return running;
    }

    /** Tells somebody a wish, unless it is on its way out. */
    synchronized void wish(Entry entry, Input wish) {
        if (!closing && running && !leaving.contains(entry.spec().id())) {
            entry.tell(wish);
        }
    }

    /** Does something with those of {@code ids} who stay, unless everybody is leaving. */
    synchronized void withStaying(Set<String> ids, Consumer<Set<String>> work) {
        if (!closing && running) {
            var staying = new HashSet<>(ids);
            staying.removeAll(leaving);
            staying.retainAll(crew.entries().keySet());
            work.accept(staying);
        }
    }

    /**
     * Says who leaves and who joins, and keeps wishes from those who leave.
     *
     * @throws IllegalStateException if nothing runs, or a change is under way
     */
    synchronized CrewChange begin(List<SidecarSpec> wanted) {
        if (!running || changing) {
            throw new IllegalStateException(
                    running ? "the sidecars are being changed" : "nothing runs yet");
        }
        var change = CrewChange.of(crew.specs(), wanted);
        changing = true;
        leaving = change.leaving();
        return change;
    }

    synchronized void end() {
        changing = false;
        leaving = Set.of();
    }

    /** Takes them down and out; empty if everything is being closed meanwhile. */
    Optional<List<Entry>> leave(Set<String> ids) throws InterruptedException {
        var going = crew.all().stream().filter(entry -> ids.contains(entry.spec().id())).toList();
        var stop = new OrderlyStop(going, this::changed);
        if (!await(stop, time.instant().plus(stop.patience()), false)) {
            stop.kill();
            if (!await(stop, Instant.MAX, false)) {
                return Optional.empty();
            }
        }
        synchronized (this) {
            crew = Crew.of(crew.all().stream().filter(entry -> !going.contains(entry)).toList());
        }
        return Optional.of(going);
    }

    /** Takes them in and starts them, in the order of {@code wanted}. */
    synchronized void join(List<SidecarSpec> wanted, List<Entry> joining) {
        if (closing) {
            return;
        }
        var byId = new HashMap<String, Entry>(crew.entries());
        joining.forEach(entry -> byId.put(entry.spec().id(), entry));
        crew = Crew.of(wanted.stream().map(SidecarSpec::id).map(byId::get).toList());
        start(joining);
    }

    /** Somebody has changed; whoever waits looks again. */
    synchronized void changed() {
        notifyAll();
    }

    /** From now on nobody joins and no wish is told. */
    synchronized void close() {
        closing = true;
        notifyAll();
    }

    /** Nobody is left, and nobody has to be waited for. */
    synchronized void gone() {
        gone = true;
        notifyAll();
    }

    /** Stops everybody; false if they take longer than that. */
    boolean stopAll(Instant begun, Optional<Duration> within) throws InterruptedException {
        if (!running()) {
            return true;
        }
        var stop = new OrderlyStop(crew.all(), this::changed);
        return await(stop, begun.plus(within.orElseGet(stop::patience)), true);
    }

    private synchronized boolean await(OrderlyStop stop, Instant deadline, boolean toClose)
            throws InterruptedException {
        // Those who are gone hear nothing any more.
        while (!gone && !stop.over()) {
            var now = time.instant();
            if (closing != toClose || !now.isBefore(deadline)) {
                return false;
            }
            var left = deadline.equals(Instant.MAX) ? LOOK_MILLIS : millis(now, deadline);
            wait(Math.clamp(left, 1, LOOK_MILLIS));
        }
        return closing == toClose;
    }

    private static long millis(Instant now, Instant deadline) {
        return Duration.between(now, deadline).toMillis();
    }
}
