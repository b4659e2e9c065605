package dev.proa.gateway;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Carries one request to an upstream and its answer back, both as they come. Each side is read only
 * when the other can be written: that is the whole of the back-pressure, and it holds because both
 * connections live on one event loop. Whichever side breaks off, the other is broken off as well.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails ends the channel, and that is heard
final class ProxyExchange implements Exchange, UpstreamPool.Caller, UpstreamConnection.Client {
    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "OPTIONS", "PUT", "DELETE");
    private static final int MAX_INTERIM = 16;
    private static final long STALL_MILLIS = 60_000;

    private final ClientConnection connection;
    private final Head head;
    private final Framing framing;
    private final String target;
    private final Passage passage;
    private final Forwarding forwarding;
    private final boolean webSocket;
    private final Deque<HttpContent> early = new ArrayDeque<>();
    private @Nullable UpstreamConnection upstream;
    private boolean requestSent;
    private boolean answerBegun;
    private boolean upstreamKeeps;
    private boolean untilClose;
    private boolean over;
    private int interim;
    private long bodyBytes;
    private long bodySince;

    ProxyExchange(
            ClientConnection connection,
            Head head,
            Framing framing,
            String target,
            Passage passage,
            Forwarding forwarding) {
        this.connection = connection;
        this.head = head;
        this.framing = framing;
        this.target = target;
        this.passage = passage;
        this.forwarding = forwarding;
        this.webSocket = head.webSocket() && !framing.hasBody();
    }

    /** Only what may safely be asked twice goes over a used connection, which may be closing. */
    private boolean repeatable() {
        return IDEMPOTENT.contains(head.method()) && !framing.hasBody() && !webSocket;
    }

    @Override
    public void start() {
        bodySince = connection.loop().millis();
        var pool = connection.loop().upstreams();
        var idle = repeatable() ? pool.take(passage.place()) : Optional.<UpstreamConnection>empty();
        idle.ifPresentOrElse(this::connected, () -> pool.connect(passage.place(), webSocket, this));
    }

    @Override
    public void connected(UpstreamConnection connected) {
        if (over) {
            connected.close();
            return;
        }
        upstream = connected;
        connected.serve(this, head.method().equals("HEAD"));
        var channel = connected.channel();
        if (framing.hasBody()) {
            channel.write(
                    new DefaultHttpRequest(HttpVersion.HTTP_1_1, method(), target, fields()),
                    channel.voidPromise());
            while (!early.isEmpty()) {
                send(connected, early.removeFirst());
            }
        } else {
            requestSent = true;
            releaseEarly();
            channel.write(
                    new DefaultFullHttpRequest(
                            HttpVersion.HTTP_1_1,
                            method(),
                            target,
                            Unpooled.EMPTY_BUFFER,
                            fields(),
                            EmptyHttpHeaders.INSTANCE),
                    channel.voidPromise());
        }
        channel.flush();
        channel.read();
        upstreamWritable();
    }

    private String requestId() {
        return head.headers().get(RequestIds.FIELD, "");
    }

    private HttpMethod method() {
        return HttpMethod.valueOf(head.method());
    }

    private HttpHeaders fields() {
        return forwarding.request(head, framing, passage, webSocket);
    }

    @Override
    public void notConnected(UpstreamPool.Failure failure) {
        if (over) {
            return;
        }
        over = true;
        releaseEarly();
        var failed = UpstreamFailure.of(failure, passage.place());
        var headers = new DefaultHttpHeaders();
        if (failed.status() == 503) {
            headers.set(HttpHeaderNames.RETRY_AFTER, 1);
        }
        fail(failed, headers);
    }

    private void fail(UpstreamFailure failed, HttpHeaders headers) {
        passage.place().doubt();
        connection
                .loop()
                .books()
                .failures()
                .note(passage.place(), failed.status(), failed.reason(), requestId());
        connection.refuse(failed.refusal(), headers);
    }

    /** For a body that is longer than its route allows (RFC 9110 section 15.5.14). */
    static Refusal tooLong(long bytes) {
        return new Refusal(
                413, "The body is longer than %d bytes.".formatted(bytes), Refusal.Cause.LIMIT);
    }

    private void send(UpstreamConnection to, HttpContent content) {
        if (content instanceof LastHttpContent last) {
            if (requestSent) {
                return;
            }
            requestSent = true;
            if (!last.trailingHeaders().isEmpty()) {
                Forwarding.trailers(last.trailingHeaders());
            }
        }
        to.channel().write(content, to.channel().voidPromise());
    }

    @Override
    public void body(HttpContent content) {
        bodySince = connection.loop().millis();
        bodyBytes += content.content().readableBytes();
        var most = passage.rules().maxBody();
        if (!over && most.isPresent() && bodyBytes > most.getAsLong()) {
            content.release();
            breakOff(tooLong(most.getAsLong()));
        } else if (upstream != null) {
            send(upstream, content);
        } else if (over) {
            content.release();
        } else {
            early.addLast(content);
        }
    }

    /** A client that owes a body, and is asked for it, sends something every minute. */
    @Override
    public void sweep(long now) {
        var asked = upstream != null && !requestSent && upstream.channel().isWritable();
        if (asked && now - bodySince > STALL_MILLIS) {
            breakOff(Refusal.slow("The body comes too slowly."));
            return;
        }
        var patience = passage.rules().timeout();
        if (patience.isPresent() && !over && !answerBegun && !asked) {
            if (now - bodySince > patience.get().toMillis()) {
                gone();
                fail(UpstreamFailure.silent(passage.place()), new DefaultHttpHeaders());
            }
        } else if (!asked) {
            bodySince = now;
        }
    }

    /** Ends both sides; the upstream cannot take what it has for the whole request. */
    private void breakOff(Refusal refusal) {
        gone();
        if (answerBegun) {
            connection.abort();
        } else {
            connection.refuse(refusal);
        }
    }

    @Override
    public void readComplete() {
        if (upstream != null) {
            upstream.channel().flush();
            upstreamWritable();
        }
    }

    @Override
    public void upstreamWritable() {
        if (upstream != null && !requestSent && upstream.channel().isWritable()) {
            connection.more();
        }
    }

    @Override
    public void writable() {
        if (upstream != null) {
            upstream.channel().read();
        }
    }

    @Override
    public void gone() {
        over = true;
        releaseEarly();
        dropUpstream();
    }

    private void releaseEarly() {
        early.forEach(HttpContent::release);
        early.clear();
    }

    /** Closing without the end of the request tells the upstream that it was cut off. */
    private void dropUpstream() {
        if (upstream != null) {
            upstream.close();
            upstream = null;
        }
    }

    @Override
    public void answered(HttpResponse answer) {
        var status = answer.status().code();
        var framing =
                Framing.of(answer.headers(), answer.protocolVersion().equals(HttpVersion.HTTP_1_1));
        if (framing instanceof Framing.Broken(_, String what)) {
            broken(what);
        } else if (status == 101) {
            switchProtocols(answer);
        } else if (status < 200) {
            if (++interim > MAX_INTERIM) {
                broken("there is no end of interim answers");
            } else if (status == 100 || status == 103) {
                connection.interim(answer.status(), forwarding.answer(answer.headers(), passage));
            }
        } else {
            answer(answer, framing);
        }
    }

    private void answer(HttpResponse answer, Framing framing) {
        answerBegun = true;
        upstreamKeeps =
                answer.protocolVersion().equals(HttpVersion.HTTP_1_1)
                        && !answer.headers()
                                .containsValue(HttpHeaderNames.CONNECTION, "close", true);
        var status = answer.status().code();
        var bodiless = head.method().equals("HEAD") || status == 204 || status == 304;
        var headers = forwarding.finalAnswer(answer.headers(), passage);
        switch (framing) {
            case Framing.Fixed(long bytes) when status != 204 ->
                    headers.set(HttpHeaderNames.CONTENT_LENGTH, bytes);
            case Framing.Fixed _, Framing.Broken _ -> {}
            case Framing.Chunked _, Framing.Unsaid _ -> {
                untilClose = framing instanceof Framing.Unsaid && !bodiless;
                upstreamKeeps &= !untilClose;
                if (!bodiless && connection.http11()) {
                    headers.set(HttpHeaderNames.TRANSFER_ENCODING, "chunked");
                }
            }
        }
        connection.head(new DefaultHttpResponse(HttpVersion.HTTP_1_1, answer.status(), headers));
    }

    /** An upstream speaks another protocol only if the client asked for it (RFC 9110 7.8). */
    private void switchProtocols(HttpResponse answer) {
        var fields = answer.headers();
        if (!webSocket
                || upstream == null
                || !fields.contains(HttpHeaderNames.UPGRADE, "websocket", true)) {
            broken("it switches to a protocol that nobody asked for");
            return;
        }
        var headers = forwarding.answer(fields, passage);
        headers.set(RequestIds.NAME, requestId());
        headers.set(HttpHeaderNames.CONNECTION, "Upgrade");
        headers.set(HttpHeaderNames.UPGRADE, "websocket");
        var served = upstream;
        upstream = null;
        over = true;
        connection.interim(answer.status(), headers);
        Tunnel.join(connection, served);
    }

    @Override
    public void answerBody(HttpContent content) {
        if (!answerBegun) {
            // The end of an interim answer.
            content.release();
            return;
        }
        if (content instanceof LastHttpContent last) {
            if (!last.trailingHeaders().isEmpty()) {
                Forwarding.trailers(last.trailingHeaders());
            }
            connection.write(content);
            ended();
        } else {
            connection.write(content);
        }
    }

    private void ended() {
        over = true;
        var served = upstream;
        upstream = null;
        if (served != null) {
            // What was not asked for, or not taken, could be read as part of the next exchange.
            if (upstreamKeeps && requestSent) {
                connection.loop().upstreams().give(served);
            } else {
                served.close();
            }
        }
        connection.finish();
    }

    @Override
    public void answerReadComplete() {
        connection.flush();
        if (upstream != null && connection.channel().isWritable()) {
            upstream.channel().read();
        }
    }

    @Override
    public void broken(String what) {
        over = true;
        releaseEarly();
        dropUpstream();
        if (answerBegun) {
            connection.cutOff(!untilClose || connection.http11());
        } else {
            fail(UpstreamFailure.broken(passage.place(), what), new DefaultHttpHeaders());
        }
    }

    @Override
    public void upstreamGone(boolean reset) {
        var served = upstream;
        upstream = null;
        if (over || served == null) {
            return;
        }
        if (!answerBegun && served.used() && !served.begun() && repeatable()) {
            requestSent = false;
            connection.loop().upstreams().connect(passage.place(), false, this);
        } else {
            broken("it ended in the middle");
        }
    }
}
