package dev.proa.gateway;

import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Admits who holds the token or the page's cookie. */
final class PageEntrance implements Guard.Entrance {
    private static final List<String> LIVE = List.of("_proa", "health", "live");
    static final List<String> BOOT = List.of("_proa", "boot");

    private final Keys keys;
    private final Supplier<Routes> routes;

    PageEntrance(Keys keys) {
        this(keys, () -> new Routes(List.of()));
    }

    PageEntrance(Keys keys, Supplier<Routes> routes) {
        this.keys = keys;
        this.routes = routes;
    }

    /** The two paths that need no token: the sign of life, and where a nonce is traded. */
    static boolean open(Head head, Target target) {
        var get = head.method().equals("GET");
        return (target.segments().equals(LIVE) && (get || head.method().equals("HEAD")))
                || (target.segments().equals(BOOT) && get);
    }

    @Override
    public Optional<Refusal> admit(Head head, Target target, Guard.Peer peer) {
        if (open(head, target)) {
            return Optional.empty();
        }
        return switch (keys.proof(head.headers())) {
            case TOKEN -> Optional.empty();
            case COOKIE -> cookieAlone(head);
            case NONE ->
                    inQuery(head, target)
                            ? Optional.empty()
                            : Optional.of(
                                    new Refusal(
                                            401,
                                            "A token of this run is needed, as X-Proa-Token or bearer.",
                                            Refusal.Cause.TOKEN));
        };
    }

    /** For old clients, where the route says so; never beside a token of another kind. */
    private boolean inQuery(Head head, Target target) {
        return !head.headers().contains(Keys.TOKEN_FIELD)
                && keys.shown(routes.get().tokensInQuery(target));
    }

    /** A cookie is sent by browsers without being asked, so it needs company to change anything. */
    private static Optional<Refusal> cookieAlone(Head head) {
        if ((head.safe() && !head.upgrade()) || head.headers().contains(HttpHeaderNames.ORIGIN)) {
            return Optional.empty();
        }
        return Optional.of(
                new Refusal(
                        403,
                        "A request that relies on the cookie must name its Origin.",
                        Refusal.Cause.ORIGIN));
    }
}
