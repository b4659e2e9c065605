package dev.proa.supervisor;

import dev.proa.core.LoopbackPort;
import dev.proa.core.Problem;
import dev.proa.core.Secret;
import dev.proa.core.Where;
import dev.proa.journal.RuntimeEvent;
import dev.proa.profile.SidecarSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One sidecar and the thread that owns it: everything that happens is a task in its inbox, its
 * rules are the {@link LifeCycle}, and others read its published status.
 */
final class Sidecar implements Entry {
    private static final int JOURNAL_TAIL = 20;
    private static final Duration IDLE = Duration.ofMinutes(1);
    private static final Duration GAP = Duration.ofSeconds(3);

    private final SidecarSpec spec;
    private final SupervisorSetup setup;
    private final Launcher launcher;
    private final Prober prober;
    private final PortWatch portWatch;
    private final Consumer<SidecarStatus> onChange;
    private final LifeCycle lifeCycle;
    private final Secret token;
    private final DumpHook dumps;
    private final LineRing ring = new LineRing();
    // Unbounded: the guard, the prober and people put little into it.
    private final BlockingQueue<Runnable> inbox = new LinkedBlockingQueue<>();
    private final Thread owner;

    // Owner thread only.
    private GuardClient.@Nullable Handle handle;
    private @Nullable LogPump pump;
    private Optional<LastExit> lastExit = Optional.empty();
    private long pid;
    private long guardPid;
    private int leftBehind;
    private boolean ended;

    private volatile SidecarStatus status;

    Sidecar(
            SidecarSpec spec,
            SupervisorSetup setup,
            Launcher launcher,
            SidecarAccess access,
            RandomGenerator dice,
            Consumer<SidecarStatus> onChange) {
        this.spec = spec;
        this.setup = setup;
        this.launcher = launcher;
        this.onChange = onChange;
        this.lifeCycle = new LifeCycle(spec, dice);
        this.token = access.token();
        this.portWatch = launcher.portWatch(spec);
        this.prober = new Prober(access, inbox::add, this::feed);
        this.dumps = new DumpHook(access, ProcessSignals::send, this::tell);
        this.status = describe(setup.time().instant());
        this.owner = Thread.ofVirtual().name("proa-sidecar-" + spec.id()).unstarted(this::run);
    }

    @Override
    public SidecarSpec spec() {
        return spec;
    }

    @Override
    public Secret token() {
        return token;
    }

    /** The status as it was last published. */
    @Override
    public SidecarStatus status() {
        return status;
    }

    @Override
    public void begin() {
        owner.start();
    }

    /** Puts something that happened into the inbox. */
    @Override
    public void tell(Input input) {
        inbox.add(() -> feed(input));
    }

    /** Ends the owner thread; to be called when it is down for good. */
    @Override
    public void end() throws InterruptedException {
        inbox.add(() -> ended = true);
        owner.join();
        prober.end();
        dumps.end();
    }

    private void run() {
        try {
            while (!ended) {
                turn();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void turn() throws InterruptedException {
        var now = setup.time().instant();
        var wake = wakeAt(now);
        var wait = Duration.between(now, wake);
        var task = inbox.poll(Math.max(0, wait.toMillis() + 1), TimeUnit.MILLISECONDS);
        var late = Duration.between(wake, setup.time().instant());
        if (late.compareTo(GAP) > 0) {
            // We or the whole machine stood still: no deadline may be taken for missed.
            feed(new Input.Overslept(late));
        }
        if (task != null) {
            guarded(task);
        } else {
            feed(new Input.TimeReached());
        }
        if (portWatch.look(lifeCycle.state().phase(), setup.time().instant())) {
            publish();
        }
        prober.perhaps(lifeCycle.state());
    }

    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            // The top of a thread: a defect in one turn must not leave the sidecar without an
            // owner.
            problem("an internal error: " + e, "Report it, with the support bundle");
        }
    }

    private Instant wakeAt(Instant now) {
        var wake = lifeCycle.wakeAt().orElse(now.plus(IDLE));
        var look = portWatch.nextAt(lifeCycle.state().phase()).orElse(wake);
        var next = look.isBefore(wake) ? look : wake;
        if (portWatch.waiting()) {
            return next; // there is no port yet that could be asked
        }
        var probe = prober.nextAt(lifeCycle.state()).orElse(next);
        return probe.isBefore(next) ? probe : next;
    }

    private void feed(Input input) {
        for (var effect : lifeCycle.on(input, setup.time().instant())) {
            carryOut(effect);
        }
        publish();
    }

    private void carryOut(Effect effect) {
        switch (effect) {
            case Effect.Spawn(long run) -> spawn(run);
            case Effect.AskToExit _ -> {
                if (handle != null) {
                    handle.stop(Launcher.signal(spec.stop().signal()), spec.stop().grace());
                }
            }
            case Effect.KillTree _ -> {
                if (handle != null) {
                    handle.kill();
                }
            }
            case Effect.Dump(long number) -> dumps.dump(new Run(number, pid, guardPid));
        }
    }

    private void spawn(long run) {
        ring.clear();
        switch (launcher.launch(spec, token, new News(run))) {
            case Launcher.Result.Handed(var given) -> handle = given;
            case Launcher.Result.Refused(var failure) -> tell(new Input.SpawnFailed(run, failure));
        }
    }

    /** Brings the guard's news of one run into the inbox. */
    private final class News implements GuardNews {
        private final long run;

        News(long run) {
            this.run = run;
        }

        @Override
        public void started(long mainPid, long guardPid, java.io.InputStream output) {
            // At once, on the guard's thread: the pipe is small, and the owner may be busy.
            var started =
                    new LogPump(
                            spec.id(),
                            launcher.log(spec.id()),
                            output,
                            ring,
                            portWatch.wanted(),
                            () -> inbox.add(() -> lineSeen(run)),
                            setup.journal());
            // In this order: a line that matches must not be told before the start.
            inbox.add(() -> spawned(run, mainPid, guardPid, started));
            started.start();
        }

        @Override
        public void failed(StartFailure failure) {
            tell(new Input.SpawnFailed(run, launcher.explain(spec, failure)));
        }

        @Override
        public void exited(Exit exit) {
            tell(new Input.Exited(run, exit));
        }

        @Override
        public void emptied(int survivors) {
            inbox.add(() -> Sidecar.this.emptied(run, survivors));
        }

        @Override
        public void notEmpty(List<Long> pids) {
            inbox.add(() -> {
                leftBehind = pids.size();
                setup.journal().record(new RuntimeEvent.SidecarNotEmpty(spec.id(), pids));
                publish();
            });
        }
    }

    /** The line that its readiness waits for: with a port, no stranger may listen there. */
    private void lineSeen(long run) {
        prober.lineSeen(run);
        if (portWatch.lines(ring.tail())) {
            publish();
        }
        if (spec.port() instanceof SidecarSpec.Port.None) {
            feed(new Input.ProbePassed(run));
        }
    }

    private void spawned(long run, long mainPid, long guardPid, LogPump started) {
        pid = mainPid;
        pump = started;
        leftBehind = 0;
        this.guardPid = guardPid;
        prober.watch(new Run(run, mainPid, guardPid));
        portWatch.begin(setup.time().instant());
        int port = launcher.port(spec).map(LoopbackPort::number).orElse(0);
        setup.journal().record(new RuntimeEvent.SidecarStarted(spec.id(), mainPid, port));
        feed(new Input.Spawned(run, mainPid));
    }

    /**
     * The tree is empty: the last byte of its output has to be in the file before anything follows.
     */
    private void emptied(long run, int survivors) {
        try {
            if (pump != null) {
                pump.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        pump = null;
        handle = null;
        leftBehind = survivors;
        if (lifeCycle.state() instanceof SidecarState.Clearing clearing) {
            noteExit(clearing.exit(), survivors);
        }
        feed(new Input.Emptied(run, portTaken()));
    }

    private boolean portTaken() {
        var port = launcher.port(spec);
        var holder = launcher.portTakenBy(spec, ring.tail());
        holder.ifPresent(who ->
                problem(
                        "its port %s was taken by %s, so it gets another one"
                                .formatted(port.map(LoopbackPort::toString).orElse("?"), who),
                        "Do nothing, unless this happens again and again"));
        return holder.isPresent();
    }

    private void noteExit(Exit exit, int survivors) {
        var tail = ring.tail();
        lastExit =
                Optional.of(new LastExit(exit.code(), exit.signal(), setup.time().instant(), tail));
        setup.journal()
                .record(
                        new RuntimeEvent.SidecarExited(
                                spec.id(),
                                pid,
                                exit.code().orElse(-1),
                                exit.signal().orElse(0),
                                tail.subList(
                                        Math.max(0, tail.size() - JOURNAL_TAIL), tail.size())));
        if (survivors > 0) {
            setup.journal().record(new RuntimeEvent.SidecarLeaked(spec.id(), survivors));
        }
    }

    private void publish() {
        var before = status;
        var next = describe(setup.time().instant());
        if (next.equals(before)) {
            return;
        }
        status = next;
        if (next.state() != before.state()) {
            setup.journal()
                    .record(
                            new RuntimeEvent.SidecarChanged(
                                    spec.id(),
                                    before.state().name(),
                                    next.state().name(),
                                    next.reason()));
            next.problem()
                    .ifPresent(problem ->
                            setup.journal().record(new RuntimeEvent.ProblemFound(problem)));
        }
        onChange.accept(next);
    }

    private SidecarStatus describe(Instant now) {
        var state = lifeCycle.state();
        var budget = lifeCycle.budget();
        return new SidecarStatus(
                spec.id(),
                state.phase(),
                portWatch.reason(state.reason()),
                mainPid(state),
                launcher.port(spec),
                lifeCycle.restarts(),
                new SidecarStatus.Budget(budget.max(), budget.within(), budget.used(now)),
                lastExit,
                leftBehind,
                state instanceof SidecarState.Backoff(Instant until, _)
                        ? Optional.of(until)
                        : Optional.empty(),
                problem(state));
    }

    private static OptionalLong mainPid(SidecarState state) {
        return switch (state) {
            case SidecarState.Up up -> OptionalLong.of(up.pid());
            case SidecarState.Stopping stopping -> OptionalLong.of(stopping.pid());
            case SidecarState.Down _, SidecarState.Spawning _ -> OptionalLong.empty();
            case SidecarState.Abandoning _, SidecarState.Clearing _ -> OptionalLong.empty();
        };
    }

    private Optional<Problem> problem(SidecarState state) {
        if (state instanceof SidecarState.FailedConfig(var problem)) {
            return Optional.of(problem);
        }
        return state instanceof SidecarState.SafeMode(var reason)
                ? Optional.of(
                        new Problem(
                                place(),
                                reason,
                                "Read its log, mend the cause, and start it again"))
                : Optional.empty();
    }

    private void problem(String what, String remedy) {
        setup.journal().record(new RuntimeEvent.ProblemFound(new Problem(place(), what, remedy)));
    }

    private Where place() {
        return new Where(spec.command().getFirst().where().file(), 0, 0, "/sidecars/" + spec.id());
    }
}
