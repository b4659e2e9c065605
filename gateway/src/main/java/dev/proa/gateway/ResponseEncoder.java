package dev.proa.gateway;

import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;

/** Netty's encoder, told when an answer has a body only in name. */
final class ResponseEncoder extends HttpResponseEncoder {
    private boolean head; // event loop only

    /** Whether the request being answered is a HEAD. */
    void answersHead(boolean yes) {
        head = yes;
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpResponse response) {
        return head || super.isContentAlwaysEmpty(response);
    }
}
