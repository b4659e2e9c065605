package dev.proa.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;

/** Puts whole answers together. */
final class Responses {
    /** What can be asked for at all, where a method is refused whatever the path. */
    private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

    private Responses() {}

    /** An interim answer (RFC 9110 section 15.2). */
    static FullHttpResponse interim(HttpResponseStatus status, HttpHeaders headers) {
        return new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                status,
                Unpooled.EMPTY_BUFFER,
                headers,
                EmptyHttpHeaders.INSTANCE);
    }

    /** A head and the whole of its body, which is handed over. */
    static FullHttpResponse joined(HttpResponse head, ByteBuf body) {
        return new DefaultFullHttpResponse(
                head.protocolVersion(),
                head.status(),
                body,
                head.headers(),
                EmptyHttpHeaders.INSTANCE);
    }

    /** A final answer with its length. */
    static FullHttpResponse whole(int status, HttpHeaders headers, ByteBuf body) {
        if (status != 204 && status != 304) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
        }
        return new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(status),
                body,
                headers,
                EmptyHttpHeaders.INSTANCE);
    }

    /** A refusal as problem details, with an empty body where that is asked for. */
    static FullHttpResponse refusal(Refusal refusal, HttpHeaders headers, String requestId) {
        OwnHeaders.guardAnswer(headers);
        if (refusal.status() == 401) {
            headers.set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
        }
        if (refusal.status() == 405 && !headers.contains(HttpHeaderNames.ALLOW)) {
            headers.set(HttpHeaderNames.ALLOW, METHODS);
        }
        if (refusal.detail().isEmpty()) {
            return whole(refusal.status(), headers, Unpooled.EMPTY_BUFFER);
        }
        headers.set(HttpHeaderNames.CONTENT_TYPE, "application/problem+json");
        var body = Problems.body(refusal, requestId);
        return whole(refusal.status(), headers, Unpooled.wrappedBuffer(body));
    }
}
