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
    private final Journal journal;
    private @Nullable GuardConnection current; // guarded by this
    private boolean closed; // guarded by this

    GuardClient(Path program, Journal journal) {
        this.program = program;
        this.journal = journal;
    }

    /**
     * Starts the guard, so that a missing one is found before anything else.
     *
     * @throws ProaException if it cannot run here
     */
    void start() {
        try {
            connection();
        } catch (IOException e) {
            throw new ProaException(
                    ExitCode.UNAVAILABLE,
                    new Problem(
                            Where.of(program.toString()),
                            "the guard of the sidecars does not run: " + e.getMessage(),
                            "Build Proa again, and use Linux 5.3 or newer with /proc mounted"),
                    e);
        }
    }

    /**
     * Hands a program to the guard.
     *
     * @throws IOException if there is no guard and none can be started
     */
    Handle spawn(Launch launch, GuardNews news) throws IOException {
        var guard = connection();
        return new Handle(guard, guard.spawn(launch, news));
    }

    // Everybody who comes here has to wait for the guard anyway, so the lock may be held meanwhile.
    private synchronized GuardConnection connection() throws IOException {
        if (closed) {
            throw new IOException("the supervisor is closed");
        }
        if (current == null || current.lost()) {
            current = GuardConnection.open(program, this::lost);
        }
        return current;
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
    void unlisten(String name) throws IOException {
        connection().unlisten(name);
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
        return last == null || last.close(patience);
    }
}
