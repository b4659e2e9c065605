package dev.proa.gateway;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/** Idle connections to upstreams, and the way to new ones. Event loop only. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails ends the channel, and that is heard
final class UpstreamPool {
    private static final int MAX_IDLE = 32;
    private static final long IDLE_MILLIS = 10_000;
    private static final int CONNECT_MILLIS = 2_000;

    /** Told how an attempt to connect ended. */
    interface Caller {
        void connected(UpstreamConnection connection);

        void notConnected(Failure failure);
    }

    /** Why there is no connection. */
    enum Failure {
        REFUSED,
        UNKNOWN_NAME,
        UNTRUSTED,
        TIMED_OUT
    }

    private final Loop loop;
    private final ByteBufAllocator allocator;
    private final LongAdder open;
    private final RemoteDialer remotes;
    private final Map<Place, Deque<UpstreamConnection>> idle = new HashMap<>();

    UpstreamPool(Loop loop, ByteBufAllocator allocator, LongAdder open) {
        this.loop = loop;
        this.allocator = allocator;
        this.open = open;
        this.remotes = new RemoteDialer(loop, this);
    }

    /** The connection to this place that was used last; nothing if none is idle. */
    Optional<UpstreamConnection> take(Place place) {
        var waiting = idle.get(place);
        while (waiting != null && !waiting.isEmpty()) {
            var connection = waiting.removeLast();
            if (connection.reusable()) {
                return Optional.of(connection);
            }
            connection.close();
        }
        return Optional.empty();
    }

    /** Makes a connection, or a stream of one; {@code webSocket} if it will be taken over. */
    void connect(Place place, boolean webSocket, Caller caller) {
        switch (place) {
            case Place.Here(int port) ->
                    dial(Loopback.address(port), CONNECT_MILLIS)
                            .addListener((ChannelFutureListener) done -> tell(done, place, caller));
            case Place.There there -> remotes.connect(there, webSocket, caller);
        }
    }

    /** Connects a socket whose handlers come later; it is read on demand. */
    ChannelFuture dial(InetSocketAddress to, int millis) {
        var family =
                to.getAddress() instanceof Inet6Address
                        ? SocketProtocolFamily.INET6
                        : SocketProtocolFamily.INET;
        return new Bootstrap()
                .group(loop.events())
                .channelFactory(() -> new NioSocketChannel(SelectorProvider.provider(), family))
                .disableResolver()
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.ALLOCATOR, allocator)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, millis)
                .handler(
                        new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel channel) {
                                // Handlers come with the connection, once it stands.
                            }
                        })
                .connect(to)
                .addListener((ChannelFutureListener) this::count);
    }

    private void count(ChannelFuture done) {
        if (done.isSuccess()) {
            open.increment();
            done.channel().closeFuture().addListener(_ -> open.decrement());
        }
    }

    private static void tell(ChannelFuture done, Place place, Caller caller) {
        if (done.isSuccess()) {
            caller.connected(UpstreamConnection.http1(done.channel(), place));
        } else {
            caller.notConnected(Failure.REFUSED);
        }
    }

    /** Keeps a connection whose answer has ended in good order. */
    void give(UpstreamConnection connection) {
        var waiting = idle.computeIfAbsent(connection.place(), _ -> new ArrayDeque<>());
        if (loop.closing() || waiting.size() == MAX_IDLE || !connection.reusable()) {
            connection.close();
            return;
        }
        connection.idle(loop.millis());
        waiting.addLast(connection);
        loop.sweepSoon();
    }

    boolean isEmpty() {
        return idle.isEmpty() && remotes.isEmpty();
    }

    void sweep(long now) {
        for (var waiting : List.copyOf(idle.values())) {
            for (var connection : new ArrayList<>(waiting)) {
                var stale = now - connection.idleSince() > IDLE_MILLIS || loop.closing();
                if (stale || !connection.channel().isActive()) {
                    waiting.remove(connection);
                    connection.close();
                }
            }
        }
        idle.values().removeIf(Deque::isEmpty);
        remotes.sweep(now);
    }
}
