package dev.proa.supervisor;

import dev.proa.core.LoopbackPort;
import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** The listening sockets that one chain of guards holds, by their names; they end with it. */
final class HeldListeners {
    private static final Duration ANSWER_TIME = Duration.ofSeconds(10);
    private static final int EADDRINUSE = 98;

    private record Held(long id, CompletableFuture<Frame> answer) {}

    private final Map<String, Held> byName = new ConcurrentHashMap<>();
    private final AtomicInteger lastId = new AtomicInteger();

    /** Makes the request; {@link #answer} waits for what comes of it. */
    Frame open(String name, int port) {
        var held = new Held(lastId.incrementAndGet(), new CompletableFuture<>());
        if (byName.putIfAbsent(name, held) != null) {
            throw new IllegalStateException("a socket is held already for " + name);
        }
        return Frame.of(Frame.LISTEN).with(Frame.ID, held.id()).with(Frame.PORT, port);
    }

    /**
     * Waits until the socket listens.
     *
     * @throws BindException if somebody else has the port
     * @throws IOException if it cannot be had for another reason
     */
    LoopbackPort answer(String name) throws IOException {
        var held = byName.get(name);
        if (held == null) {
            throw new IOException("the guard is gone");
        }
        try {
            var frame = held.answer().get(ANSWER_TIME.toMillis(), TimeUnit.MILLISECONDS);
            if (frame.type() == Frame.LISTENING) {
                return new LoopbackPort((int) frame.number(Frame.PORT));
            }
            byName.remove(name);
            int errno = (int) frame.number(Frame.ERRNO);
            var words = StartFailure.words(errno);
            throw errno == EADDRINUSE ? new BindException(words) : new IOException(words);
        } catch (ExecutionException e) {
            throw new IOException("the guard is gone", e);
        } catch (TimeoutException e) {
            throw new IOException("the guard did not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the guard was asked for a port", e);
        }
    }

    /** The number under which the guard knows it. */
    Optional<Long> id(String name) {
        return Optional.ofNullable(byName.get(name)).map(Held::id);
    }

    Optional<Frame> close(String name) {
        return Optional.ofNullable(byName.remove(name))
                .map(held -> Frame.of(Frame.UNLISTEN).with(Frame.ID, held.id()));
    }

    void hear(Frame frame) {
        long id = frame.number(Frame.ID);
        byName.values().stream()
                .filter(held -> held.id() == id)
                .forEach(held -> held.answer().complete(frame));
    }

    /** The chain is gone, and its sockets with it. */
    void lose() {
        byName.values()
                .forEach(held -> held.answer().completeExceptionally(new IOException("lost")));
    }
}
