package dev.proa.gateway;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * One connection to an upstream, idle or serving one exchange; over HTTP/2 it is one stream and
 * serves one exchange in all. Event loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails ends the channel, and that is heard
final class UpstreamConnection extends ChannelInboundHandlerAdapter {
    /** Who is served. */
    interface Client {
        void answered(HttpResponse head);

        void answerBody(HttpContent content);

        void answerReadComplete();

        /** The answer breaks the rules. */
        void broken(String what);

        /** The upstream can take more of the request. */
        void upstreamWritable();

        /** The connection is gone; {@code reset} if not by an orderly end. */
        void upstreamGone(boolean reset);
    }

    private final Place place;
    private final @Nullable ResponseDecoder decoder; // none over HTTP/2
    private final HttpRequestEncoder encoder = new HttpRequestEncoder();
    private final Channel channel;
    private final boolean tls;
    private @Nullable Client client;
    private boolean used;
    private boolean begun;
    private boolean reset;
    private boolean farewell;
    private long idleSince;

    private UpstreamConnection(Channel channel, Place place, @Nullable ResponseDecoder decoder) {
        this.channel = channel;
        this.place = place;
        this.decoder = decoder;
        this.tls = channel.pipeline().get(SslHandler.class) != null;
    }

    /** Over a connection of its own. */
    static UpstreamConnection http1(Channel channel, Place place) {
        var decoder = new ResponseDecoder();
        var connection = new UpstreamConnection(channel, place, decoder);
        channel.pipeline().addLast(decoder, connection.encoder, connection);
        return connection;
    }

    /** Over a stream; {@code used} if its connection has carried others before. */
    static UpstreamConnection http2(Http2StreamChannel stream, Place place, boolean used) {
        var connection = new UpstreamConnection(stream, place, null);
        connection.used = used;
        stream.pipeline().addLast(new Http2StreamFrameToHttpObjectCodec(false), connection);
        return connection;
    }

    Channel channel() {
        return channel;
    }

    Place place() {
        return place;
    }

    /** Whether it has served before, so that the upstream may be closing it this very moment. */
    boolean used() {
        return used;
    }

    /** Whether any byte of the present answer has come. */
    boolean begun() {
        return decoder == null ? begun : decoder.begun();
    }

    /** Whether it can serve once more. */
    boolean reusable() {
        return decoder != null && !decoder.leftOver() && channel.isActive();
    }

    long idleSince() {
        return idleSince;
    }

    void serve(Client served, boolean headOnly) {
        client = served;
        if (decoder != null) {
            decoder.expect(headOnly);
        }
    }

    void idle(long now) {
        client = null;
        used = true;
        idleSince = now;
        // To hear of its end.
        channel.read();
    }

    void close() {
        client = null;
        channel.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        begun = true;
        var served = client;
        if (served == null) {
            ReferenceCountUtil.release(message);
            close();
            return;
        }
        switch (message) {
            case ResponseDecoder.Malformed(String what) -> served.broken(what);
            case HttpResponse response when response.decoderResult().isFailure() -> {
                ReferenceCountUtil.release(response);
                served.broken("the head could not be read");
            }
            case FullHttpResponse whole -> {
                // HTTP/2 joins a head and its end.
                whole.release();
                served.answered(whole);
                served.answerBody(LastHttpContent.EMPTY_LAST_CONTENT);
            }
            case HttpResponse response -> served.answered(response);
            case HttpContent content when content.decoderResult().isFailure() -> {
                content.release();
                served.broken("the body is not framed properly");
            }
            case LastHttpContent last when cut() -> {
                last.release();
                served.broken("it ended without saying so");
            }
            case HttpContent content -> served.answerBody(content);
            default -> ReferenceCountUtil.release(message);
        }
    }

    /** RFC 9112 section 9.8: over TLS only a closure alert can end a body that has no length. */
    private boolean cut() {
        return tls && !farewell && !channel.isActive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        switch (event) {
            case SslCloseCompletionEvent close -> farewell = close.isSuccess();
            case Http2ResetFrame _ -> reset = true;
            default -> {}
        }
        ReferenceCountUtil.release(event);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (client != null) {
            client.answerReadComplete();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (client != null && channel.isWritable()) {
            client.upstreamWritable();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // The pipeline may still hand on what it takes for the end of a body that has no length.
        reset = true;
        var served = client;
        close();
        if (served != null) {
            served.upstreamGone(true);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        var served = client;
        client = null;
        if (served != null) {
            served.upstreamGone(reset);
        }
    }

    /** Requests end here; for a socket that is about to be handed over. */
    void stopEncoding() {
        channel.pipeline().remove(encoder);
    }

    /** Leaves HTTP: what comes from now on goes to {@code successor} as it is. */
    void takeOver(ChannelHandler successor) {
        client = null;
        var pipeline = channel.pipeline();
        pipeline.addLast(successor);
        pipeline.remove(this);
        if (decoder != null) {
            pipeline.remove(decoder);
        }
    }
}
