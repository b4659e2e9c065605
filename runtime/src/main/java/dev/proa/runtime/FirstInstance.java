package dev.proa.runtime;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.gateway.HandOver;
import dev.proa.gateway.HandOverAnswer;
import dev.proa.gateway.HandOverSocket;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The instance that holds a data folder, as a later start of the app meets it. */
final class FirstInstance implements AutoCloseable {
    /** How long it may hold the folder without taking what it is given. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Waiting for longer is said. */
    private static final Duration UNSAID = Duration.ofSeconds(1);

    private final Path dataFolder;
    private final HandOver handOver;
    private final InstantSource time;
    private final Instant began;
    private final Thread notice;
    private String why = "does not answer";

    FirstInstance(
            Path dataFolder, HandOver handOver, InstantSource time, Consumer<String> waiting) {
        this.dataFolder = dataFolder;
        this.handOver = handOver;
        this.time = time;
        this.began = time.instant();
        this.notice = Thread.ofVirtual().name("proa-waiting").unstarted(() -> tell(waiting));
    }

    /** Says whom it is waiting for, unless it is over before that. */
    private void tell(Consumer<String> waiting) {
        try {
            TimeUnit.MILLISECONDS.sleep(UNSAID.toMillis());
            waiting.accept(holder());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // it is over
        }
    }

    /**
     * Gives it what this start was told; empty if it cannot take that yet, or has gone.
     *
     * @throws ProaException (64, 75) if it never will
     */
    Optional<HandedOver> take() {
        if (notice.getState() == Thread.State.NEW) {
            notice.start();
        }
        if (!HandOverSocket.fits(handOver)) {
            throw new ProaException(
                    ExitCode.USAGE,
                    new Problem(
                            Where.of("the arguments after --"),
                            "They are longer than the 256 KiB that can be handed over to "
                                    + holder(),
                            "Hand over fewer at a time"));
        }
        try {
            var runtime = dataFolder.resolve("runtime");
            return taken(HandOverSocket.call(runtime, handOver, deadline(), time));
        } catch (SocketTimeoutException e) {
            throw busy("does not answer", e);
        } catch (IOException e) {
            return overHttp();
        }
    }

    private Optional<HandedOver> taken(HandOverAnswer answer) {
        return switch (answer) {
            case HandOverAnswer.Taken(var pid, var baseUrl, var page, var raised) ->
                    Optional.of(
                            new HandedOver(
                                    pid,
                                    baseUrl,
                                    page,
                                    raised,
                                    handOver.arguments().size(),
                                    dataFolder));
            case HandOverAnswer.Refused(var cause, var said) -> {
                why = "refuses: " + said;
                switch (cause) {
                    case STARTING, STOPPING -> {}
                    case FULL, MALFORMED, USER, OTHER -> throw busy(why, null);
                }
                yield Optional.empty();
            }
        };
    }

    /** Where there are no such sockets, or the file was removed: all but the arguments. */
    private Optional<HandedOver> overHttp() {
        try {
            var found = RunningInstance.in(dataFolder);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            if (!handOver.arguments().isEmpty()) {
                why =
                        "cannot be given arguments, because its socket runtime/hand-over is not there";
                return Optional.empty();
            }
            var json = new JsonMapper();
            var first = found.get();
            boolean raised =
                    handOver.raise()
                            && json.readTree(first.call("POST", "/_proa/open").body())
                                    .path("opened")
                                    .asBoolean(false);
            var page =
                    json.readTree(first.call("POST", "/_proa/boot?printed=true").body())
                            .path("url")
                            .asString("");
            var file = first.file();
            return Optional.of(
                    new HandedOver(file.pid(), file.baseUrl(), page, raised, 0, dataFolder));
        } catch (IOException | JacksonException e) {
            return Optional.empty();
        }
    }

    /**
     * Waits a moment before the next attempt.
     *
     * @throws ProaException (75) if there was time enough
     */
    void pause() {
        if (time.instant().isAfter(deadline())) {
            throw busy(why, null);
        }
        try {
            TimeUnit.MILLISECONDS.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy(why, e);
        }
    }

    /** It has given the folder back: nobody is waited for any more. */
    void gone() {
        notice.interrupt();
    }

    @Override
    public void close() {
        notice.interrupt();
    }

    private Instant deadline() {
        return began.plus(PATIENCE);
    }

    private String holder() {
        return DataLock.holder(dataFolder.resolve("runtime"));
    }

    private ProaException busy(String found, @org.jspecify.annotations.Nullable Exception cause) {
        var problem =
                new Problem(
                        Where.of(dataFolder.toString()),
                        "The instance that holds the data folder, " + holder() + ", " + found,
                        "Wait until it has started or stopped, end it, or choose another folder with --data-dir");
        return cause == null
                ? new ProaException(ExitCode.TRY_LATER, problem)
                : new ProaException(ExitCode.TRY_LATER, problem, cause);
    }
}
