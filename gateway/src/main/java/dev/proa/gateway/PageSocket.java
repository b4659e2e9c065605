package dev.proa.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A page on a WebSocket (RFC 6455), server side. Netty reads frames and refuses what breaks the
 * framing; here are the handshake, messages, and the rules of {@code proa.v1}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails ends the channel, and that is heard
final class PageSocket extends ChannelInboundHandlerAdapter implements PageSession.Carrier {
    private static final int MAX_MESSAGE = 1024 * 1024;
    private static final long FIRST_WORD_MILLIS = 200;
    private static final long LINGER_MILLIS = 2_000;
    private static final String PROTOCOL = "proa.v1";
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9+/]{22}==");
    private static final WebSocketCloseStatus TOO_LONG =
            new WebSocketCloseStatus(1009, "a message is longer than 1 MiB");

    private final PageChannel channel;
    private final String userAgent;
    private @Nullable ChannelHandlerContext context;
    private @Nullable PageSession session;
    private @Nullable PageTalk talk;
    private @Nullable ScheduledFuture<?> heartbeat;
    private @Nullable ByteBuf message;
    private boolean closing;
    private int unanswered;

    private PageSocket(PageChannel channel, String userAgent) {
        this.channel = channel;
        this.userAgent = userAgent;
    }

    /** Shakes hands, or says why not. */
    static Exchange upgrade(ClientConnection connection, Head head, PageChannel channel) {
        var headers = head.headers();
        var key = headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_KEY);
        if (!head.webSocket()) {
            var fields = new DefaultHttpHeaders();
            fields.set(HttpHeaderNames.UPGRADE, "websocket");
            return refusing(connection, 426, "This path speaks WebSocket only.", fields);
        }
        if (!headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_VERSION).equals(List.of("13"))) {
            var fields = new DefaultHttpHeaders();
            fields.set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "13");
            return refusing(connection, 426, "Only version 13 of WebSocket is spoken.", fields);
        }
        if (key.size() != 1 || !KEY.matcher(key.getFirst()).matches()) {
            return refusing(
                    connection, 400, "The WebSocket key is not one.", new DefaultHttpHeaders());
        }
        if (Framing.of(headers, head.http11()).hasBody()) {
            // What follows the head has to be frames.
            return refusing(connection, 400, "A WebSocket has no body.", new DefaultHttpHeaders());
        }
        var offered = headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
        var ours = headers.containsValue(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, PROTOCOL, false);
        if (!offered.isEmpty() && !ours) {
            return refusing(
                    connection, 400, "The only subprotocol is proa.v1.", new DefaultHttpHeaders());
        }
        var agent = headers.get(HttpHeaderNames.USER_AGENT, "");
        return ImmediateExchange.of(
                () -> new PageSocket(channel, agent).open(connection, key.getFirst(), ours));
    }

    private static Exchange refusing(
            ClientConnection connection, int status, String why, DefaultHttpHeaders headers) {
        var refusal = new Refusal(status, why, Refusal.Cause.MALFORMED);
        return ImmediateExchange.of(() -> connection.refuse(refusal, headers));
    }

    private void open(ClientConnection connection, String key, boolean named) {
        var headers = new DefaultHttpHeaders();
        headers.set(HttpHeaderNames.UPGRADE, "websocket");
        headers.set(HttpHeaderNames.CONNECTION, "Upgrade");
        headers.set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, accept(key));
        if (named) {
            headers.set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, PROTOCOL);
        }
        connection.interim(HttpResponseStatus.SWITCHING_PROTOCOLS, headers);
        connection.stopEncoding();
        var config =
                WebSocketDecoderConfig.newBuilder()
                        .expectMaskedFrames(true)
                        .allowMaskMismatch(false)
                        .allowExtensions(false)
                        .maxFramePayloadLength(MAX_MESSAGE)
                        .closeOnProtocolViolation(false)
                        .build();
        connection.takeOver(
                new WebSocket13FrameEncoder(false),
                new WebSocket13FrameDecoder(config),
                new Utf8FrameValidator(false),
                this);
    }

    /** RFC 6455 section 4.2.2, 5.4. */
    private static String accept(String key) {
        try {
            var digest = MessageDigest.getInstance("SHA-1");
            var bytes = (key + GUID).getBytes(StandardCharsets.US_ASCII);
            return Base64.getEncoder().encodeToString(digest.digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-1", e);
        }
    }

    private ChannelHandlerContext context() {
        if (context == null) {
            throw new IllegalStateException("the socket has not been opened");
        }
        return context;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        var joined = channel.join(this, "");
        session = joined;
        talk = new PageTalk(channel, joined, userAgent);
        var loop = added.channel().eventLoop();
        loop.schedule(joined::live, FIRST_WORD_MILLIS, TimeUnit.MILLISECONDS);
        var millis = channel.heartbeat().toMillis();
        heartbeat =
                loop.scheduleAtFixedRate(() -> beat(joined), millis, millis, TimeUnit.MILLISECONDS);
        added.channel().config().setAutoRead(true);
    }

    private void beat(PageSession joined) {
        if (closing || unanswered >= 2) {
            context().close();
            return;
        }
        unanswered++;
        channel.repeatIntents(joined);
        context().writeAndFlush(new PingWebSocketFrame());
    }

    @Override
    public void channelRead(ChannelHandlerContext unused, Object received) {
        unanswered = 0;
        try {
            if (closing && received instanceof CloseWebSocketFrame) {
                context().close();
            } else if (!closing && received instanceof WebSocketFrame frame) {
                frame(frame);
            }
        } finally {
            ReferenceCountUtil.release(received);
        }
    }

    private void frame(WebSocketFrame frame) {
        switch (frame) {
            case CloseWebSocketFrame close -> answerClose(close.statusCode());
            case PingWebSocketFrame ping -> {
                // Who sends pings and takes no pongs must not fill the memory with them.
                if (ready()) {
                    context().writeAndFlush(new PongWebSocketFrame(ping.content().retain()));
                }
            }
            case BinaryWebSocketFrame _ -> close(1003, "only text is understood");
            case TextWebSocketFrame _, ContinuationWebSocketFrame _ -> part(frame);
            default -> {
                // A pong has done its work by coming.
            }
        }
    }

    /**
     * RFC 6455 section 5.5.1: the same code comes back; section 7.4: there is none from 5000 on.
     */
    private void answerClose(int code) {
        if (code >= 5000) {
            close(1002, "there is no such code");
            return;
        }
        closing = true;
        var answer = code < 0 ? new CloseWebSocketFrame() : new CloseWebSocketFrame(code, "");
        context().writeAndFlush(answer).addListener(_ -> linger());
    }

    private void part(WebSocketFrame frame) {
        var begun = message == null ? Unpooled.buffer(frame.content().readableBytes()) : message;
        message = begun;
        if (begun.readableBytes() + frame.content().readableBytes() > MAX_MESSAGE) {
            close(TOO_LONG.code(), TOO_LONG.reasonText());
            return;
        }
        begun.writeBytes(frame.content());
        if (frame.isFinalFragment()) {
            message = null;
            var text = begun.toString(StandardCharsets.UTF_8);
            begun.release();
            if (talk != null && !talk.hear(text)) {
                close(1007, "the message is not JSON");
            }
        }
    }

    /**
     * Closes from this side; the page's answer is waited for, since closing with unread bytes would
     * reset the connection and destroy the code on its way (RFC 6455 section 7.1.1).
     */
    private void close(int code, String why) {
        if (!closing) {
            closing = true;
            context().writeAndFlush(new CloseWebSocketFrame(code, why)).addListener(_ -> linger());
        }
    }

    private void linger() {
        var socket = (DuplexChannel) context().channel();
        socket.shutdownOutput();
        socket.eventLoop().schedule(() -> socket.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext unused) {
        if (session != null && context().channel().isWritable()) {
            session.pump();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext unused) {
        if (heartbeat != null) {
            heartbeat.cancel(false);
        }
        if (message != null) {
            message.release();
            message = null;
        }
        if (session != null) {
            channel.left(session);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext unused, Throwable cause) {
        if (cause instanceof CorruptedWebSocketFrameException violation) {
            close(violation.closeStatus().code(), violation.closeStatus().reasonText());
        } else {
            context().close();
        }
    }

    @Override
    public boolean ready() {
        return !closing && context().channel().isWritable();
    }

    @Override
    public void send(PageFrame frame) {
        if (context().channel().bytesBeforeWritable() > PageSession.MAX_WAITING) {
            context().close();
        } else if (!closing) {
            context().write(Unpooled.wrappedBuffer(frame.webSocket()), context().voidPromise());
        }
    }

    @Override
    public void flush() {
        context().flush();
    }

    @Override
    public boolean acknowledges() {
        return true;
    }

    @Override
    public void later(Runnable action) {
        context().channel().eventLoop().execute(action);
    }

    @Override
    public void end() {
        close(1001, "the app is stopping");
    }
}
