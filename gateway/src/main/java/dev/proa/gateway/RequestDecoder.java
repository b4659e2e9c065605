package dev.proa.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Netty's decoder behind {@link HeadGrammar}, one request at a time: after the last byte of a
 * request nothing is decoded until {@link #next} is called, so answers cannot overtake each other.
 */
final class RequestDecoder extends HttpRequestDecoder {
    /** What a pipelining client may send ahead before it is no longer read. */
    static final int MAX_AHEAD = 64 * 1024;

    /** Takes the place of a request whose head breaks the grammar; nothing follows it. */
    record Malformed(int status, String what) {}

    private enum Phase {
        HEAD,
        BODY,
        WAITING,
        BROKEN
    }

    private final HeadGrammar grammar = HeadGrammar.ofRequests();
    private Phase phase = Phase.HEAD; // event loop only
    private boolean headBegun; // event loop only
    private @Nullable ChunkGrammar chunks; // of the present body; event loop only

    RequestDecoder() {
        super(config());
    }

    static HttpDecoderConfig config() {
        return new HttpDecoderConfig()
                .setMaxInitialLineLength(HeadGrammar.MAX_FIRST_LINE + 16)
                .setMaxHeaderSize(HeadGrammar.MAX_HEAD)
                .setMaxChunkSize(64 * 1024)
                .setInitialBufferSize(256)
                // HeadGrammar and ChunkGrammar are stricter, and come first.
                .setValidateHeaders(false)
                .setStrictLineParsing(true);
    }

    /** Whether the first bytes of a head are here and its end is not. */
    boolean headBegun() {
        return headBegun;
    }

    /** Whatever comes from now on is thrown away. */
    void discard() {
        phase = Phase.BROKEN;
    }

    /** How many bytes of later requests have come already. */
    int ahead() {
        return actualReadableBytes();
    }

    /**
     * Goes on to the next request. What has arrived of it is decoded in a turn of its own, since
     * this may be called from within the delivery of the last one.
     */
    void next(ChannelHandlerContext context) {
        if (phase == Phase.WAITING) {
            phase = Phase.HEAD;
            if (ahead() > 0) {
                context.executor().execute(() -> decodeAhead(context));
            }
        }
    }

    private void decodeAhead(ChannelHandlerContext context) {
        if (phase != Phase.HEAD || context.isRemoved()) {
            return;
        }
        try {
            channelRead(context, Unpooled.EMPTY_BUFFER);
            channelReadComplete(context);
        } catch (Exception e) {
            context.fireExceptionCaught(e);
        }
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
            throws Exception {
        switch (phase) {
            case WAITING -> {}
            case BROKEN -> in.skipBytes(in.readableBytes());
            case HEAD -> head(context, in, out);
            case BODY -> body(context, in, out);
        }
    }

    private void head(ChannelHandlerContext context, ByteBuf in, List<Object> out)
            throws Exception {
        // RFC 9112 section 2.2: an empty line before a request is ignored.
        if (in.readableBytes() > 1 && in.getShort(in.readerIndex()) == 0x0d0a) {
            in.skipBytes(2);
            return;
        }
        headBegun = in.isReadable();
        if (in.readableBytes() == 1 && in.getByte(in.readerIndex()) == '\r') {
            return;
        }
        switch (grammar.check(in)) {
            case HeadGrammar.Check.Incomplete _ -> {}
            case HeadGrammar.Check.Broken(int status, String what) -> {
                phase = Phase.BROKEN;
                in.skipBytes(in.readableBytes());
                out.add(new Malformed(status, what));
            }
            case HeadGrammar.Check.Complete _ -> {
                phase = Phase.BODY;
                headBegun = false;
                body(context, in, out);
            }
        }
    }

    private void body(ChannelHandlerContext context, ByteBuf in, List<Object> out)
            throws Exception {
        if (chunks != null && !chunks.check(in).isEmpty()) {
            phase = Phase.BROKEN;
            in.skipBytes(in.readableBytes());
            out.add(brokenBody());
            return;
        }
        var before = in.readableBytes();
        super.decode(context, in, out);
        if (chunks != null) {
            chunks.decoded(before - in.readableBytes());
        }
        if (out.isEmpty()) {
            return;
        }
        if (out.getLast() instanceof LastHttpContent last) {
            phase = last.decoderResult().isSuccess() ? Phase.WAITING : Phase.BROKEN;
            chunks = null;
        } else if (out.getLast() instanceof HttpMessage head) {
            chunks = chunked(head);
        }
    }

    /** The grammar of the body that follows this head; none if it does not come in chunks. */
    static @Nullable ChunkGrammar chunked(HttpMessage head) {
        return HttpUtil.isTransferEncodingChunked(head) ? new ChunkGrammar() : null;
    }

    /** Takes the place of the end of a body that breaks the grammar. */
    static LastHttpContent brokenBody() {
        var end = new DefaultLastHttpContent();
        end.setDecoderResult(
                DecoderResult.failure(new DecoderException("the chunks break the grammar")));
        return end;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        if (phase == Phase.WAITING && actualReadableBytes() > MAX_AHEAD) {
            discardSomeReadBytes();
            context.fireChannelReadComplete();
        } else {
            super.channelReadComplete(context);
        }
    }
}
