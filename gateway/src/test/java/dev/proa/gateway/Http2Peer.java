package dev.proa.gateway;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A server of another make: it speaks HTTP/2 over TLS and does with each stream what a test says.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a test sees what fails
final class Http2Peer implements AutoCloseable {
    /** What one stream does; called on the server's event loop. */
    interface Script {
        void head(Stream stream, Http2Headers head, boolean whole);

        /** Body bytes, or at the end perhaps none. */
        default void body(Stream stream, ByteBuf bytes, boolean end) {}
    }

    final AtomicInteger connections = new AtomicInteger();
    final AtomicLong received = new AtomicLong();
    final BlockingQueue<Http2Headers> heads = new LinkedBlockingQueue<>();
    final BlockingQueue<Long> resets = new LinkedBlockingQueue<>();
    private final MultiThreadIoEventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel server;
    private final Script script;

    Http2Peer(Script script) {
        this.script = script;
        var tls = tls();
        server =
                new ServerBootstrap()
                        .group(group)
                        .channel(NioServerSocketChannel.class)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        connections.incrementAndGet();
                                        channel.pipeline()
                                                .addLast(
                                                        tls.newHandler(channel.alloc()),
                                                        Http2FrameCodecBuilder.forServer().build(),
                                                        new Http2MultiplexHandler(streams()));
                                    }
                                })
                        .bind(Loopback.address(0))
                        .syncUninterruptibly()
                        .channel();
    }

    private static SslContext tls() {
        try {
            return SslContextBuilder.forServer(
                            TestTls.file("right.pem").toFile(), TestTls.file("right.key").toFile())
                    .applicationProtocolConfig(
                            new ApplicationProtocolConfig(
                                    ApplicationProtocolConfig.Protocol.ALPN,
                                    ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                                    ApplicationProtocolConfig.SelectedListenerFailureBehavior
                                            .ACCEPT,
                                    "h2"))
                    .build();
        } catch (javax.net.ssl.SSLException e) {
            throw new AssertionError(e);
        }
    }

    private ChannelInitializer<Channel> streams() {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new Stream());
            }
        };
    }

    int port() {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    Upstream.Remote remote() {
        return new Upstream.Remote(
                RemoteServer.at(
                        java.net.URI.create("https://localhost:" + port()),
                        java.util.Optional.of(TestTls.authority())),
                java.util.Optional.empty());
    }

    Http2Headers head() {
        try {
            var head = heads.poll(10, TimeUnit.SECONDS);
            if (head == null) {
                throw new AssertionError("no request came within 10 s");
            }
            return head;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** The server's end of one stream. */
    final class Stream extends ChannelDuplexHandler {
        private @Nullable ChannelHandlerContext context;
        private long left;

        Channel channel() {
            if (context == null) {
                throw new IllegalStateException("not open");
            }
            return context.channel();
        }

        void answer(boolean end, String status, String... fields) {
            var headers = new DefaultHttp2Headers().status(status);
            for (var i = 0; i < fields.length; i += 2) {
                headers.add(fields[i], fields[i + 1]);
            }
            channel().writeAndFlush(new DefaultHttp2HeadersFrame(headers, end));
        }

        void trailers(String name, String value) {
            channel()
                    .writeAndFlush(
                            new DefaultHttp2HeadersFrame(
                                    new DefaultHttp2Headers(false).add(name, value), true));
        }

        void data(boolean end, String text) {
            var bytes = Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
            channel().writeAndFlush(new DefaultHttp2DataFrame(bytes, end));
        }

        /** Sends so many bytes as the client takes them, and then the end. */
        void pour(long bytes) {
            left = bytes;
            pour();
        }

        private void pour() {
            while (left > 0 && channel().isWritable()) {
                var size = (int) Math.min(left, 16 * 1024);
                left -= size;
                channel()
                        .write(
                                new DefaultHttp2DataFrame(
                                        Unpooled.wrappedBuffer(new byte[size]), left == 0));
            }
            channel().flush();
        }

        long left() {
            return left;
        }

        void reset() {
            channel().writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR));
        }

        /** Takes no further streams on this connection. */
        void farewell() {
            channel().parent().writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
        }

        @Override
        public void handlerAdded(ChannelHandlerContext added) {
            context = added;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object frame) {
            switch (frame) {
                case Http2HeadersFrame head -> {
                    heads.add(head.headers());
                    script.head(this, head.headers(), head.isEndStream());
                }
                case Http2DataFrame data -> {
                    received.addAndGet(data.content().readableBytes());
                    script.body(this, data.content(), data.isEndStream());
                }
                default -> {}
            }
            ReferenceCountUtil.release(frame);
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            pour();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof Http2ResetFrame reset) {
                resets.add(reset.errorCode());
            }
        }
    }
}
