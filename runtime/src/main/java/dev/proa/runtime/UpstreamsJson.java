package dev.proa.runtime;

import dev.proa.core.Redaction;
import dev.proa.gateway.RemoteState;
import dev.proa.profile.Destination;
import dev.proa.profile.Profile;
import dev.proa.profile.RouteSpec;
import dev.proa.supervisor.SidecarStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Where requests go, in the words of {@code status}: each upstream by its name. */
final class UpstreamsJson {
    private UpstreamsJson() {}

    static ObjectNode of(List<SidecarStatus> sidecars, ModeInForce mode, Redaction redaction) {
        var byName = new TreeMap<String, ObjectNode>();
        for (var route : mode.profile().routes()) {
            node(byName, name(route)).withArray("routes").add(route.prefix());
        }
        if (mode.profile().ui() instanceof Profile.Ui.FromSidecar(var id)) {
            var serves = mode.sidecars().contains(id) || mode.remote().isEmpty();
            node(byName, serves ? id : RemoteBackend.NAME).withArray("routes").add("/");
        }
        for (var sidecar : sidecars) {
            Optional.ofNullable(byName.get(sidecar.id()))
                    .ifPresent(json ->
                            json.put("state", sidecar.state().name())
                                    .put("ready", sidecar.ready())
                                    .put("reason", redaction.of(sidecar.reason()))
                                    .put("attempt", sidecar.restarts())
                                    .put("next_at", text(sidecar.nextStart())));
        }
        mode.remote()
                .ifPresent(remote -> tell(remote, node(byName, RemoteBackend.NAME), redaction));
        var json = JsonNodeFactory.instance.objectNode();
        byName.forEach(json::set);
        return json;
    }

    private static void tell(RemoteBackend remote, ObjectNode json, Redaction redaction) {
        json.put("state", remote.word())
                .put("ready", remote.online())
                .put("url", remote.base().toString())
                .put("attempt", remote.attempt())
                .put("next_at", text(remote.nextAt()))
                .put("since", remote.state().since().toString())
                .put(
                        "reason",
                        remote.state() instanceof RemoteState.Offline away
                                ? redaction.of(away.reason())
                                : "");
    }

    private static ObjectNode node(Map<String, ObjectNode> byName, String name) {
        return byName.computeIfAbsent(
                name,
                _ -> {
                    var json = JsonNodeFactory.instance.objectNode();
                    json.putArray("routes");
                    return json;
                });
    }

    private static String name(RouteSpec route) {
        return switch (route.to()) {
            case Destination.Sidecar(var id) -> id;
            case Destination.Remote() -> RemoteBackend.NAME;
        };
    }

    private static @org.jspecify.annotations.Nullable String text(Optional<Instant> at) {
        return at.map(Instant::toString).orElse(null);
    }
}
