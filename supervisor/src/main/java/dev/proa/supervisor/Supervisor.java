package dev.proa.supervisor;

import dev.proa.core.LoopbackPort;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Secret;
import dev.proa.profile.SidecarSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Runs the sidecars of one instance: starts them in the order of their needs, restarts them within
 * their budget, and ends them in reverse. Everything runs under a native guard, so that nothing
 * outlives the runtime, however it dies. Safe for use by many threads.
 */
public final class Supervisor implements AutoCloseable {
    private final SupervisorSetup setup;
    private final GuardClient guard;
    private final Ports ports;
    private final Launcher launcher;
    private final Entries entries;
    private final GroupRestarts restarts;
    private final Standstill standstill;
    private final Muster muster;
    private boolean closed; // guarded by this

    /**
     * Prepares everything and starts the guard, but no sidecar.
     *
     * @throws ProaException if the guard does not run here or the folders cannot be made
     */
    public Supervisor(SupervisorSetup setup) {
        this.setup = setup;
        OwnFolders.make(setup);
        var listeners = new Listeners();
        this.muster = new Muster(setup.time());
        this.guard = new GuardClient(setup);
        this.ports = new Ports(listeners, guard::listen, _ -> false);
        this.launcher = new Launcher(setup, guard, ports);
        guard.start(!setup.sidecars().isEmpty());
        this.standstill = new Standstill(setup.time(), this::wakeAll);
        this.restarts =
                new GroupRestarts(
                        () -> crew().needs(),
                        id -> sidecar(id).seen(),
                        (id, in) -> sidecar(id).tell(in));
        var tools =
                new Tools(
                        setup,
                        launcher,
                        guard,
                        new PortIdentity(listeners),
                        new AppBudget(),
                        standstill);
        this.entries = new Entries(tools, ports, Around::new, this::changed);
        muster.line(Crew.of(setup.sidecars().stream().map(entries::of).toList()));
    }

    /** What a person has to know of the guard and of what earlier runs left behind. */
    public List<Problem> problems() {
        return guard.problems();
    }

    /** What keeps sidecars from outliving this run. */
    public Tier tier() {
        return guard.tier();
    }

    /** Starts every sidecar: at once, or as soon as what it needs is there. Returns at once. */
    public void start() {
        if (muster.start()) {
            standstill.start();
        }
    }

    /**
     * Makes these the sidecars there are. Those that are not among them stop, each after those that
     * need it, and are forgotten; one whose entry says something else stops and starts with the new
     * one, and so do those that need it; the others go on. Returns when everybody who leaves is
     * gone, and the new ones have been asked to start; at once when the supervisor is being closed.
     *
     * @param mode told as {@code PROA_MODE} to what is started from now on
     * @param wanted each after those it needs
     * @throws IllegalStateException if it does not run, or is being changed already
     */
    public void change(String mode, List<SidecarSpec> wanted) throws InterruptedException {
        SupervisorSetup.checkOrder(wanted);
        var step = muster.begin(wanted);
        try {
            restarts.without(step.leaving());
            var left = muster.leave(step.leaving());
            for (var entry : left.orElse(List.of())) {
                entry.end();
                launcher.forget(entry.spec());
            }
            if (left.isPresent()) {
                launcher.lineUp(mode, wanted);
                muster.join(wanted, step.joining().stream().map(entries::of).toList());
            }
        } finally {
            muster.end();
        }
    }

    private Crew crew() {
        return muster.crew();
    }

    /** Lets every sidecar look at the clock, which may have gone on while they slept. */
    void wakeAll() {
        crew().all().forEach(entry -> entry.then(() -> {}));
    }

    /** All sidecars in the order of the manifest, as they were last published. */
    public List<SidecarStatus> snapshot() {
        return crew().all().stream().map(Entry::status).toList();
    }

    /** One of them, if there is one of that name. */
    public Optional<SidecarStatus> status(String id) {
        return Optional.ofNullable(crew().entries().get(id)).map(Entry::status);
    }

    /**
     * Where requests for a sidecar go: nothing unless it is ready, or it comes back soon and its
     * listening socket was kept meanwhile, so that connections wait in its queue.
     */
    public Optional<LoopbackPort> upstream(String id) {
        var entry = Optional.ofNullable(crew().entries().get(id));
        return entry.filter(one -> one.status().ready() || queues(one))
                .flatMap(one -> one.status().port());
    }

    private static boolean queues(Entry entry) {
        return entry.spec().port() instanceof SidecarSpec.Port.Inherit
                && switch (entry.status().state()) {
                    case STARTING, LIVE, BACKOFF -> true;
                    case STOPPED, WAITING, READY, UNREADY, HUNG, STOPPING -> false;
                    case SAFE_MODE, ATTACHED, DEGRADED, COMPLETED, FAILED_CONFIG -> false;
                };
    }

    /**
     * The secret that a sidecar was given as {@code PROA_TOKEN}.
     *
     * @throws IllegalArgumentException if there is no such sidecar
     */
    public Secret token(String id) {
        return sidecar(id).token();
    }

    /**
     * Starts a sidecar that does not run, with a full budget.
     *
     * @throws IllegalArgumentException if there is no such sidecar
     */
    public void start(String id) {
        ask(id, new Input.StartAsked());
    }

    /**
     * Stops a sidecar until somebody starts it; those that need it are left alone.
     *
     * @throws IllegalArgumentException if there is no such sidecar
     */
    public void stop(String id) {
        ask(id, new Input.StopAsked());
    }

    /**
     * Stops a sidecar and starts it again, with a full budget. Those that its restart strategy
     * names go down before it and are started again with it, not charged either.
     *
     * @throws IllegalArgumentException if there is no such sidecar
     */
    public void restart(String id) {
        var sidecar = sidecar(id);
        var members =
                switch (sidecar.spec().restart().strategy()) {
                    case ONE_FOR_ONE -> Set.<String>of();
                    case REST_FOR_DEPENDENTS -> crew().needs().dependents(id);
                    case ONE_FOR_ALL -> crew().entries().keySet();
                };
        if (members.isEmpty() || sidecar.seen().stepped()) {
            ask(id, new Input.RestartAsked());
            return;
        }
        var all = new HashSet<>(members);
        all.add(id);
        round(all, new Input.StepAside(true, "restarts together with " + id), id);
    }

    /**
     * Starts a sidecar that was given up, with a full budget.
     *
     * @throws IllegalArgumentException if there is no such sidecar
     */
    public void retry(String id) {
        start(id);
    }

    /**
     * Stops all sidecars in the reverse order of their needs and starts them again, with full
     * budgets; those that were stopped on request stay down.
     */
    public void restartAll() {
        var all = crew().entries().keySet();
        if (!all.isEmpty()) {
            round(all, new Input.StepAside(true, "everything restarts"), all.iterator().next());
        }
    }

    private void round(Set<String> members, Input.StepAside wish, String leader) {
        muster.withStaying(members, staying -> restarts.begin(staying, wish, leader));
    }

    private void ask(String id, Input wish) {
        muster.wish(sidecar(id), wish);
    }

    private Entry sidecar(String id) {
        return crew().entry(id);
    }

    /**
     * Runs a program under the guard that nobody restarts, such as a browser window. It inherits
     * the environment of sidecars without what Proa tells them; its output goes to {@code
     * logs/NAME.log}.
     *
     * @param onEnd called once, when it and everything it started are gone, or when it could not be
     *     started; must not block
     * @throws IOException if there is no guard
     */
    public GuardedProcess run(
            String name,
            List<String> command,
            Path cwd,
            Map<String, String> more,
            Consumer<GuardedProcess> onEnd)
            throws IOException {
        var environment = SidecarEnvironment.inherited(setup.environment());
        environment.putAll(more);
        var process = new GuardedProcess(name, launcher.log(name), setup.journal(), onEnd);
        process.handed(guard.spawn(name, new Launch(command, cwd, environment), process.news()));
        return process;
    }

    /** On the thread of the one that changed. */
    private void changed(SidecarStatus status) {
        for (var other : crew().all()) {
            if (other.spec().needs().containsKey(status.id())
                    || launcher.awaits(other.spec()).contains(status.id())) {
                other.lookAround();
            }
        }
        restarts.advance();
        setup.listener().accept(status);
        muster.changed();
    }

    private String missingPort(SidecarSpec spec) {
        return launcher.awaits(spec).stream()
                .filter(id -> !sidecar(id).status().ready())
                .findFirst()
                .map(id -> "waits for the port of " + id)
                .orElse("");
    }

    /** How the sidecars see each other; called on their threads. */
    private final class Around implements Surroundings {
        private final Consumer<SidecarStatus> heard;

        Around(Consumer<SidecarStatus> heard) {
            this.heard = heard;
        }

        @Override
        public void changed(SidecarStatus status) {
            heard.accept(status);
        }

        @Override
        public void clearAround(String id, boolean everybody) {
            var members =
                    new HashSet<>(
                            everybody ? crew().entries().keySet() : crew().needs().dependents(id));
            members.remove(id);
            round(members, new Input.StepAside(false, id + " went down"), id);
        }

        @Override
        public String missing(SidecarSpec spec) {
            var missing = crew().needs().missing(spec, id -> sidecar(id).seen());
            return missing.isEmpty() ? missingPort(spec) : missing;
        }

        @Override
        public List<Pattern> linesWanted(String id) {
            return crew().needs().linesWanted(id);
        }
    }

    /**
     * Stops everything: each sidecar after those that need it, independent ones together, each
     * within its grace. What is then left is killed. Idempotent; returns when nothing is left, or
     * when what is left cannot be killed (the journal then says which).
     */
    @Override
    public void close() {
        var begun = setup.time().instant();
        beginToClose();
        try {
            if (muster.stopAll(begun, setup.stopWithin())) {
                finish();
            } else {
                closeNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closeNow();
        }
    }

    /** Kills everything at once, without asking; also while {@link #close()} still waits. */
    public void closeNow() {
        beginToClose();
        crew().all().forEach(sidecar -> sidecar.tell(new Input.KillAsked()));
        try {
            finish();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void beginToClose() {
        muster.close();
        restarts.clear();
    }

    private void finish() throws InterruptedException {
        boolean proved = guard.close(StopOrder.PROOF);
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        if (proved && muster.running()) {
            for (var sidecar : crew().all()) {
                sidecar.end();
            }
        }
        muster.gone();
        standstill.close();
        launcher.close();
    }
}
