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
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Idle connections to upstreams, and the way to new ones. Event loop only. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails ends the channel, and that is heard
final class UpstreamPool {
    private static final int MAX_IDLE = 8;
    private static final long IDLE_MILLIS = 10_000;
    private static final int CONNECT_MILLIS = 2_000;

    /** Told how an attempt to connect ended. */
    interface Caller {
        void connected(UpstreamConnection connection);

        void notConnected();
    }

    private final Loop loop;
    private final ByteBufAllocator allocator;
    private final Map<Integer, Deque<UpstreamConnection>> idle = new HashMap<>();

    UpstreamPool(Loop loop, ByteBufAllocator allocator) {
        this.loop = loop;
        this.allocator = allocator;
    }

    /** The connection to this port that was used last; nothing if none is idle. */
    Optional<UpstreamConnection> take(int port) {
        var waiting = idle.get(port);
        while (waiting != null && !waiting.isEmpty()) {
            var connection = waiting.removeLast();
            if (connection.channel().isActive() && !connection.leftOver()) {
                return Optional.of(connection);
            }
            connection.close();
        }
        return Optional.empty();
    }

    void connect(int port, Caller caller) {
        var bootstrap =
                new Bootstrap()
                        .group(loop.events())
                        .channelFactory(() ->
                                new NioSocketChannel(
                                        SelectorProvider.provider(), SocketProtocolFamily.INET))
                        .disableResolver()
                        .option(ChannelOption.AUTO_READ, false)
                        // Who takes no more of the request may have answered it all the same.
                        .option(ChannelOption.AUTO_CLOSE, false)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.ALLOCATOR, allocator)
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                        .handler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        // Handlers come with the connection, once it stands.
                                    }
                                });
        bootstrap
                .connect(Loopback.address(port))
                .addListener((ChannelFutureListener) done -> tell(done, port, caller));
    }

    private void tell(ChannelFuture done, int port, Caller caller) {
        if (done.isSuccess()) {
            loop.upstreamSockets().count(done.channel());
            caller.connected(new UpstreamConnection(done.channel(), port));
        } else {
            caller.notConnected();
        }
    }

    /** Keeps a connection whose answer has ended in good order. */
    void give(UpstreamConnection connection) {
        var waiting = idle.computeIfAbsent(connection.port(), _ -> new ArrayDeque<>());
        if (loop.closing() || waiting.size() == MAX_IDLE) {
            connection.close();
            return;
        }
        connection.idle(loop.millis());
        waiting.addLast(connection);
        loop.sweepSoon();
    }

    boolean isEmpty() {
        return idle.isEmpty();
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
    }
}
