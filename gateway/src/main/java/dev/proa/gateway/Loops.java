package dev.proa.gateway;

import dev.proa.core.LoopbackPort;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The event loops, the sockets they listen on, and how both end. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails ends the channel, and that is heard
final class Loops {
    private static final int THREADS = 2;
    private static final int BACKLOG = 1024;

    private final MultiThreadIoEventLoopGroup group;
    private final ByteBufAllocator allocator;
    private final RefusalLog refusals;
    private final Map<EventLoop, Loop> loops = new HashMap<>();
    private final Map<Integer, Bound> bound = new HashMap<>();

    /** A listener whose connections wait until it is known who serves them. */
    private record Bound(Channel channel, AtomicReference<@Nullable Service> service) {}

    Loops(InstantSource clock, RefusalLog refusals) {
        // Else Netty looks for logging libraries that are not there.
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
        this.refusals = refusals;
        this.group = new MultiThreadIoEventLoopGroup(THREADS, threads(), NioIoHandler.newFactory());
        // Chunks of 256 KiB and no heap arenas: a desktop app's gateway is mostly idle.
        this.allocator = new PooledByteBufAllocator(true, 0, THREADS, 8192, 5, 64, 16, false);
        group.forEach(events -> {
            if (events instanceof EventLoop loop) {
                loops.put(loop, new Loop(loop, clock, refusals, allocator));
            }
        });
    }

    private static ThreadFactory threads() {
        var number = new AtomicInteger();
        return task ->
                Thread.ofPlatform()
                        .name("proa-gateway-" + number.incrementAndGet())
                        .daemon(false)
                        .unstarted(task);
    }

    RefusalLog refusals() {
        return refusals;
    }

    /** Listens on the first of these ports that can be had; nobody is served yet. */
    Optional<LoopbackPort> bind(List<Integer> ports) {
        for (var port : ports) {
            var service = new AtomicReference<@Nullable Service>();
            var attempt =
                    new ServerBootstrap()
                            .group(group)
                            .channelFactory(() ->
                                    new NioServerSocketChannel(
                                            SelectorProvider.provider(), SocketProtocolFamily.INET))
                            .option(ChannelOption.SO_BACKLOG, BACKLOG)
                            .option(ChannelOption.AUTO_READ, false)
                            .option(ChannelOption.ALLOCATOR, allocator)
                            .childOption(ChannelOption.AUTO_READ, false)
                            .childOption(ChannelOption.TCP_NODELAY, true)
                            .childOption(ChannelOption.ALLOCATOR, allocator)
                            .childOption(
                                    ChannelOption.WRITE_BUFFER_WATER_MARK,
                                    new WriteBufferWaterMark(32 * 1024, 128 * 1024))
                            .childHandler(initializer(service))
                            .bind(Loopback.address(port))
                            .awaitUninterruptibly();
            if (attempt.isSuccess()) {
                var channel = attempt.channel();
                var number = ((InetSocketAddress) channel.localAddress()).getPort();
                bound.put(number, new Bound(channel, service));
                return Optional.of(new LoopbackPort(number));
            }
        }
        return Optional.empty();
    }

    private ChannelInitializer<Channel> initializer(AtomicReference<@Nullable Service> service) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                var served = service.get();
                var loop = loops.get(channel.eventLoop());
                if (served == null || loop == null) {
                    throw new IllegalStateException("nothing is accepted before it is served");
                }
                var decoder = new RequestDecoder();
                var encoder = new ResponseEncoder(loop);
                channel.pipeline()
                        .addLast(
                                decoder,
                                encoder,
                                new ClientConnection(served, loop, decoder, encoder));
            }
        };
    }

    /** Begins to accept on a port that was bound. */
    void accept(LoopbackPort port, Service service) {
        var listener = bound.get(port.number());
        if (listener == null) {
            throw new IllegalArgumentException("port was not bound: " + port);
        }
        listener.service().set(service);
        listener.channel().config().setAutoRead(true);
    }

    /** Frees the ports, waits for what is in flight, and ends the threads. */
    void close(Duration patience) {
        for (var listener : bound.values()) {
            listener.channel().close().awaitUninterruptibly();
        }
        var idle = new CountDownLatch(loops.size());
        for (var loop : loops.values()) {
            loop.close(idle::countDown);
        }
        try {
            idle.await(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5_000);
    }
}
