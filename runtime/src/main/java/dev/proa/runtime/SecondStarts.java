package dev.proa.runtime;

import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.gateway.Gateway;
import dev.proa.gateway.HandOver;
import dev.proa.gateway.HandOverAnswer;
import dev.proa.gateway.HandOverSocket;
import dev.proa.journal.Journal;
import dev.proa.journal.RuntimeEvent;
import dev.proa.supervisor.OwnProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Answers later starts of the app, from the moment its data folder is locked until that is given
 * back. What they were told to open goes to the page, as does what this run itself was told.
 */
final class SecondStarts implements AutoCloseable {
    /** What the page is asked to do with arguments: {@code {arguments, folder}}. */
    private static final String KIND = "arguments";

    private static final Duration BEGIN = Duration.ofSeconds(8);
    private static final Duration PRINTED = Duration.ofMinutes(10);

    private sealed interface Phase {
        /** Being set up. */
        record Starting() implements Phase {}

        record Running(Gateway gateway, BooleanSupplier openWindow, Journal journal)
                implements Phase {}

        record Ending() implements Phase {}
    }

    private volatile Phase phase = new Phase.Starting(); // written under this
    private final CountDownLatch begun = new CountDownLatch(1);
    private Optional<HandOverSocket> socket = Optional.empty(); // written once, by listen
    private Optional<Problem> problem = Optional.empty(); // written once, by listen

    private SecondStarts() {}

    /** Listens in the runtime folder of whoever holds its lock. */
    static SecondStarts listen(Path runtime, InstantSource time) {
        var seconds = new SecondStarts();
        try {
            seconds.socket = Optional.of(HandOverSocket.open(runtime, seconds::take, time));
        } catch (IOException e) {
            seconds.problem =
                    Optional.of(
                            new Problem(
                                    Where.of(runtime.toString()),
                                    "A second start cannot hand over its arguments: no socket can be made here ("
                                            + e.getMessage()
                                            + ")",
                                    "Choose a data folder on a local file system with --data-dir if you need that"));
        }
        return seconds;
    }

    /** Why nobody can hand over anything, if so. */
    Optional<Problem> problem() {
        return problem;
    }

    /** Begins to answer, and gives the page what this run itself was told to open. */
    void running(HandOver own, Gateway gateway, BooleanSupplier openWindow, Journal journal) {
        if (!own.arguments().isEmpty()) {
            gateway.channel().intent(KIND, data(own));
        }
        begin(new Phase.Running(gateway, openWindow, journal));
    }

    private synchronized void begin(Phase.Running running) {
        if (phase instanceof Phase.Starting) {
            phase = running;
        }
        begun.countDown();
    }

    /** From now on there is nothing to hand over to. */
    synchronized void ending() {
        phase = new Phase.Ending();
        begun.countDown();
    }

    /** Answers one; waits up to 8 s for the run to be set up. */
    HandOverAnswer take(HandOver second) {
        awaitBegun();
        return switch (phase) {
            case Phase.Starting() -> refused(HandOverAnswer.Cause.STARTING, "it is still starting");
            case Phase.Ending() -> refused(HandOverAnswer.Cause.STOPPING, "it is stopping");
            case Phase.Running running -> take(second, running);
        };
    }

    private void awaitBegun() {
        try {
            begun.await(BEGIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static HandOverAnswer take(HandOver second, Phase.Running run) {
        int count = second.arguments().size();
        if (count > 0 && run.gateway().channel().intent(KIND, data(second)).isEmpty()) {
            return refused(
                    HandOverAnswer.Cause.FULL, "too much waits already for its page to take it");
        }
        boolean raised = second.raise() && run.openWindow().getAsBoolean();
        run.journal().record(new RuntimeEvent.StartedAgain(count, raised));
        return new HandOverAnswer.Taken(
                OwnProcess.pid(),
                run.gateway().port().baseUrl(),
                run.gateway().bootAddress(PRINTED).toString(),
                raised);
    }

    @Override
    public void close() throws IOException {
        ending();
        if (socket.isPresent()) {
            socket.get().close();
        }
    }

    private static byte[] data(HandOver from) {
        var json = JsonNodeFactory.instance.objectNode();
        var arguments = json.putArray("arguments");
        from.arguments().forEach(arguments::add);
        json.put("folder", from.folder().toString());
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static HandOverAnswer refused(HandOverAnswer.Cause cause, String why) {
        return new HandOverAnswer.Refused(cause, why);
    }
}
