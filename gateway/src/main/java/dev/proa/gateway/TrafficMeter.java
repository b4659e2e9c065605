package dev.proa.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AttributeKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Looks on as requests and answers pass between the codec of a client's connection and {@link
 * ClientConnection}, and counts them. It changes nothing. Event loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // who wrote it looks after what comes of it
final class TrafficMeter extends ChannelDuplexHandler {
    private static final AttributeKey<String> ROUTE = AttributeKey.valueOf("proa-route");

    private final Traffic traffic;
    private final InstantSource clock;
    private @Nullable Instant since; // of the request in flight
    private String routeName = Traffic.NO_ROUTE;
    private Traffic.@Nullable Route route; // of that name
    private boolean answered;
    private boolean bodiless;
    private boolean tunnel;

    TrafficMeter(Traffic traffic, InstantSource clock) {
        this.traffic = traffic;
        this.clock = clock;
    }

    /** Says who answers the request in flight; {@code name} comes from the configuration. */
    static void route(Channel channel, String name) {
        channel.attr(ROUTE).set(name);
    }

    /** Who answers the request in flight. */
    static String route(Channel channel) {
        var name = channel.attr(ROUTE).get();
        return name == null ? Traffic.NO_ROUTE : name;
    }

    private Traffic.Route route(ChannelHandlerContext context) {
        var name = route(context.channel());
        var known = route;
        if (known == null || !name.equals(routeName)) {
            known = traffic.route(name);
            route = known;
            routeName = name;
        }
        return known;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        traffic.connections.increment();
        context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        switch (message) {
            case RequestDecoder.Malformed _ -> begin(context, false);
            case HttpRequest request -> begin(context, request.method().name().equals("HEAD"));
            case HttpContent content when content.content().isReadable() ->
                    route(context).requestBytes.add(content.content().readableBytes());
            case ByteBuf bytes -> route(context).requestBytes.add(bytes.readableBytes());
            default -> {}
        }
        context.fireChannelRead(message);
    }

    private void begin(ChannelHandlerContext context, boolean head) {
        context.channel().attr(ROUTE).set(Traffic.NO_ROUTE);
        if (since == null) {
            traffic.inFlight.increment();
        }
        since = clock.instant();
        answered = false;
        bodiless = head;
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse response) {
            answer(context, response.status().code());
        }
        switch (message) {
            case HttpContent content when answered && !tunnel -> body(context, content);
            case ByteBuf bytes -> route(context).responseBytes.add(bytes.readableBytes());
            default -> {}
        }
        context.write(message, promise);
    }

    private void answer(ChannelHandlerContext context, int status) {
        if (status < 200 && status != 101) {
            return; // an interim answer
        }
        var began = since;
        if (!answered && began != null) {
            var after = Duration.between(began, clock.instant());
            route(context).answered(status, after.toNanos() / 1_000);
        }
        answered = true;
        if (status == 101) {
            tunnel = true;
            traffic.tunnels.increment();
            end();
        }
    }

    private void body(ChannelHandlerContext context, HttpContent content) {
        if (!bodiless) {
            route(context).responseBytes.add(content.content().readableBytes());
        }
        if (content instanceof LastHttpContent) {
            end();
        }
    }

    private void end() {
        if (since != null) {
            since = null;
            traffic.inFlight.decrement();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        traffic.connections.decrement();
        if (tunnel) {
            traffic.tunnels.decrement();
        }
        if (since != null && !answered) {
            route(context).unanswered();
        }
        end();
        context.fireChannelInactive();
    }
}
