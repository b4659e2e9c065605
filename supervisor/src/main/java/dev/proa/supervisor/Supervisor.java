package dev.proa.supervisor;

import dev.proa.core.AtomicFile;
import dev.proa.core.ExitCode;
import dev.proa.core.LoopbackPort;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Secret;
import dev.proa.core.Where;
import dev.proa.profile.SidecarSpec;
import dev.proa.profile.SidecarSpec.Need;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Runs the sidecars of one instance: starts them in the order of their needs, restarts them within
 * their budget, and ends them in reverse. Everything runs under a native guard, so that nothing
 * outlives the runtime, however it dies. Safe for use by many threads.
 */
public final class Supervisor implements AutoCloseable {
    private static final Duration PROOF = Duration.ofSeconds(15);

    private final SupervisorSetup setup;
    private final GuardClient guard;
    private final Ports ports;
    private final Launcher launcher;
    private final PortIdentity identity;
    private final Map<String, Entry> sidecars = new LinkedHashMap<>();
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
        makeFolders(setup);
        var listeners = new Listeners();
        this.guard = new GuardClient(setup);
        this.ports = new Ports(listeners, guard::listen, _ -> false);
        this.launcher = new Launcher(setup, guard, ports);
        guard.start();
        this.identity = new PortIdentity(listeners);
        for (var spec : setup.sidecars()) {
            sidecars.put(spec.id(), entry(spec));
        }
    }

    private Entry entry(SidecarSpec spec) {
        if (spec.command().isEmpty()) {
            return attached(spec, this::changed);
        }
        boolean either =
                spec.attach().isPresent()
                        && spec.port() instanceof SidecarSpec.Port.Fixed(_, var taken)
                        && taken == SidecarSpec.Taken.ATTACH;
        return either
                ? AttachOrStart.of(
                        heard -> attached(spec, heard),
                        heard -> sidecar(spec, heard),
                        ports,
                        this::changed)
                : sidecar(spec, this::changed);
    }

    private AttachedBackend attached(SidecarSpec spec, Consumer<SidecarStatus> heard) {
        return new AttachedBackend(
                spec, spec.attach().orElseThrow(), setup, RandomGenerator.getDefault(), heard);
    }

    private Sidecar sidecar(SidecarSpec spec, Consumer<SidecarStatus> heard) {
        var access = new SidecarAccess(spec, Secret.random(), setup, launcher, guard, identity);
        return new Sidecar(spec, setup, launcher, access, RandomGenerator.getDefault(), heard);
    }

    private static void makeFolders(SupervisorSetup setup) {
        try {
            AtomicFile.ownFolder(setup.dataFolder().resolve("logs"));
            var first = SidecarEnvironment.portFile(setup.dataFolder(), "any").getParent();
            AtomicFile.ownFolder(setup.dataFolder().resolve("runtime"));
            if (first != null) {
                AtomicFile.ownFolder(first);
            }
        } catch (IOException e) {
            throw new ProaException(
                    ExitCode.CANNOT_CREATE,
                    new Problem(
                            Where.of(setup.dataFolder().toString()),
                            "the folders for logs cannot be made: " + e.getMessage(),
                            "Give this user the right to write there, or name another data folder"),
                    e);
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
        sidecars.values().forEach(Entry::begin);
        sidecars.values().forEach(sidecar -> sidecar.tell(new Input.StartAsked()));
    }

    /** All sidecars in the order of the manifest, as they were last published. */
    public List<SidecarStatus> snapshot() {
        return sidecars.values().stream().map(Entry::status).toList();
    }

    /** One of them, if there is one of that name. */
    public Optional<SidecarStatus> status(String id) {
        return Optional.ofNullable(sidecars.get(id)).map(Entry::status);
    }

    /** Where requests for a sidecar go; nothing unless it is ready. */
    public Optional<LoopbackPort> upstream(String id) {
        return status(id).filter(SidecarStatus::ready).flatMap(SidecarStatus::port);
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
     * Stops a sidecar and starts it again; not charged to its budget.
     *
     * @throws IllegalArgumentException if there is no such sidecar
     */
    public void restart(String id) {
        ask(id, new Input.RestartAsked());
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

    /** On the thread of the sidecar that changed. */
    private void changed(SidecarStatus status) {
        for (var other : sidecars.values()) {
            if (other.spec().needs().containsKey(status.id())
                    || launcher.awaits(other.spec()).contains(status.id())) {
                other.tell(new Input.NeedsChanged(needsMet(other)));
            }
        }
        setup.listener().accept(status);
        synchronized (change) {
            change.notifyAll();
        }
    }

    private boolean needsMet(Entry sidecar) {
        return launcher.awaits(sidecar.spec()).stream().allMatch(id -> sidecar(id).status().ready())
                && sidecar.spec().needs().entrySet().stream()
                        .allMatch(need -> met(need.getValue(), sidecar(need.getKey()).status()));
    }

    private static boolean met(Need need, SidecarStatus status) {
        boolean done = status.state() == SidecarPhase.COMPLETED;
        return switch (need) {
            case Need.Started _ ->
                    done || (status.pid().isPresent() && status.state() != SidecarPhase.STOPPING);
            case Need.Ready _ -> done || status.ready();
            case Need.Healthy _ -> done || status.ready();
            case Need.Completed _, Need.CompletedSuccessfully _ -> done;
            case Need.Log _ -> throw new IllegalStateException("refused by the profile");
        };
    }

    /**
     * Stops everything: each sidecar after those that need it, independent ones together, each
     * within its grace. What is then left is killed. Idempotent; returns when nothing is left, or
     * when what is left cannot be killed (the journal then says which).
     */
    @Override
    public void close() {
        var begun = setup.time().instant();
        synchronized (change) {
            closing = true;
        }
        try {
            if (stopInOrder(begun.plus(patience()))) {
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
        synchronized (change) {
            closing = true;
        }
        sidecars.values().forEach(sidecar -> sidecar.tell(new Input.KillAsked()));
        try {
            finish();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The longest chain of graces there can be, and time to prove that all is gone. */
    private Duration patience() {
        var sum = PROOF;
        for (var sidecar : sidecars.values()) {
            sum = sum.plus(sidecar.spec().stop().grace()).plus(Duration.ofSeconds(1));
        }
        return sum;
    }

    private boolean stopInOrder(Instant deadline) throws InterruptedException {
        var asked = new HashSet<String>();
        synchronized (change) {
            while (running && !allDown()) {
                for (var sidecar : stoppable(asked)) {
                    asked.add(sidecar.spec().id());
                    sidecar.tell(new Input.StopAsked());
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

    /** Those not yet asked on which nobody that still runs depends. */
    private List<Entry> stoppable(Set<String> asked) {
        var free = new ArrayList<Entry>();
        for (var sidecar : sidecars.values()) {
            boolean needed =
                    sidecars.values().stream()
                            .anyMatch(other ->
                                    !quiet(other, asked)
                                            && other.spec()
                                                    .needs()
                                                    .containsKey(sidecar.spec().id()));
            if (!needed && !asked.contains(sidecar.spec().id())) {
                free.add(sidecar);
            }
        }
        return free;
    }

    private static boolean quiet(Entry sidecar, Set<String> asked) {
        return asked.contains(sidecar.spec().id()) && stopped(sidecar);
    }

    private boolean allDown() {
        return sidecars.values().stream().allMatch(Supervisor::stopped);
    }

    private static boolean stopped(Entry sidecar) {
        return sidecar.status().state() == SidecarPhase.STOPPED;
    }

    private void finish() throws InterruptedException {
        boolean proved = guard.close(PROOF);
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
        launcher.close();
    }
}
