package dev.proa.gateway;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import java.util.function.Supplier;

/**
 * Netty's encoder, told when an answer has a body only in name. It adds what every final answer has
 * to have, whoever wrote it.
 */
final class ResponseEncoder extends HttpResponseEncoder {
    private static final int UPGRADE_REQUIRED = 426;

    private final Supplier<String> date;
    private boolean head; // event loop only

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
