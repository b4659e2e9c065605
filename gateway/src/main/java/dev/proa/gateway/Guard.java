package dev.proa.gateway;

import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.Optional;

/**
 * Decides about a head before anything else does, in this order: parse, Host, Origin,
 * Sec-Fetch-Site, token. It knows nothing but the head, and nothing is forwarded without its {@link
 * Verdict.Passed}.
 */
final class Guard {
    /** What may be done with a request. */
    sealed interface Verdict {
        /** It may be routed. */
        record Passed(Target target, Framing body) implements Verdict {}

        record Refused(Refusal refusal) implements Verdict {}
    }

    /** Says whom a request comes from; the last step of the guard. */
    @FunctionalInterface
    interface Entrance {
        /** Nothing if the caller may go on, else the refusal. */
        Optional<Refusal> admit(Head head, Target target, Peer peer);
    }

    /** Whose process is at the other end, as far as anybody has asked the system. */
    enum Peer {
        OUR_USER,
        OTHER_USER,
        UNKNOWN
    }

    private final HostRule hosts;
    private final Entrance entrance;
    private final BrowserRule browsers;

    /** What the Host field must be; exactly. */
    @FunctionalInterface
    interface HostRule {
        boolean allows(String host);
    }

    /** What is known of requests that a browser sends. */
    @FunctionalInterface
    interface BrowserRule {
        Optional<Refusal> check(Head head);
    }

    Guard(HostRule hosts, BrowserRule browsers, Entrance entrance) {
        this.hosts = hosts;
        this.browsers = browsers;
        this.entrance = entrance;
    }

    /** Decides; has no effect. */
    Verdict check(Head head, Peer peer) {
        if (head.method().equals("TRACE") || (head.target().equals("*") && options(head))) {
            return refused(405, "This method is not supported.", Refusal.Cause.METHOD);
        }
        var target = head.method().equals("CONNECT") ? Optional.<Target>empty() : target(head);
        if (target.isEmpty()) {
            return malformed(400, "the target must be a plain path");
        }
        var names = head.headers().getAll(HttpHeaderNames.HOST);
        if (names.size() != 1) {
            return malformed(400, "there must be exactly one Host");
        }
        var framing = Framing.of(head.headers(), head.http11());
        if (framing instanceof Framing.Broken(int status, String what)) {
            return malformed(status, what);
        }
        var expect = head.headers().getAll(HttpHeaderNames.EXPECT);
        if (expect.size() > 1
                || (expect.size() == 1 && !expect.getFirst().equalsIgnoreCase("100-continue"))) {
            return malformed(417, "only 100-continue can be expected");
        }
        if (!hosts.allows(names.getFirst())) {
            return refused(421, "", Refusal.Cause.HOST);
        }
        var passed = target.get();
        var refusal = browsers.check(head).or(() -> entrance.admit(head, passed, peer));
        if (refusal.isPresent()) {
            return new Verdict.Refused(refusal.get());
        }
        return new Verdict.Passed(passed, framing);
    }

    private static boolean options(Head head) {
        return head.method().equals("OPTIONS");
    }

    private static Optional<Target> target(Head head) {
        return Target.of(head.target());
    }

    private static Verdict malformed(int status, String what) {
        return new Verdict.Refused(Refusal.malformed(status, what));
    }

    private static Verdict refused(int status, String detail, Refusal.Cause cause) {
        return new Verdict.Refused(new Refusal(status, detail, cause));
    }

    /** The page's rule: what a browser says about itself must point at our own origin. */
    static BrowserRule sameOrigin(String origin) {
        return head -> {
            var origins = head.headers().getAll(HttpHeaderNames.ORIGIN);
            if (origins.size() > 1 || !origins.stream().allMatch(origin::equals)) {
                return Optional.of(
                        new Refusal(
                                403,
                                "Requests from other origins are refused.",
                                Refusal.Cause.ORIGIN));
            }
            var sites = head.headers().getAll("sec-fetch-site");
            if (!sites.stream().allMatch(site -> ownSite(site, head))) {
                return Optional.of(
                        new Refusal(
                                403,
                                "Requests from other sites are refused.",
                                Refusal.Cause.FETCH_SITE));
            }
            return Optional.empty();
        };
    }

    private static boolean ownSite(String site, Head head) {
        var navigation =
                head.method().equals("GET")
                        && head.headers().getAll("sec-fetch-mode").stream()
                                .allMatch("navigate"::equals);
        return site.equals("same-origin") || (site.equals("none") && navigation);
    }

    /** The ingest's rule: browsers have no business there. */
    static Optional<Refusal> noBrowser(Head head) {
        if (head.headers().contains(HttpHeaderNames.ORIGIN)) {
            return Optional.of(
                    new Refusal(
                            403, "Requests from pages are refused here.", Refusal.Cause.ORIGIN));
        }
        if (head.headers().contains("sec-fetch-site")) {
            return Optional.of(
                    new Refusal(
                            403,
                            "Requests from pages are refused here.",
                            Refusal.Cause.FETCH_SITE));
        }
        return Optional.empty();
    }
}
