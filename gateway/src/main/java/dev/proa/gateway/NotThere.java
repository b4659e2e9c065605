package dev.proa.gateway;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;

/** The answer for an upstream that has none: 503, as a page to a person and as data to others. */
final class NotThere {
    private NotThere() {}

    static void answer(ClientConnection connection, Head head, Upstream.NotReady upstream) {
        var headers = new DefaultHttpHeaders();
        var wait = Math.max(1, upstream.retryAfter().plusMillis(999).toSeconds());
        headers.set(HttpHeaderNames.RETRY_AFTER, wait);
        if (upstream.document().isEmpty() || !head.navigation()) {
            connection.refuse(new Refusal(503, upstream.reason(), Refusal.Cause.ROUTE), headers);
            return;
        }
        headers.set(HttpHeaderNames.CONTENT_TYPE, "text/html; charset=utf-8");
        OwnHeaders.guardDocument(headers);
        connection.reply(503, headers, Unpooled.wrappedBuffer(upstream.document().get()));
    }
}
