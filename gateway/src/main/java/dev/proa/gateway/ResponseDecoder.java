package dev.proa.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Netty's decoder behind {@link HeadGrammar}, for what upstreams answer. */
final class ResponseDecoder extends HttpResponseDecoder {
    /** Takes the place of an answer whose head breaks the grammar; nothing follows it. */
    record Malformed(String what) {}

    private final HeadGrammar grammar = HeadGrammar.ofResponses();
    private boolean inBody; // event loop only
    private boolean broken; // event loop only
    private boolean begun; // event loop only
    private boolean withoutBody; // event loop only
    private @Nullable ChunkGrammar chunks; // of the present body; event loop only

    ResponseDecoder() {
        super(RequestDecoder.config());
    }

    /** The next final answer is to this kind of request. */
    void expect(boolean head) {
        withoutBody = head;
        begun = false;
    }

    /** Whether any byte of the answer has come. */
    boolean begun() {
        return begun;
    }

    /** Whether bytes are left that nobody asked for. */
    boolean leftOver() {
        return actualReadableBytes() > 0;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
            throws Exception {
        begun |= in.isReadable();
        if (broken) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (!inBody) {
            switch (grammar.check(in)) {
                case HeadGrammar.Check.Incomplete _ -> {
                    return;
                }
                case HeadGrammar.Check.Broken(_, String what) -> {
                    broken = true;
                    in.skipBytes(in.readableBytes());
                    out.add(new Malformed(what));
                    return;
                }
                case HeadGrammar.Check.Complete _ -> inBody = true;
            }
        }
        if (chunks != null && !chunks.check(in).isEmpty()) {
            broken = true;
            in.skipBytes(in.readableBytes());
            out.add(RequestDecoder.brokenBody());
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
        if (out.getLast() instanceof LastHttpContent) {
            inBody = false;
            chunks = null;
        } else if (out.getLast() instanceof HttpMessage head) {
            chunks = RequestDecoder.chunked(head);
        }
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        var status = ((HttpResponse) message).status().code();
        return status < 200 || withoutBody || status == 204 || status == 304;
    }
}
