package dev.proa.gateway;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Netty's encoder, told when an answer has a body only in name. It adds what every final answer has
 * to have, whoever wrote it.
 */
final class ResponseEncoder extends HttpResponseEncoder {
    private static final int UPGRADE_REQUIRED = 426;

    private final Supplier<String> date;
    private boolean head; // event loop only
    private @Nullable HttpResponse held; // until more follows or all is flushed; event loop only

    /**
     * @param date the present moment as a field value (RFC 9110 section 5.6.7)
     */
    ResponseEncoder(Supplier<String> date) {
        this.date = date;
    }

    /** Whether the request being answered is a HEAD. */
    void answersHead(boolean yes) {
        head = yes;
    }

    /** A short answer that has come as a whole leaves as a whole: in one buffer if it fits. */
    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise)
            throws Exception {
        var begun = held;
        held = null;
        if (begun != null
                && message instanceof LastHttpContent last
                && last.trailingHeaders().isEmpty()) {
            super.write(context, Responses.joined(begun, last.content()), promise);
            return;
        }
        if (begun != null) {
            super.write(context, begun, context.voidPromise());
        }
        if (message instanceof HttpResponse response
                && !(message instanceof HttpContent)
                && promise.isVoid()) {
            held = response;
        } else {
            super.write(context, message, promise);
        }
    }

    @Override
    public void flush(ChannelHandlerContext context) throws Exception {
        var begun = held;
        held = null;
        if (begun != null) {
            super.write(context, begun, context.voidPromise());
        }
        super.flush(context);
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpResponse response) {
        return head || super.isContentAlwaysEmpty(response);
    }

    @Override
    protected void sanitizeHeadersBeforeEncode(HttpResponse response, boolean empty) {
        super.sanitizeHeadersBeforeEncode(response, empty);
        var status = response.status().code();
        var headers = response.headers();
        // RFC 9110 section 6.6.1: also for an answer that is passed on.
        if (status >= 200 && !headers.contains(HttpHeaderNames.DATE)) {
            headers.set(HttpHeaderNames.DATE, date.get());
        }
        // RFC 9110 section 7.8: who sends Upgrade nominates it.
        if (status == UPGRADE_REQUIRED && headers.contains(HttpHeaderNames.UPGRADE)) {
            headers.add(HttpHeaderNames.CONNECTION, "Upgrade");
        }
    }
}
