package dev.proa.gateway;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The routes to upstreams; of several that fit, the longest prefix wins. */
final class Routes {
    private record Entry(List<String> prefix, GatewayRoute route) {}

    private final List<Entry> entries;

    Routes(List<GatewayRoute> routes) {
        entries =
                routes.stream()
                        .map(route -> new Entry(Target.prefix(route.prefix()), route))
                        .sorted(Comparator.comparingInt((Entry entry) -> -entry.prefix().size()))
                        .toList();
    }

    Optional<GatewayRoute> find(Target target) {
        for (var entry : entries) {
            if (target.under(entry.prefix())) {
                return Optional.of(entry.route());
            }
        }
        return Optional.empty();
    }

    /** What the request shows in the query where its route allows that. */
    List<String> tokensInQuery(Target target) {
        if (target.ours() || target.raw().indexOf('?') < 0) {
            return List.of();
        }
        return find(target)
                .flatMap(route -> route.rules().queryToken())
                .map(name -> target.query().getOrDefault(name, List.of()))
                .orElse(List.of());
    }
}
