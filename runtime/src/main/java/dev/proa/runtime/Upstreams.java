package dev.proa.runtime;

import dev.proa.gateway.GatewayRoute;
import dev.proa.gateway.Upstream;
import dev.proa.profile.Destination;
import dev.proa.supervisor.Supervisor;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Where requests go, of a sidecar or of the backend elsewhere, at the moment of each request. */
final class Upstreams {
    private static final Duration SOON = Duration.ofSeconds(1);

    private final Supervisor supervisor;
    private final ConsolePages pages;

    Upstreams(Supervisor supervisor, ConsolePages pages) {
        this.supervisor = supervisor;
        this.pages = pages;
    }

    /** The routes of a mode. */
    List<GatewayRoute> routes(ModeInForce mode) {
        return mode.profile().routes().stream()
                .map(route ->
                        new GatewayRoute(
                                route.prefix(),
                                () -> of(route.to(), mode),
                                RouteMapping.of(route.rules())))
                .toList();
    }

    /** Who serves the page in a mode, where it comes from {@code sidecar} in one that has it. */
    Upstream page(String sidecar, ModeInForce mode) {
        return mode.sidecars().contains(sidecar) || mode.remote().isEmpty()
                ? ofSidecar(sidecar)
                : ofRemote(mode);
    }

    private Upstream of(Destination to, ModeInForce mode) {
        return switch (to) {
            case Destination.Sidecar(var id) -> ofSidecar(id);
            case Destination.Remote() -> ofRemote(mode);
        };
    }

    private Upstream ofRemote(ModeInForce mode) {
        return mode.remote()
                .map(remote ->
                        remote.upstream(why -> pages.waiting(RemoteBackend.NAME, "OFFLINE", why)))
                .orElseGet(
                        () -> new Upstream.NotReady("This mode has no backend elsewhere.", SOON));
    }

    private Upstream ofSidecar(String id) {
        return supervisor
                .upstream(id)
                .<Upstream>map(port -> new Upstream.Ready(port, Optional.of(supervisor.token(id))))
                .orElseGet(() ->
                        new Upstream.NotReady(
                                "The sidecar " + id + " is not ready.",
                                SOON,
                                Optional.of(pages.waiting(id, supervisor.status(id)))));
    }
}
