package dev.proa.profile;

import dev.proa.core.Where;
import dev.proa.profile.Node.Mapping;
import dev.proa.profile.SidecarSpec.Port;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds two listeners that would take the same port. */
final class FixedPorts {
    private final Problems problems;
    private final Map<Integer, String> taken = new HashMap<>();

    FixedPorts(Problems problems) {
        this.problems = problems;
    }

    void check(
            int gateway, Optional<Integer> ingest, Mapping manifest, List<SidecarSpec> sidecars) {
        if (gateway != 0) {
            taken.put(gateway, "the gateway");
        }
        ingest.filter(p -> p != 0)
                .ifPresent(p -> take(p, "the ingest", at(manifest, "ingest", "port")));
        for (var sidecar : sidecars) {
            if (sidecar.port() instanceof Port.Fixed(var port, _)) {
                take(
                        port.number(),
                        "the sidecar " + Quoted.of(sidecar.id()),
                        at(manifest, "sidecars", sidecar.id(), "port", "port"));
            }
        }
    }

    private void take(int port, String owner, Where where) {
        var first = taken.putIfAbsent(port, owner);
        if (first != null) {
            problems.add(
                    where, "%d is the port of %s already".formatted(port, first), "Change one");
        }
    }

    private static Where at(Mapping manifest, String... path) {
        Node node = manifest;
        for (var name : path) {
            var entry = node instanceof Mapping m ? m.entry(name) : Optional.<Node.Entry>empty();
            if (entry.isEmpty()) {
                return node.where();
            }
            node = entry.get().value();
        }
        return node.where();
    }
}
