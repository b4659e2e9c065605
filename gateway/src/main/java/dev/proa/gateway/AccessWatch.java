package dev.proa.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/**
 * Looks on between the codec of a client's connection and {@link ClientConnection}, and writes the
 * access log; part of the pipeline only if there is one. It changes nothing. Event loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // who wrote it looks after what comes of it
final class AccessWatch extends ChannelDuplexHandler {
    private final AccessLog log;
    private final Loop loop;
    private String method = "";
    private String target = "";
    private @Nullable String id;
    private long begun;
    private long bytes;
    private int status;
    private boolean head;
    private boolean open;
    private boolean tunnel;

    AccessWatch(AccessLog log, Loop loop) {
        this.log = log;
        this.loop = loop;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        switch (message) {
            case HttpRequest request -> begin(request.method().name(), request.uri());
            case RequestDecoder.Malformed _ -> begin("-", "-");
            default -> {}
        }
        context.fireChannelRead(message);
    }

    private void begin(String asked, String of) {
        method = asked;
        target = of;
        id = null;
        begun = loop.millis();
        bytes = 0;
        status = 0;
        head = asked.equals("HEAD");
        open = true;
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse response) {
            status = response.status().code();
            id = response.headers().get(RequestIds.FIELD);
            tunnel |= status == 101;
        }
        switch (message) {
            case HttpContent content -> bytes += head ? 0 : content.content().readableBytes();
            case ByteBuf part -> bytes += part.readableBytes();
            default -> {}
        }
        var over = message instanceof LastHttpContent && status >= 200;
        context.write(message, promise);
        if (over) {
            end(context);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end(context);
        context.fireChannelInactive();
    }

    /** A tunnel is one line at its end; status 0 means that there was no answer. */
    private void end(ChannelHandlerContext context) {
        if (open) {
            open = false;
            var answered = tunnel ? 101 : status;
            var to = TrafficMeter.route(context.channel());
            log.add(
                    new AccessLog.Line(
                            begun, loop.millis(), id, method, target, answered, bytes, to));
        }
    }
}
