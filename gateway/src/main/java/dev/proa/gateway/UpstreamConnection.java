package dev.proa.gateway;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/** One connection to an upstream, idle or serving one exchange. Event loop only. */
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

    private final int port;
    private final ResponseDecoder decoder = new ResponseDecoder();
    private final HttpRequestEncoder encoder = new HttpRequestEncoder();
    private final Channel channel;
    private @Nullable Client client;
    private boolean used;
    private boolean reset;
    private long idleSince;

    UpstreamConnection(Channel channel, int port) {
        this.channel = channel;
        this.port = port;
        channel.pipeline().addLast(decoder, encoder, this);
    }

    Channel channel() {
        return channel;
    }

    int port() {
        return port;
    }

    /** Whether it has served before, so that the upstream may be closing it this very moment. */
    boolean used() {
        return used;
    }

    /** Whether any byte of the present answer has come. */
    boolean begun() {
        return decoder.begun();
    }

    boolean leftOver() {
        return decoder.leftOver();
    }

    long idleSince() {
        return idleSince;
    }

    void serve(Client served, boolean headOnly) {
        client = served;
        decoder.expect(headOnly);
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
        var served = client;
        if (served == null) {
            ReferenceCountUtil.release(message);
            close();
            return;
        }
        switch (message) {
            case ResponseDecoder.Malformed(String what) -> served.broken(what);
            case HttpResponse response when response.decoderResult().isFailure() ->
                    served.broken("the head could not be read");
            case HttpResponse response -> served.answered(response);
            case HttpContent content when content.decoderResult().isFailure() -> {
                content.release();
                served.broken("the body is not framed properly");
            }
            case HttpContent content -> served.answerBody(content);
            default -> ReferenceCountUtil.release(message);
        }
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
        pipeline.remove(decoder);
    }
}
