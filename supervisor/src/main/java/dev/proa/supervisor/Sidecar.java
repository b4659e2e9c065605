package dev.proa.supervisor;

import dev.proa.core.LoopbackPort;
import dev.proa.core.Problem;
import dev.proa.core.Secret;
import dev.proa.journal.RuntimeEvent;
import dev.proa.profile.SidecarSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One sidecar and the thread that owns it: everything that happens is a task in its inbox, its
 * rules are the {@link LifeCycle}, and others read its published status.
 */
final class Sidecar implements Entry {
    private static final Duration IDLE = Duration.ofMinutes(1);

    private final SidecarSpec spec;
    private final Tools tools;
    private final SupervisorSetup setup;
    private final Launcher launcher;
    private final Surroundings around;
    private final Prober prober;
    private final Farewell farewell;
    private final Aftermath aftermath;
    private final LifeCycle lifeCycle;
    private final SidecarAccess access;
    private final PortWatch portWatch;
    private final DumpHook dumps;
    private final LineRing ring = new LineRing();
    // Unbounded: the guard, the prober and people put little into it.
    private final BlockingQueue<Runnable> inbox = new LinkedBlockingQueue<>();
    private final Thread owner;

    // Owner thread only.
    private GuardClient.@Nullable Handle handle;
    private @Nullable LogPump pump;
    private final Set<String> lines = new HashSet<>(); // patterns that were seen in this run
    private Duration lost = Duration.ZERO;
    private long run;
    private long pid;
    private long guardPid;
    private boolean ended;

    private volatile SidecarStatus status;
    private volatile Seen seen;

    Sidecar(SidecarSpec spec, Tools tools, RandomGenerator dice, Surroundings around) {
        this.spec = spec;
        this.tools = tools;
        this.setup = tools.setup();
        this.launcher = tools.launcher();
        this.around = around;
        this.lifeCycle = new LifeCycle(spec, dice, tools.budget());
        this.access =
                new SidecarAccess(
                        spec, Secret.random(), setup, launcher, tools.guard(), tools.identity());
        this.portWatch = launcher.portWatch(spec);
        this.prober = new Prober(access, inbox::add, this::feed);
        this.dumps = new DumpHook(access, ProcessSignals::send, this::tell);
        this.farewell = new Farewell(spec, new StopCall(access)::refusal, setup.time());
        this.aftermath = new Aftermath(spec, setup, launcher);
        this.status = describe();
        this.seen = Seen.of(spec, lifeCycle, lines);
        this.owner = Thread.ofVirtual().name("proa-sidecar-" + spec.id()).unstarted(this::run);
    }

    @Override
    public SidecarSpec spec() {
        return spec;
    }

    @Override
    public Secret token() {
        return access.token();
    }

    /** The status as it was last published. */
    @Override
    public SidecarStatus status() {
        return status;
    }

    /** What others see of it, as it was last published. */
    @Override
    public Seen seen() {
        return seen;
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

    @Override
    public void lookAround() {
        inbox.add(() -> feed(new Input.NeedsChanged(around.missing(spec))));
    }

    @Override
    public void then(Runnable task) {
        inbox.add(task);
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
        var wait = Duration.between(now, wakeAt(now));
        var task = inbox.poll(Math.max(0, wait.toMillis() + 1), TimeUnit.MILLISECONDS);
        var lostNow = tools.standstill().lost();
        if (!lostNow.equals(lost)) {
            // We or the whole machine stood still: no deadline may be taken for missed.
            feed(new Input.Overslept(lostNow.minus(lost)));
            lost = lostNow;
        }
        if (task != null) {
            guarded(task);
        } else {
            feed(new Input.TimeReached());
        }
        farewell.perhaps();
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
        var state = lifeCycle.state();
        return Stream.of(
                        state.wakeAt(),
                        portWatch.waiting() ? Optional.<Instant>empty() : prober.nextAt(state),
                        portWatch.nextAt(state.phase()),
                        farewell.wakeAt(),
                        lifeCycle.account().budget().nextBack(now))
                .flatMap(Optional::stream)
                .min(Instant::compareTo)
                .orElse(now.plus(IDLE));
    }

    private void feed(Input input) {
        lifeCycle.lastMisses(prober.lastMiss(), prober.lastLiveMiss());
        for (var effect : lifeCycle.on(input, setup.time().instant())) {
            carryOut(effect);
        }
        publish();
    }

    private void carryOut(Effect effect) {
        switch (effect) {
            case Effect.Spawn(long next) -> spawn(next);
            case Effect.AskToExit _ -> {
                var process = handle;
                if (process != null) {
                    farewell.begin(
                            process, present(), () -> inbox.add(() -> farewell.refused(process)));
                }
            }
            case Effect.KillTree _ -> {
                if (handle != null) {
                    handle.kill();
                    farewell.over();
                }
            }
            case Effect.Dump _ -> dumps.dump(present());
            case Effect.ClearAround(boolean everybody) -> {
                publish(); // before the others look at it
                around.clearAround(spec.id(), everybody);
            }
        }
    }

    private Run present() {
        return new Run(run, pid, guardPid);
    }

    private void spawn(long next) {
        run = next;
        ring.clear();
        lines.clear();
        switch (launcher.launch(spec, access.token(), new News(next))) {
            case Launcher.Result.Handed(var given) -> handle = given;
            case Launcher.Result.Refused(var failure) -> tell(new Input.SpawnFailed(next, failure));
        }
    }

    /** Brings the guard's news of one run into the inbox. */
    private final class News implements GuardNews {
        private final long of;

        News(long of) {
            this.of = of;
        }

        @Override
        public void placed(Placement placement) {
            launcher.placed(spec, placement);
        }

        @Override
        public void started(long mainPid, long guardPid, java.io.InputStream output) {
            // At once, on the guard's thread: the pipe is small, and the owner may be busy.
            var log = launcher.log(spec.id());
            var started = new LogPump(spec.id(), log, output, ring, watch(of), setup.journal());
            // In this order: a line that matches must not be told before the start.
            inbox.add(() -> spawned(of, mainPid, guardPid, started));
            started.start();
        }

        @Override
        public void failed(StartFailure failure) {
            tell(new Input.SpawnFailed(of, launcher.explain(spec, failure)));
        }

        @Override
        public void exited(Exit exit) {
            tell(new Input.Exited(of, exit));
        }

        @Override
        public void emptied(int survivors) {
            inbox.add(() -> Sidecar.this.emptied(of, survivors));
        }

        @Override
        public void notEmpty(List<Long> pids) {
            inbox.add(() -> {
                aftermath.stuck(pids);
                publish();
            });
        }
    }

    private LineWatch watch(long of) {
        var watch = new LineWatch();
        if (spec.ready().check() instanceof SidecarSpec.Check.Log(var pattern)) {
            watch.want(pattern, _ -> inbox.add(() -> readyLine(of)));
        }
        if (spec.port() instanceof SidecarSpec.Port.Announce(var line) && line.isPresent()) {
            watch.want(
                    line.get(),
                    match -> {
                        var said = PortLine.of(match.toMatchResult());
                        inbox.add(() -> announced(said));
                    });
        }
        for (var pattern : around.linesWanted(spec.id())) {
            watch.want(pattern, _ -> inbox.add(() -> wantedLine(of, pattern.pattern())));
        }
        return watch;
    }

    /** The line that its readiness waits for: with a port, no stranger may listen there. */
    private void readyLine(long of) {
        prober.lineSeen(of);
        if (spec.port() instanceof SidecarSpec.Port.None) {
            feed(new Input.ProbePassed(of));
        }
    }

    private void announced(Announcement said) {
        if (launcher.announced(spec, said)) {
            publish();
        }
    }

    /** A line that others wait for; late news of an earlier run says nothing. */
    private void wantedLine(long of, String pattern) {
        if (of == run) {
            lines.add(pattern);
            publish();
        }
    }

    private void spawned(long of, long mainPid, long ofGuard, LogPump started) {
        pid = mainPid;
        guardPid = ofGuard;
        pump = started;
        aftermath.begun();
        prober.watch(new Run(of, mainPid, guardPid));
        portWatch.begin(setup.time().instant());
        int port = launcher.port(spec).map(LoopbackPort::number).orElse(0);
        setup.journal().record(new RuntimeEvent.SidecarStarted(spec.id(), mainPid, port));
        feed(new Input.Spawned(of, mainPid));
    }

    /**
     * The tree is empty: the last byte of its output has to be in the file before anything follows.
     */
    private void emptied(long of, int survivors) {
        try {
            if (pump != null) {
                pump.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        pump = null;
        handle = null;
        farewell.over();
        lines.clear();
        aftermath.emptied(survivors);
        var holder = "";
        if (lifeCycle.state() instanceof SidecarState.Clearing clearing) {
            aftermath.note(pid, clearing.exit(), ring.tail());
            holder = aftermath.portTakenBy(clearing, ring.tail());
        }
        feed(new Input.Emptied(of, holder));
    }

    private void publish() {
        var before = status;
        if (StatusLine.givenUp(lifeCycle.state()) && before.state() != lifeCycle.state().phase()) {
            aftermath.givenUp();
        }
        var next = describe();
        var nextSeen = Seen.of(spec, lifeCycle, lines);
        if (next.equals(before) && nextSeen.equals(seen)) {
            return;
        }
        status = next;
        seen = nextSeen;
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
        around.changed(next);
    }

    private SidecarStatus describe() {
        return StatusLine.of(
                spec,
                lifeCycle,
                portWatch.reason(lifeCycle.reason()),
                launcher.port(spec),
                aftermath,
                launcher.limitsProblem(spec),
                setup.time().instant());
    }

    private void problem(String what, String remedy) {
        setup.journal()
                .record(
                        new RuntimeEvent.ProblemFound(
                                new Problem(StatusLine.place(spec), what, remedy)));
    }
}
