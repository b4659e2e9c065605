package dev.proa.gateway;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import jdk.net.ExtendedSocketOptions;

/** One line each way over a Unix domain socket, with deadlines. */
final class LocalLine implements AutoCloseable {
    private final SocketChannel channel;
    private final Selector selector;
    private final InstantSource clock;

    private LocalLine(SocketChannel channel, Selector selector, InstantSource clock) {
        this.channel = channel;
        this.selector = selector;
        this.clock = clock;
    }

    /** On a connection, which it closes with itself. */
    static LocalLine on(SocketChannel channel, InstantSource clock) throws IOException {
        channel.configureBlocking(false);
        return new LocalLine(channel, Selector.open(), clock);
    }

    /**
     * Connects.
     *
     * @throws IOException if nobody listens at {@code socket}
     */
    static LocalLine to(Path socket, InstantSource clock) throws IOException {
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try (var address = SocketPath.of(socket)) {
            // A connection on this machine is there at once or refused; a full queue is refused.
            var line = on(channel, clock);
            if (!channel.connect(address.address())) {
                line.close();
                throw new IOException("the connection is not there at once");
            }
            return line;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Whether the other end is a process of the user that this one is of. */
    boolean ofOurUser() throws IOException {
        return channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().equals(ourUser());
    }

    private static UserPrincipal ourUser() throws IOException {
        var self = Path.of("/proc/self");
        return Files.exists(self)
                ? Files.getOwner(self)
                : FileSystems.getDefault()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByName(System.getProperty("user.name"));
    }

    /**
     * Reads as far as the first line end.
     *
     * @return the line without its end
     * @throws SocketTimeoutException if it has not come by {@code deadline}
     * @throws IOException if it is longer than {@code most} bytes, or the other end has gone
     */
    byte[] read(int most, Instant deadline) throws IOException {
        var line = new ByteArrayOutputStream();
        var buffer = ByteBuffer.allocate(8192);
        while (line.size() < most) {
            buffer.clear();
            int count = channel.read(buffer);
            if (count < 0) {
                throw new EOFException("the other end has gone");
            }
            for (int i = 0; i < count; i++) {
                if (buffer.get(i) == '\n') {
                    return line.toByteArray();
                }
                line.write(buffer.get(i));
            }
            if (count == 0) {
                await(SelectionKey.OP_READ, deadline);
            }
        }
        throw new IOException("a line of more than " + most + " bytes");
    }

    /**
     * Writes all of {@code line}.
     *
     * @throws SocketTimeoutException if the other end has not taken it by {@code deadline}
     */
    void write(byte[] line, Instant deadline) throws IOException {
        var bytes = ByteBuffer.wrap(line);
        while (bytes.hasRemaining()) {
            if (channel.write(bytes) == 0) {
                await(SelectionKey.OP_WRITE, deadline);
            }
        }
    }

    private void await(int operation, Instant deadline) throws IOException {
        var left = Duration.between(clock.instant(), deadline);
        if (!left.isPositive()) {
            throw new SocketTimeoutException("no word in time");
        }
        channel.register(selector, operation);
        selector.select(Math.max(1, left.toMillis()));
        selector.selectedKeys().clear();
        if (Thread.currentThread().isInterrupted()) {
            throw new ClosedByInterruptException();
        }
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            selector.close();
        }
    }
}
