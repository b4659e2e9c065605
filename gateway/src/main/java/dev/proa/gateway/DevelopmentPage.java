package dev.proa.gateway;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.Optional;

/**
 * The page as a development server makes it: every request goes there as if it had been sent to it
 * directly, since such servers refuse a Host or Origin that is not their own.
 */
final class DevelopmentPage {
    private final String authority;
    private final Upstream.Ready upstream;
    private final Forwarding forwarding;

    /** {@code origin} is that of our own page. */
    DevelopmentPage(PageSource.DevServer source, Keys keys, OwnOrigin origin) {
        this.authority = source.authority();
        this.upstream =
                new Upstream.Ready(source.port(), Optional.empty(), Optional.of(source.waiting()));
        this.forwarding =
                new Forwarding(
                        keys,
                        new OwnOrigin(authority, source.port().number(), false),
                        ContentPolicy.forDevelopment(
                                source.policy().csp(), authority, origin.host()));
    }

    Exchange answer(ClientConnection connection, Head head, Guard.Verdict.Passed passed) {
        return new ProxyExchange(
                connection,
                facing(head),
                passed.body(),
                passed.target().raw(),
                Passage.of(upstream, RouteRules.NONE),
                forwarding);
    }

    private Head facing(Head head) {
        var headers = new DefaultHttpHeaders();
        headers.add(head.headers());
        headers.set(HttpHeaderNames.HOST, authority);
        if (headers.contains(HttpHeaderNames.ORIGIN)) {
            headers.set(HttpHeaderNames.ORIGIN, "http://" + authority);
        }
        return new Head(head.method(), head.target(), head.http11(), headers);
    }
}
