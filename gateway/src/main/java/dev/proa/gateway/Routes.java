package dev.proa.gateway;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The routes in force at one time, the longest prefix first. Replaced as a whole. */
final class Routes {
    private record Prefix(List<String> segments, GatewayRoute route) {}

    private final List<Prefix> prefixes;

    Routes(List<GatewayRoute> routes) {
        prefixes =
                routes.stream()
                        .map(route -> new Prefix(Target.prefix(route.prefix()), route))
                        .sorted(
                                Comparator.comparingInt(
                                        (Prefix prefix) -> -prefix.segments().size()))
                        .toList();
    }

    /** The route for a path, if it has one. */
    Optional<GatewayRoute> find(Target target) {
        for (var prefix : prefixes) {
            if (target.under(prefix.segments())) {
                return Optional.of(prefix.route());
            }
        }
        return Optional.empty();
    }
}
