package dev.proa.gateway;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Where later starts of an app reach the instance that runs: the Unix domain socket {@code
 * hand-over} in a folder that only its user can enter. Each connection carries one line each way.
 * Whoever holds the lock of the data folder owns the file; one left behind is replaced.
 */
public final class HandOverSocket implements AutoCloseable {
    private static final String NAME = "hand-over";
    private static final Duration SAY = Duration.ofSeconds(2);

    /** Connections at one time; more are closed unheard, and their callers come again. */
    private static final int MOST_AT_ONCE = 16;

    private final Path file;
    private final ServerSocketChannel server;
    private final Function<HandOver, HandOverAnswer> receiver;
    private final InstantSource clock;
    private final Semaphore free = new Semaphore(MOST_AT_ONCE);
    private final ExecutorService talks =
            Executors.newThreadPerTaskExecutor(
                    Thread.ofPlatform().name("proa-hand-over-", 0).daemon().factory());
    private final Thread acceptor;

    private HandOverSocket(
            Path file,
            ServerSocketChannel server,
            Function<HandOver, HandOverAnswer> receiver,
            InstantSource clock) {
        this.file = file;
        this.server = server;
        this.receiver = receiver;
        this.clock = clock;
        this.acceptor = Thread.ofPlatform().name("proa-hand-over").daemon().start(this::accept);
    }

    /**
     * Listens in {@code folder} from its return on.
     *
     * @param receiver answers each hand-over; called on a thread per caller, may take some seconds
     * @throws IOException if the file system or the system has no such sockets
     */
    public static HandOverSocket open(
            Path folder, Function<HandOver, HandOverAnswer> receiver, InstantSource clock)
            throws IOException {
        var file = folder.resolve(NAME);
        Files.deleteIfExists(file);
        var server = listening();
        try (var address = SocketPath.of(file)) {
            server.bind(address.address(), 2 * MOST_AT_ONCE);
            if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            }
            return new HandOverSocket(file, server, receiver, clock);
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    private static ServerSocketChannel listening() throws IOException {
        try {
            return ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        } catch (UnsupportedOperationException e) {
            throw new IOException("this system has no Unix domain sockets", e);
        }
    }

    /**
     * Hands over to whoever listens in {@code folder}.
     *
     * @throws java.net.SocketTimeoutException if it listens and does not answer by {@code deadline}
     * @throws IOException if nobody listens, or what it says is not understood
     */
    public static HandOverAnswer call(
            Path folder, HandOver handOver, Instant deadline, InstantSource clock)
            throws IOException {
        try (var line = LocalLine.to(folder.resolve(NAME), clock)) {
            if (!line.ofOurUser()) {
                return new HandOverAnswer.Refused(
                        HandOverAnswer.Cause.USER, "it runs as another user");
            }
            line.write(HandOverLines.request(handOver), deadline);
            return HandOverLines.answer(line.read(HandOverLines.MOST_BYTES, deadline));
        }
    }

    /** Whether its line is short enough to be taken. */
    public static boolean fits(HandOver handOver) {
        return HandOverLines.request(handOver).length <= HandOverLines.MOST_BYTES;
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                admit(server.accept());
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                pause(); // out of descriptors, as a rule: it passes
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void admit(SocketChannel peer) throws IOException {
        if (!free.tryAcquire()) {
            peer.close();
            return;
        }
        talks.execute(() -> {
            try (var line = LocalLine.on(peer, clock)) {
                talk(line);
            } catch (IOException e) {
                // It has gone, or is too slow; there is nobody to tell.
            } finally {
                free.release();
            }
        });
    }

    private void talk(LocalLine line) throws IOException {
        var answer =
                line.ofOurUser()
                        ? answer(line)
                        : refused(HandOverAnswer.Cause.USER, "you are another user");
        line.write(HandOverLines.answer(answer), clock.instant().plus(SAY));
    }

    private HandOverAnswer answer(LocalLine line) {
        try {
            var request = line.read(HandOverLines.MOST_BYTES, clock.instant().plus(SAY));
            return receiver.apply(HandOverLines.request(request));
        } catch (IOException e) {
            return refused(HandOverAnswer.Cause.MALFORMED, String.valueOf(e.getMessage()));
        }
    }

    private static HandOverAnswer refused(HandOverAnswer.Cause cause, String why) {
        return new HandOverAnswer.Refused(cause, why);
    }

    /** Stops listening, ends what is being said, and takes the file away. */
    @Override
    public void close() throws IOException {
        server.close();
        talks.shutdownNow();
        try {
            acceptor.join();
            talks.awaitTermination(SAY.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(file);
    }
}
