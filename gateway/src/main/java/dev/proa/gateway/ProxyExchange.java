package dev.proa.gateway;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
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
    private final Guard.Verdict.Passed passed;
    private final Upstream.Ready target;
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
    private long bodySince;

    ProxyExchange(
            ClientConnection connection,
            Head head,
            Guard.Verdict.Passed passed,
            Upstream.Ready target,
            Forwarding forwarding) {
        this.connection = connection;
        this.head = head;
        this.passed = passed;
        this.target = target;
        this.forwarding = forwarding;
        this.webSocket = head.webSocket() && !passed.body().hasBody();
    }

    /** Only what may safely be asked twice goes over a used connection, which may be closing. */
    private boolean repeatable() {
        return IDEMPOTENT.contains(head.method()) && !passed.body().hasBody() && !webSocket;
    }

    @Override
    public void start() {
        bodySince = connection.loop().millis();
        var pool = connection.loop().upstreams();
        var idle =
                repeatable()
                        ? pool.take(target.port().number())
                        : Optional.<UpstreamConnection>empty();
        idle.ifPresentOrElse(this::connected, () -> pool.connect(target.port().number(), this));
    }

    @Override
    public void connected(UpstreamConnection connected) {
        if (over) {
            connected.close();
            return;
        }
        upstream = connected;
        connected.serve(this, head.method().equals("HEAD"));
        var fields = forwarding.request(head, passed.body(), target.token(), webSocket);
        var method = HttpMethod.valueOf(head.method());
        var request =
                new DefaultHttpRequest(HttpVersion.HTTP_1_1, method, passed.target().raw(), fields);
        var channel = connected.channel();
        channel.write(request, channel.voidPromise());
        while (!early.isEmpty()) {
            send(connected, early.removeFirst());
        }
        if (!passed.body().hasBody() && !requestSent) {
            send(connected, LastHttpContent.EMPTY_LAST_CONTENT);
        }
        channel.flush();
        channel.read();
        upstreamWritable();
    }

    @Override
    public void notConnected() {
        if (!over) {
            over = true;
            releaseEarly();
            NotThere.answer(
                    connection,
                    head,
                    new Upstream.NotReady(
                            "The app's backend does not accept connections.",
                            Duration.ofSeconds(1),
                            target.document()));
        }
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
        if (upstream != null) {
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
        if (!asked) {
            bodySince = now;
        } else if (now - bodySince > STALL_MILLIS) {
            gone();
            if (answerBegun) {
                connection.abort();
            } else {
                connection.refuse(Refusal.slow("The body comes too slowly."));
            }
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
                connection.interim(
                        answer.status(),
                        forwarding.answer(answer.headers(), target.port().number()));
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
        var headers = forwarding.answer(answer.headers(), target.port().number());
        OwnHeaders.guardForwarded(headers, forwarding.documentPolicy());
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
        var headers = forwarding.answer(fields, target.port().number());
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
            if (upstreamKeeps && requestSent && !served.leftOver()) {
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
            connection.refuse(
                    new Refusal(
                            502,
                            "The app's backend gave an answer that cannot be passed on: "
                                    + what
                                    + ".",
                            Refusal.Cause.ROUTE));
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
            connection.loop().upstreams().connect(target.port().number(), this);
        } else {
            broken("it ended in the middle");
        }
    }
}
