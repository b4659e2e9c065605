package dev.proa.gateway;

import io.netty.bootstrap.ServerBootstrap;
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
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
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
    private static final int FAREWELL_MILLIS = 200;

    private final MultiThreadIoEventLoopGroup group;
    private final PooledByteBufAllocator allocator;
    private final InstantSource clock;
    private final Books books;
    private final Traffic traffic = new Traffic();
    private final Map<EventLoop, Loop> loops = new HashMap<>();
    private final List<Listener> listeners = new ArrayList<>();

    Loops(InstantSource clock, Books books) {
        // Else Netty looks for logging libraries that are not there.
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
        this.clock = clock;
        this.books = books;
        this.group = new MultiThreadIoEventLoopGroup(THREADS, threads(), NioIoHandler.newFactory());
        // Chunks of 256 KiB and no heap arenas: a desktop app's gateway is mostly idle.
        this.allocator = new PooledByteBufAllocator(true, 0, THREADS, 8192, 5, 64, 16, false);
        group.forEach(events -> {
            if (events instanceof EventLoop loop) {
                loops.put(loop, new Loop(loop, clock, books, allocator, traffic));
            }
        });
    }

    private static ThreadFactory threads() {
        var number = new AtomicInteger();
        // Netty keeps buffers and recycled objects by thread, and finds those of its own kind
        // sooner.
        return task -> {
            var name = "proa-gateway-" + number.incrementAndGet();
            var thread = new FastThreadLocalThread(task, name);
            thread.setDaemon(false);
            return thread;
        };
    }

    Traffic traffic() {
        return traffic;
    }

    /** Listens on the first of these ports of 127.0.0.1 that can be had; nobody is served yet. */
    Optional<Listener> bind(List<Integer> ports) {
        return ports.stream()
                .map(port -> bind(Loopback.address(port), Optional.empty()))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** Listens on an address, for TLS alone if there is a context; nobody is served yet. */
    Optional<Listener> bind(InetSocketAddress address, Optional<SslContext> tls) {
        var family =
                address.getAddress() instanceof Inet6Address
                        ? SocketProtocolFamily.INET6
                        : SocketProtocolFamily.INET;
        var service = new AtomicReference<@Nullable Service>();
        var attempt =
                new ServerBootstrap()
                        .group(group)
                        .channelFactory(() ->
                                new NioServerSocketChannel(SelectorProvider.provider(), family))
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .option(ChannelOption.AUTO_READ, false)
                        .option(ChannelOption.ALLOCATOR, allocator)
                        .childOption(ChannelOption.AUTO_READ, false)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.ALLOCATOR, allocator)
                        .childOption(
                                ChannelOption.WRITE_BUFFER_WATER_MARK,
                                new WriteBufferWaterMark(32 * 1024, 128 * 1024))
                        .childHandler(initializer(service, tls))
                        .bind(address)
                        .awaitUninterruptibly();
        if (!attempt.isSuccess()) {
            return Optional.empty();
        }
        var listener = new Listener(attempt.channel(), service);
        listeners.add(listener);
        return Optional.of(listener);
    }

    private ChannelInitializer<Channel> initializer(
            AtomicReference<@Nullable Service> service, Optional<SslContext> tls) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                var served = service.get();
                var loop = loops.get(channel.eventLoop());
                if (served == null || loop == null) {
                    throw new IllegalStateException("nothing is accepted before it is served");
                }
                var decoder = new RequestDecoder();
                loop.clientSockets().count(channel);
                var encoder = new ResponseEncoder(loop::date);
                var pipeline = channel.pipeline();
                tls.ifPresent(context -> pipeline.addLast(handler(context, channel)));
                pipeline.addLast(decoder, encoder);
                books.access().ifPresent(log -> pipeline.addLast(new AccessWatch(log, loop)));
                pipeline.addLast(
                        new TrafficMeter(traffic, clock),
                        new ClientConnection(served, loop, decoder, encoder));
            }
        };
    }

    private static SslHandler handler(SslContext context, Channel channel) {
        var handler = context.newHandler(channel.alloc());
        handler.setCloseNotifyFlushTimeoutMillis(FAREWELL_MILLIS);
        return handler;
    }

    /** How many answers by these routes have not ended; not to be called on a loop. */
    long owed(Routes routes) throws InterruptedException {
        long owed = 0;
        for (var loop : loops.values()) {
            var counted = loop.events().submit(() -> loop.owed(routes)).await();
            owed += counted.isSuccess() ? counted.resultNow() : 0;
        }
        return owed;
    }

    long directMemory() {
        return allocator.metric().usedDirectMemory();
    }

    int clientSockets() {
        return loops.values().stream().mapToInt(loop -> loop.clientSockets().open()).sum();
    }

    int upstreamSockets() {
        return loops.values().stream().mapToInt(loop -> loop.upstreamSockets().open()).sum();
    }

    /** Frees the ports, waits for what is in flight, and ends the threads. */
    void close(Duration patience) {
        listeners.forEach(Listener::close);
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
