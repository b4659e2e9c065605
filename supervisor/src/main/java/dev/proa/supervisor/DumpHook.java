package dev.proa.supervisor;

import dev.proa.profile.SidecarSpec.Dump;
import dev.proa.profile.Template;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Has a hung process say why it hangs, before it is stopped. Whatever comes of it, {@link
 * Input.Dumped} is told once. Used by the sidecar's owner thread alone.
 */
final class DumpHook {
    private static final Duration CLEARING = Duration.ofSeconds(1);

    private final SidecarAccess access;
    private final SignalSender signals;
    private final Consumer<Input> tell;
    private @Nullable Thread dumping; // the last one begun

    /**
     * Prepares.
     *
     * @param tell takes the news from any thread
     */
    DumpHook(SidecarAccess access, SignalSender signals, Consumer<Input> tell) {
        this.access = access;
        this.signals = signals;
        this.tell = tell;
    }

    /** Begins; returns at once. */
    void dump(Run run) {
        var id = access.spec().id();
        dumping = Thread.ofVirtual().name("proa-dump-" + id).start(() -> perform(run));
    }

    private void perform(Run run) {
        try {
            switch (access.spec().dump().orElse(null)) {
                case null -> {} // nothing was asked for
                case Dump.Signal(var signal, var timeout) -> signal(run, signal, timeout);
                case Dump.Exec(var command, var timeout) -> command(run, command, timeout);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            failed("met an internal error: " + e); // the top of a thread
        } finally {
            tell.accept(new Input.Dumped(run.number()));
        }
    }

    /** It gets the time to write; a process that ends of the signal needs no more of it. */
    private void signal(Run run, String signal, Duration timeout) throws InterruptedException {
        if (!signals.send(run, Launcher.signal(signal))) {
            failed("could not be asked for by SIG" + signal);
            return;
        }
        var process = ProcessHandle.of(run.pid());
        if (process.isEmpty()) {
            return;
        }
        try {
            process.get().onExit().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return; // it is still there, as it should be
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private void command(Run run, List<Template> command, Duration timeout)
            throws InterruptedException {
        var ended = new CountDownLatch(1);
        try {
            var process =
                    access.logged(
                            access.spec().id() + ".dump",
                            command,
                            Map.of("pid", Long.toString(run.pid())),
                            _ -> ended.countDown());
            if (ended.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                if (!process.succeeded()) {
                    failed("command " + process.outcome());
                }
                return;
            }
            process.stop(Duration.ZERO);
            ended.await(CLEARING.toMillis(), TimeUnit.MILLISECONDS);
            failed("command did not end within " + timeout.toMillis() + " ms, and was killed");
        } catch (IOException | IllegalArgumentException e) {
            failed("command could not be run: " + e.getMessage());
        }
    }

    private void failed(String what) {
        access.problem(
                "dump",
                "the dump of the hung sidecar " + access.spec().id() + " " + what,
                "Correct dump, or take it out");
    }

    /** Breaks off what is under way; to be called after the end of the owner thread. */
    void end() throws InterruptedException {
        if (dumping != null) {
            dumping.interrupt();
            dumping.join();
        }
    }
}
