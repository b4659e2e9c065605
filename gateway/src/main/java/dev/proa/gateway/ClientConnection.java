package dev.proa.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * One client and the one request it has in flight. It reads from the socket only on demand; an
 * exchange asks for more body, and the end of an exchange asks for the next head. A client that
 * closes its side is taken to have gone: FIN cannot be told from a half-close. Event loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails ends the channel, and that is heard
final class ClientConnection extends ChannelInboundHandlerAdapter {
    private static final long HEAD_MILLIS = 10_000;
    private static final long IDLE_MILLIS = 75_000;
    private static final long LINGER_MILLIS = 2_000;
    private final Service service;
    private final Loop loop;
    private final RequestDecoder decoder;
    private final ResponseEncoder encoder;
    private ClientPhase phase = ClientPhase.OPENING;
    private Guard.Peer peer = Guard.Peer.UNKNOWN;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Exchange exchange;
    private String requestId = "";
    private long since;
    private long headSince;
    private boolean stranger = true;
    private boolean keepAlive;
    private boolean bodyEnded;
    private boolean headSent;
    private boolean endless;
    private boolean http11;

    ClientConnection(Service service, Loop loop, RequestDecoder decoder, ResponseEncoder encoder) {
        this.service = service;
        this.loop = loop;
        this.decoder = decoder;
        this.encoder = encoder;
    }

    ChannelHandlerContext context() {
        if (context == null) {
            throw new IllegalStateException("the connection has not been opened");
        }
        return context;
    }

    Channel channel() {
        return context().channel();
    }

    Loop loop() {
        return loop;
    }

    boolean owes(Routes routes) {
        return exchange instanceof RoutedExchange(_, var by) && by == routes && !endless;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        this.context = context;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        since = loop.millis();
        service.strangers().opened(context.channel(), since).forEach(Channel::close);
        loop.add(this);
        service.identify(context.channel(), this::identified);
    }

    private void identified(Guard.Peer known) {
        peer = known;
        phase = ClientPhase.HEAD;
        channel().read();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        switch (message) {
            case RequestDecoder.Malformed(int status, String what) ->
                    refuseAndClose(Refusal.malformed(status, what));
            case HttpRequest request when request.decoderResult().isFailure() ->
                    refuseAndClose(Refusal.unreadable(request.headers()));
            case HttpRequest request -> begin(Head.of(request));
            case HttpContent content -> body(content);
            default -> ReferenceCountUtil.release(message);
        }
    }

    /** For what is no request: nothing that follows on this connection can be trusted. */
    private void refuseAndClose(Refusal refusal) {
        phase = ClientPhase.EXCHANGE;
        keepAlive = false;
        bodyEnded = false;
        headSent = false;
        requestId = loop.books().ids().next();
        encoder.answersHead(false);
        refuse(refusal);
    }

    private void begin(Head head) {
        phase = ClientPhase.EXCHANGE;
        headSince = 0;
        requestId = loop.books().ids().name(head.headers());
        http11 = head.http11();
        keepAlive = head.keepAlive();
        headSent = false;
        encoder.answersHead(head.method().equals("HEAD"));
        switch (service.guard().check(head, peer)) {
            case Guard.Verdict.Refused(Refusal refusal) -> {
                keepAlive = false;
                refuse(refusal);
            }
            case Guard.Verdict.Passed passed -> {
                if (stranger && !service.needsNoProof(head, passed.target())) {
                    stranger = false;
                    service.strangers().forget(channel());
                }
                bodyEnded = !passed.body().hasBody();
                exchange = service.route(this, head, passed);
                exchange.start();
            }
        }
    }

    private void body(HttpContent content) {
        if (content.decoderResult().isFailure()) {
            content.release();
            brokenBody();
            return;
        }
        bodyEnded |= content instanceof LastHttpContent;
        if (exchange == null) {
            content.release();
        } else {
            exchange.body(content);
        }
        if (bodyEnded && phase == ClientPhase.EXCHANGE) {
            // Nothing is expected now but the news that the client has gone.
            readAhead();
        } else if (bodyEnded && phase == ClientPhase.HEAD) {
            nextHead();
        }
    }

    private void brokenBody() {
        if (exchange != null) {
            leave();
            if (headSent) {
                channel().close();
            } else {
                keepAlive = false;
                refuse(Refusal.malformed(400, "the body is not framed properly"));
            }
        }
    }

    private void leave() {
        var left = exchange;
        exchange = null;
        if (left != null) {
            left.gone();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (exchange != null) {
            exchange.readComplete();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        var writable = context.channel().isWritable();
        if (writable && exchange != null) {
            exchange.writable();
        } else if (writable && phase == ClientPhase.HEAD) {
            nextHead();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        service.strangers().forget(context.channel());
        loop.remove(this);
        leave();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close(); // a reset, or a defect of ours; either way it is over
    }

    void more() {
        if (!bodyEnded) {
            channel().read();
        }
    }

    boolean http11() {
        return http11;
    }

    /** Sends 100 (Continue), so that a client that waits for it sends the body. */
    void proceed() {
        interim(HttpResponseStatus.CONTINUE, new DefaultHttpHeaders());
    }

    /** Sends an interim answer; HTTP/1.0 knows none. */
    void interim(HttpResponseStatus status, HttpHeaders headers) {
        if (http11) {
            context().writeAndFlush(Responses.interim(status, headers), context().voidPromise());
        }
    }

    /** Writes the final head; the framing fields are the caller's. */
    void head(HttpResponse response) {
        headSent = true;
        response.headers().set(RequestIds.NAME, requestId);
        var type = response.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
        endless = type.startsWith("text/event-stream");
        if (!keepAlive || !bodyEnded) {
            keepAlive = false;
            response.headers().set(HttpHeaderNames.CONNECTION, "close");
        }
        context().write(response, context().voidPromise());
    }

    void write(Object part) {
        context().write(part, context().voidPromise());
    }

    void flush() {
        context().flush();
    }

    /** A whole answer; ends the exchange. */
    void reply(int status, HttpHeaders headers, ByteBuf body) {
        head(Responses.whole(status, headers, body));
        finish();
    }

    /** Answers with a problem and ends the exchange. */
    void refuse(Refusal refusal) {
        refuse(refusal, new DefaultHttpHeaders());
    }

    /** As {@link #refuse(Refusal)}, with fields such as {@code Allow} or {@code Retry-After}. */
    void refuse(Refusal refusal, HttpHeaders headers) {
        service.refusals().note(refusal);
        head(Responses.refusal(service.told(refusal), headers, requestId));
        finish();
    }

    /** Everything of the answer has been written; goes on to the next request or closes. */
    void finish() {
        exchange = null;
        since = loop.millis();
        if (keepAlive) {
            flush();
            phase = ClientPhase.HEAD;
            if (bodyEnded) {
                nextHead();
            }
        } else {
            phase = ClientPhase.LAST_ANSWER;
            context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> linger());
        }
    }

    private void nextHead() {
        if (loop.closing()) {
            channel().close();
        } else if (channel().isWritable()) { // who takes no answers gets no further ones
            decoder.next(context().pipeline().context(decoder));
            if (decoder.ahead() == 0) {
                channel().read();
            }
        }
    }

    private void readAhead() {
        if (decoder.ahead() < RequestDecoder.MAX_AHEAD) {
            channel().read();
        }
    }

    /** Closing with unread bytes would reset the connection and destroy the answer on its way. */
    private void linger() {
        if (loop.closing() || !channel().isActive()) {
            channel().close();
            return;
        }
        phase = ClientPhase.LINGERING;
        since = loop.millis();
        decoder.discard();
        ((DuplexChannel) channel()).shutdownOutput();
        channel().read();
    }

    /** Ends the connection at once, dropping what is queued. */
    void abort() {
        exchange = null;
        channel().config().setOption(ChannelOption.SO_LINGER, 0);
        channel().close();
    }

    /**
     * Ends an answer in the middle, so that the client cannot take what it has for the whole.
     *
     * @param framed whether the client can tell by the framing; else a reset has to say it
     */
    void cutOff(boolean framed) {
        if (!framed) {
            abort();
            return;
        }
        exchange = null;
        phase = ClientPhase.LINGERING;
        since = loop.millis();
        context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    /** HTTP answers end here; for a socket that is about to be handed over. */
    void stopEncoding() {
        context().pipeline().remove(encoder);
    }

    /**
     * Hands the socket over to what speaks another protocol from here on; bytes that came early are
     * passed on to it.
     */
    void takeOver(ChannelHandler... successors) {
        phase = ClientPhase.TAKEN_OVER;
        exchange = null;
        loop.remove(this);
        var pipeline = context().pipeline();
        pipeline.addLast(successors);
        pipeline.remove(this);
        pipeline.remove(decoder);
    }

    /** Closes what has been too slow; called four times a second while anything is open. */
    void sweep(long now) {
        switch (phase) {
            case OPENING, LAST_ANSWER, TAKEN_OVER -> {}
            case EXCHANGE -> sweepExchange(now);
            case LINGERING -> {
                if (loop.closing() || now - since > LINGER_MILLIS) {
                    channel().close();
                }
            }
            case HEAD -> sweepHead(now);
        }
    }

    private void sweepExchange(long now) {
        if (loop.closing() && headSent && endless) {
            // Nobody waits for the end of what has none.
            channel().close();
        } else if (exchange != null) {
            exchange.sweep(now);
        }
    }

    private void sweepHead(long now) {
        service.strangers().overdue(now).forEach(Channel::close);
        if (loop.closing()) {
            channel().close();
        } else if (decoder.headBegun()) {
            headSince = headSince == 0 ? Math.max(since, now - 250) : headSince;
            if (now - headSince > HEAD_MILLIS) {
                refuseAndClose(Refusal.slow("The head of the request took more than ten seconds."));
            }
        } else if (now - since
                > (service.strangers().knows(channel()) ? HEAD_MILLIS : IDLE_MILLIS)) {
            channel().close();
        }
    }
}
