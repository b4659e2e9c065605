package dev.proa.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Clients that never finish what they began: each sends a byte a second, and comes again when the
 * gateway has closed it. One thread drives them all.
 */
final class Besiegers implements AutoCloseable {
    private static final int TURNS_A_SECOND = 100;

    private final int port;
    private final String begun;
    private final List<SocketChannel> channels = new ArrayList<>();
    private final Thread thread = Thread.ofPlatform().name("besiegers").unstarted(this::press);
    private volatile boolean over;
    private final AtomicLong comings = new AtomicLong();

    private Besiegers(int port, int count, String begun) {
        this.port = port;
        this.begun = begun;
        IntStream.range(0, count).forEach(_ -> channels.add(come()));
        thread.start();
    }

    /**
     * Opens all of them; they press from then on.
     *
     * @param begun what each says first
     */
    static Besiegers of(int port, int count, String begun) {
        return new Besiegers(port, count, begun);
    }

    /** How often one of them has connected. */
    long comings() {
        return comings.get();
    }

    private SocketChannel come() {
        try {
            var channel = SocketChannel.open(Loopback.address(port));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            channel.write(ByteBuffer.wrap(begun.getBytes(StandardCharsets.ISO_8859_1)));
            comings.incrementAndGet();
            return channel;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void press() {
        var share = Math.max(1, channels.size() / TURNS_A_SECOND);
        for (var at = 0; !over; at = (at + share) % channels.size()) {
            for (var i = at; i < Math.min(at + share, channels.size()); i++) {
                if (!drip(channels.get(i))) {
                    channels.set(i, come());
                }
            }
            LockSupport.parkNanos(Duration.ofMillis(1000 / TURNS_A_SECOND).toNanos());
        }
    }

    /** Whether the gateway still listens to this one. */
    private static boolean drip(SocketChannel channel) {
        boolean listens;
        try {
            listens =
                    channel.read(ByteBuffer.allocate(1024)) >= 0
                            && channel.write(ByteBuffer.wrap(new byte[] {'a'})) >= 0;
        } catch (IOException e) {
            // A reset says no as well.
            listens = false;
        }
        if (!listens) {
            shut(channel);
        }
        return listens;
    }

    private static void shut(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        over = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        channels.forEach(Besiegers::shut);
    }
}
