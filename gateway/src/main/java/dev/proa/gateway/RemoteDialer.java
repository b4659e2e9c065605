package dev.proa.gateway;

import dev.proa.gateway.UpstreamPool.Caller;
import dev.proa.gateway.UpstreamPool.Failure;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;

/**
 * Connects to remote servers: looks up the name, tries its addresses in turn, and over TLS learns
 * which HTTP is spoken. Requests share an HTTP/2 connection; those that come while it is not known
 * wait for what the first one finds. Event loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails ends the channel, and that is heard
final class RemoteDialer {
    private static final int CONNECT_MILLIS = 5_000;
    private static final int FAREWELL_MILLIS = 200;
    private static final int MAX_ADDRESSES = 4;

    /** What this loop knows of one server. */
    private static final class Known {
        private boolean http1;
        private final List<Http2Link> links = new ArrayList<>();
        private final List<Caller> waiting = new ArrayList<>();

        private List<Caller> takeWaiting() {
            var callers = new ArrayList<>(waiting);
            waiting.clear();
            return callers;
        }
    }

    /** One attempt to reach a server; {@code either} if HTTP/2 will do as well. */
    private record Attempt(Place.There there, boolean either, Caller caller) {}

    private final Loop loop;
    private final UpstreamPool pool;
    private final Map<RemoteServer, Known> known = new HashMap<>();

    RemoteDialer(Loop loop, UpstreamPool pool) {
        this.loop = loop;
        this.pool = pool;
    }

    void connect(Place.There there, boolean webSocket, Caller caller) {
        var server = known(there);
        if (webSocket || server.http1 || there.server().trust().isEmpty()) {
            resolve(new Attempt(there, false, caller));
            return;
        }
        for (var link : server.links) {
            if (link.usable()) {
                link.open(caller);
                return;
            }
        }
        server.waiting.add(caller);
        if (server.waiting.size() == 1) {
            resolve(new Attempt(there, true, new First(there)));
        }
    }

    private Known known(Place.There there) {
        return known.computeIfAbsent(there.server(), _ -> new Known());
    }

    /** Goes ahead of others that want the same server while nobody knows what it speaks. */
    private final class First implements Caller {
        private final Place.There there;

        private First(Place.There there) {
            this.there = there;
        }

        @Override
        public void connected(UpstreamConnection connection) {
            var server = known(there);
            server.http1 = true;
            var callers = server.takeWaiting();
            callers.removeFirst().connected(connection);
            callers.forEach(caller -> connect(there, false, caller));
        }

        @Override
        public void notConnected(Failure failure) {
            known(there).takeWaiting().forEach(caller -> caller.notConnected(failure));
        }
    }

    /** Asks the system for the name on a thread that may block; it ends with the answer. */
    private void resolve(Attempt attempt) {
        Thread.ofVirtual()
                .name("proa-resolve")
                .start(() -> {
                    var addresses = addresses(attempt.there().server().host());
                    try {
                        loop.events().execute(() -> dial(attempt, addresses));
                    } catch (RejectedExecutionException e) {
                        // The gateway has been closed meanwhile, and its exchanges with it.
                        Thread.currentThread().interrupt();
                    }
                });
    }

    private static List<InetAddress> addresses(String host) {
        try {
            return List.of(InetAddress.getAllByName(host));
        } catch (UnknownHostException e) {
            return List.of();
        }
    }

    private void dial(Attempt attempt, List<InetAddress> addresses) {
        if (addresses.isEmpty()) {
            attempt.caller().notConnected(Failure.UNKNOWN_NAME);
            return;
        }
        var to = new InetSocketAddress(addresses.getFirst(), attempt.there().server().port());
        var rest = addresses.subList(1, Math.min(addresses.size(), MAX_ADDRESSES));
        pool.dial(to, CONNECT_MILLIS)
                .addListener(
                        (ChannelFutureListener)
                                done -> {
                                    if (done.isSuccess()) {
                                        established(attempt, done.channel());
                                    } else if (!rest.isEmpty()) {
                                        dial(attempt, rest);
                                    } else {
                                        attempt.caller()
                                                .notConnected(
                                                        done.cause()
                                                                        instanceof
                                                                        ConnectTimeoutException
                                                                ? Failure.TIMED_OUT
                                                                : Failure.REFUSED);
                                    }
                                });
    }

    private void established(Attempt attempt, Channel channel) {
        var server = attempt.there().server();
        if (server.trust().isEmpty()) {
            attempt.caller().connected(UpstreamConnection.http1(channel, attempt.there()));
            return;
        }
        var trust = server.trust().get();
        var context = attempt.either() ? trust.either() : trust.http1();
        var tls = context.newHandler(channel.alloc(), server.host(), server.port());
        tls.setHandshakeTimeoutMillis(CONNECT_MILLIS);
        tls.setCloseNotifyFlushTimeoutMillis(FAREWELL_MILLIS);
        channel.pipeline().addLast(tls, new Negotiation(attempt));
        channel.read();
    }

    /** Hears how the handshake ended and what was agreed on (RFC 7301). */
    private final class Negotiation extends ApplicationProtocolNegotiationHandler {
        private final Attempt attempt;
        private boolean told;

        private Negotiation(Attempt attempt) {
            super(ApplicationProtocolNames.HTTP_1_1);
            this.attempt = attempt;
        }

        @Override
        protected void configurePipeline(ChannelHandlerContext context, String protocol) {
            told = true;
            if (attempt.either() && protocol.equals(ApplicationProtocolNames.HTTP_2)) {
                join(context.channel());
            } else {
                attempt.caller()
                        .connected(UpstreamConnection.http1(context.channel(), attempt.there()));
            }
        }

        private void join(Channel channel) {
            var server = known(attempt.there());
            var link = Http2Link.over(channel, attempt.there(), loop, server.links::remove);
            server.links.add(link);
            loop.sweepSoon();
            server.takeWaiting().forEach(link::open);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event)
                throws Exception {
            if (event instanceof SslHandshakeCompletionEvent end && !end.isSuccess()) {
                handshakeFailure(context, end.cause());
            } else {
                super.userEventTriggered(context, event);
            }
        }

        @Override
        protected void handshakeFailure(ChannelHandlerContext context, Throwable cause) {
            if (!told) {
                told = true;
                attempt.caller()
                        .notConnected(
                                cause instanceof SslHandshakeTimeoutException
                                        ? Failure.TIMED_OUT
                                        : Failure.UNTRUSTED);
            }
            context.close();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            handshakeFailure(context, cause);
        }
    }

    /** Whether nothing is open that a sweep would have to end. */
    boolean isEmpty() {
        return known.values().stream().allMatch(server -> server.links.isEmpty());
    }

    void sweep(long now) {
        for (var server : known.values()) {
            List.copyOf(server.links).forEach(link -> link.sweep(now));
        }
    }
}
