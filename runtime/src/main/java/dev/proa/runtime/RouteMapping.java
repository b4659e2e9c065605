package dev.proa.runtime;

import dev.proa.gateway.HeaderRules;
import dev.proa.gateway.PathRewrite;
import dev.proa.gateway.RouteRules;

/** Rules of routes in the words of the gateway, which knows no profile. */
final class RouteMapping {
    private RouteMapping() {}

    static RouteRules of(dev.proa.profile.RouteRules rules) {
        return new RouteRules(
                rules.rewrite().map(path -> new PathRewrite(path.strip(), path.prepend())),
                of(rules.request()),
                of(rules.response()),
                rules.maxBody(),
                rules.timeout(),
                rules.hold(),
                rules.queryToken());
    }

    private static HeaderRules of(dev.proa.profile.HeaderRules rules) {
        return new HeaderRules(rules.put(), rules.remove());
    }
}
