package dev.proa.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

/** One direction of a WebSocket that passes through as bytes; what one side ends, ends for both. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails ends the channel, and that is heard
final class Tunnel extends ChannelInboundHandlerAdapter {
    private final Channel other;

    private Tunnel(Channel other) {
        this.other = other;
    }

    /** Ties the two together after 101 has been written to the client. */
    static void join(ClientConnection client, UpstreamConnection upstream) {
        var near = client.channel();
        var far = upstream.channel();
        client.stopEncoding();
        upstream.stopEncoding();
        client.takeOver(new Tunnel(far));
        upstream.takeOver(new Tunnel(near));
        near.read();
        far.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf && other.isActive()) {
            other.write(message, other.voidPromise());
        } else {
            // The formal end of the answer that switched protocols, or too late.
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        other.flush();
        if (other.isWritable()) {
            context.read();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (context.channel().isWritable()) {
            other.read();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (other.isActive()) {
            other.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
