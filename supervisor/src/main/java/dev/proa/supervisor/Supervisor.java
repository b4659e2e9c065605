package dev.proa.supervisor;

import dev.proa.core.LoopbackPort;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Secret;
import dev.proa.profile.SidecarSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
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
    private final Map<String, Entry> sidecars = new LinkedHashMap<>();
    private final Needs needs;
    private final GroupRestarts restarts;
    private final StopOrder stopOrder;
    private final Standstill standstill;
    private final Object change = new Object(); // guards the fields below, and tells of changes
    private boolean running;
    private boolean closing;
    private boolean closed;

    /**
     * Prepares everything and starts the guard, but no sidecar.
     *
     * @throws ProaException if the guard does not run here or the folders cannot be made
     */
    public Supervisor(SupervisorSetup setup) {
        this.setup = setup;
        OwnFolders.make(setup);
        var listeners = new Listeners();
        this.guard = new GuardClient(setup);
        this.ports = new Ports(listeners, guard::listen, _ -> false);
        this.launcher = new Launcher(setup, guard, ports);
        guard.start();
        this.standstill = new Standstill(setup.time(), this::wakeAll);
        this.needs = new Needs(setup.sidecars());
        this.restarts =
                new GroupRestarts(
                        needs, id -> sidecar(id).seen(), (id, in) -> sidecar(id).tell(in));
        this.stopOrder = new StopOrder(setup.sidecars());
        var tools =
                new Tools(
                        setup,
                        launcher,
                        guard,
                        new PortIdentity(listeners),
                        new AppBudget(),
                        standstill);
        var entries = new Entries(tools, ports, Around::new, this::changed);
        for (var spec : setup.sidecars()) {
            sidecars.put(spec.id(), entries.of(spec));
        }
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
        synchronized (change) {
            if (running || closing) {
                return;
            }
            running = true;
        }
        standstill.start();
        sidecars.values().forEach(Entry::begin);
        for (var sidecar : sidecars.values()) {
            sidecar.lookAround();
            sidecar.tell(new Input.StartAsked());
        }
    }

    /** Lets every sidecar look at the clock, which may have gone on while they slept. */
    void wakeAll() {
        sidecars.values().forEach(Entry::wake);
    }

    /** All sidecars in the order of the manifest, as they were last published. */
    public List<SidecarStatus> snapshot() {
        return sidecars.values().stream().map(Entry::status).toList();
    }

    /** One of them, if there is one of that name. */
    public Optional<SidecarStatus> status(String id) {
        return Optional.ofNullable(sidecars.get(id)).map(Entry::status);
    }

    /**
     * Where requests for a sidecar go: nothing unless it is ready, or it comes back soon and its
     * listening socket was kept meanwhile, so that connections wait in its queue.
     */
    public Optional<LoopbackPort> upstream(String id) {
        var entry = Optional.ofNullable(sidecars.get(id));
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
                    case REST_FOR_DEPENDENTS -> needs.dependents(id);
                    case ONE_FOR_ALL -> sidecars.keySet();
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
        if (!sidecars.isEmpty()) {
            var all = sidecars.keySet();
            round(all, new Input.StepAside(true, "everything restarts"), all.iterator().next());
        }
    }

    private void round(Set<String> members, Input.StepAside wish, String leader) {
        synchronized (change) {
            if (!closing && running) {
                restarts.begin(members, wish, leader);
            }
        }
    }

    private void ask(String id, Input wish) {
        var sidecar = sidecar(id);
        synchronized (change) {
            if (!closing && running) {
                sidecar.tell(wish);
            }
        }
    }

    private Entry sidecar(String id) {
        var sidecar = sidecars.get(id);
        if (sidecar == null) {
            throw new IllegalArgumentException("there is no sidecar named " + id);
        }
        return sidecar;
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
        for (var other : sidecars.values()) {
            if (other.spec().needs().containsKey(status.id())
                    || launcher.awaits(other.spec()).contains(status.id())) {
                other.lookAround();
            }
        }
        restarts.advance();
        setup.listener().accept(status);
        synchronized (change) {
            change.notifyAll();
        }
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
            var members = new HashSet<>(everybody ? sidecars.keySet() : needs.dependents(id));
            members.remove(id);
            round(members, new Input.StepAside(false, id + " went down"), id);
        }

        @Override
        public String missing(SidecarSpec spec) {
            var missing = needs.missing(spec, id -> sidecar(id).seen());
            return missing.isEmpty() ? missingPort(spec) : missing;
        }

        @Override
        public List<Pattern> linesWanted(String id) {
            return needs.linesWanted(id);
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
            if (stopInOrder(begun.plus(setup.stopWithin().orElse(stopOrder.patience())))) {
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
        sidecars.values().forEach(sidecar -> sidecar.tell(new Input.KillAsked()));
        try {
            finish();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void beginToClose() {
        synchronized (change) {
            closing = true;
            restarts.clear();
        }
    }

    private boolean stopInOrder(Instant deadline) throws InterruptedException {
        var asked = new HashSet<String>();
        synchronized (change) {
            while (running && !allDown()) {
                for (var id : stopOrder.next(asked, this::stopped)) {
                    asked.add(id);
                    sidecar(id).tell(new Input.StopAsked());
                }
                var left = Duration.between(setup.time().instant(), deadline).toMillis();
                if (left <= 0) {
                    return false;
                }
                change.wait(Math.min(left, 1000));
            }
            // The last of them may still have had a start in its inbox.
            sidecars.values().forEach(sidecar -> sidecar.tell(new Input.StopAsked()));
            return true;
        }
    }

    private boolean allDown() {
        return sidecars.keySet().stream().allMatch(this::stopped);
    }

    private boolean stopped(String id) {
        return sidecar(id).status().state() == SidecarPhase.STOPPED;
    }

    private void finish() throws InterruptedException {
        boolean proved = guard.close(StopOrder.PROOF);
        boolean owned;
        synchronized (change) {
            if (closed) {
                return;
            }
            closed = true;
            owned = running;
        }
        if (proved && owned) {
            for (var sidecar : sidecars.values()) {
                sidecar.end();
            }
        }
        standstill.close();
        launcher.close();
    }
}
