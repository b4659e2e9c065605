package dev.proa.gateway;

import dev.proa.gateway.UpstreamPool.Caller;
import dev.proa.gateway.UpstreamPool.Failure;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * One HTTP/2 connection to a remote server (RFC 9113), shared by the streams of many requests. Each
 * stream is read on demand, so what a server may send is bounded by its window. Event loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails ends the channel, and that is heard
final class Http2Link extends ChannelInboundHandlerAdapter {
    private static final int WINDOW = 256 * 1024;
    private static final long IDLE_MILLIS = 30_000;

    private final Channel channel;
    private final Http2FrameCodec codec;
    private final Place place;
    private final Loop loop;
    private final Consumer<Http2Link> ended;
    private boolean used;
    private long busyAt;

    private Http2Link(
            Channel channel,
            Http2FrameCodec codec,
            Place place,
            Loop loop,
            Consumer<Http2Link> ended) {
        this.channel = channel;
        this.codec = codec;
        this.place = place;
        this.loop = loop;
        this.ended = ended;
        this.busyAt = loop.millis();
    }

    /** Speaks HTTP/2 from here on; {@code ended} is called when the connection is no more. */
    static Http2Link over(Channel channel, Place place, Loop loop, Consumer<Http2Link> ended) {
        var settings =
                Http2Settings.defaultSettings()
                        .pushEnabled(false)
                        .maxHeaderListSize(HeadGrammar.MAX_HEAD)
                        .initialWindowSize(WINDOW);
        var codec =
                Http2FrameCodecBuilder.forClient()
                        .initialSettings(settings)
                        .gracefulShutdownTimeoutMillis(0)
                        .build();
        var link = new Http2Link(channel, codec, place, loop, ended);
        channel.pipeline().addLast(codec, new Http2MultiplexHandler(new Uninvited()), link);
        // What a stream does not read, the windows hold back.
        channel.config().setAutoRead(true);
        return link;
    }

    /** A stream that the server opens; none is wanted. */
    private static final class Uninvited extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel stream) {
            stream.close();
        }

        @Override
        public boolean isSharable() {
            return true;
        }
    }

    /** Whether one more stream may be opened. */
    boolean usable() {
        var connection = codec.connection();
        return channel.isActive()
                && !connection.goAwayReceived()
                && !connection.goAwaySent()
                && connection.local().canOpenStream();
    }

    void open(Caller caller) {
        var before = used;
        used = true;
        busyAt = loop.millis();
        new Http2StreamChannelBootstrap(channel)
                .option(ChannelOption.AUTO_READ, false)
                .handler(
                        new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel stream) {
                                // Handlers come with the connection.
                            }
                        })
                .open()
                .addListener((Future<Http2StreamChannel> done) -> {
                    if (done.isSuccess()) {
                        caller.connected(UpstreamConnection.http2(done.getNow(), place, before));
                    } else {
                        caller.notConnected(Failure.REFUSED);
                    }
                });
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object frame) {
        // Settings, pings and farewells; the codec has acted on them.
        ReferenceCountUtil.release(frame);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        ended.accept(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    /** Closes it when nobody has used it for a while, or has been told not to. */
    void sweep(long now) {
        if (codec.connection().numActiveStreams() > 0) {
            busyAt = now;
        } else if (loop.closing() || !usable() || now - busyAt > IDLE_MILLIS) {
            channel.close();
        }
    }
}
