package dev.proa.supervisor;

import dev.proa.core.ExitCode;
import dev.proa.core.LoopbackPort;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.journal.Journal;
import dev.proa.journal.RuntimeEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The guard in force: a new chain is started when the last one was lost. */
final class GuardClient {
    /** A process that was handed to a chain of guards. */
    record Handle(GuardConnection guard, long id) {
        void stop(int signal, Duration grace) {
            guard.stop(id, signal, grace);
        }

        void kill() {
            guard.kill(id);
        }
    }

    private final Path program;
    private final String instance;
    private final Journal journal;
    private final RunRegistry registry;
    private final Leftovers leftovers;
    private @Nullable GuardConnection current; // guarded by this
    private boolean closed; // guarded by this
    private volatile Tier tier = Tier.ofNative();

    /** Ends what an earlier run of the same data folder left; starts nothing yet. */
    GuardClient(SupervisorSetup setup) {
        var list = RunRecord.file(setup.dataFolder());
        program = setup.guard();
        instance = setup.instance().toString();
        journal = setup.journal();
        leftovers = Janitor.reap(list, setup.time());
        leftovers.events().forEach(journal::record);
        registry = new RunRegistry(list, instance, journal, setup.time());
    }

    /** What a person has to know of the guard and of earlier runs. */
    List<Problem> problems() {
        return Stream.concat(leftovers.problems().stream(), tier.problem(program).stream())
                .toList();
    }

    Tier tier() {
        return tier;
    }

    /**
     * Gets ready to start guards: the native one, or the one in Java where that is missing, altered
     * or cannot be run.
     *
     * @param now whether to start one at once; else it is started with the first process, so that a
     *     run without sidecars has no process but its own
     * @throws ProaException if it cannot run here
     */
    void start(boolean now) {
        try {
            registry.open();
            new GuardProgram(program).objection().ifPresent(why -> tier = Tier.ofJava(why));
            if (now) {
                connection();
            }
        } catch (IOException e) {
            throw new ProaException(
                    ExitCode.UNAVAILABLE,
                    new Problem(
                            Where.of(program.toString()),
                            "the guard of the sidecars does not run: " + e.getMessage(),
                            "Use Linux 5.3 or newer with /proc mounted"),
                    e);
        }
    }

    private GuardConnection first() throws IOException {
        if (tier.reason().isEmpty()) {
            try {
                var guard = open();
                if (guard.hello().cgroups()) {
                    tier = Tier.ofNativeWithGroups();
                }
                return guard;
            } catch (IOException e) {
                tier = Tier.ofJava(GuardProgram.reason(e));
            }
        }
        return open();
    }

    private GuardConnection open() throws IOException {
        return GuardConnection.open(command(), instance, this::lost);
    }

    /**
     * Hands a program to the guard.
     *
     * @param name of the sidecar or window, for the list of processes
     * @throws IOException if there is no guard and none can be started
     */
    Handle spawn(String name, Launch launch, GuardNews news) throws IOException {
        var guard = connection();
        return new Handle(guard, guard.spawn(launch, registry.watching(name, news)));
    }

    // Everybody who comes here has to wait for the guard anyway, so the lock may be held meanwhile.
    private synchronized GuardConnection connection() throws IOException {
        if (closed) {
            throw new IOException("the supervisor is closed");
        }
        if (current == null) {
            current = first();
        } else if (current.lost()) {
            current = open();
        }
        return current;
    }

    private List<String> command() {
        return tier.reason().isEmpty()
                ? GuardConnection.nativeCommand(program)
                : JavaGuard.command("--parent", Long.toString(OwnProcess.pid()));
    }

    /**
     * The port of the socket that the guard in force holds under that name; if it holds none, see
     * {@link GuardConnection#listen}. To be called for one name by one thread at a time.
     */
    LoopbackPort listen(String name, int port) throws IOException {
        var guard = connection();
        var held = guard.listening(name);
        return held.isPresent() ? held.get() : guard.listen(name, port);
    }

    /** See {@link GuardConnection#unlisten}. */
    synchronized void unlisten(String name) {
        if (current != null) {
            current.unlisten(name);
        }
    }

    /** What the guard in force says of itself. */
    GuardHello hello() throws IOException {
        return connection().hello();
    }

    private void lost(String reason) {
        journal.record(new RuntimeEvent.GuardLost(reason));
    }

    /** Kills whatever still runs; true when it is proved that nothing is left. */
    boolean close(Duration patience) throws InterruptedException {
        GuardConnection last;
        synchronized (this) {
            closed = true;
            last = current;
        }
        boolean proved = last == null || last.close(patience);
        registry.close(proved);
        return proved;
    }
}
