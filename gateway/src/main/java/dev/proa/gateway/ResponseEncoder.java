package dev.proa.gateway;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;

/** Netty's encoder, told when an answer has a body only in name, and with the time. */
final class ResponseEncoder extends HttpResponseEncoder {
    private final Loop loop;
    private boolean head; // event loop only

    ResponseEncoder(Loop loop) {
        this.loop = loop;
    }

    /** Whether the request being answered is a HEAD. */
    void answersHead(boolean yes) {
        head = yes;
    }

    /** RFC 9110 section 6.6.1: a final answer has a Date, an upstream's answer its own. */
    @Override
    protected void sanitizeHeadersBeforeEncode(HttpResponse response, boolean empty) {
        super.sanitizeHeadersBeforeEncode(response, empty);
        if (response.status().code() >= 200 && !response.headers().contains(HttpHeaderNames.DATE)) {
            response.headers().set(HttpHeaderNames.DATE, loop.date());
        }
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpResponse response) {
        return head || super.isContentAlwaysEmpty(response);
    }
}
