package dev.proa.runtime;

import dev.proa.core.Redaction;
import dev.proa.gateway.BackendHandler;
import dev.proa.gateway.BackendRequest;
import dev.proa.gateway.BackendResponse;
import dev.proa.gateway.BackendRoute;
import dev.proa.gateway.RequestProblem;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;

/** The endpoints under {@code /_proa/sidecars/} that start, stop and restart. */
final class SidecarRoutes {
    private final SidecarControl control;
    private final Redaction redaction;

    SidecarRoutes(SidecarControl control, Redaction redaction) {
        this.control = control;
        this.redaction = redaction;
    }

    List<BackendRoute> routes() {
        return List.of(
                route("{sidecar}/start", request -> one(request, SidecarControl.Wish.START)),
                route("{sidecar}/stop", request -> one(request, SidecarControl.Wish.STOP)),
                route("{sidecar}/restart", request -> one(request, SidecarControl.Wish.RESTART)),
                route("restart", this::all));
    }

    private static BackendRoute route(String path, BackendHandler handler) {
        return BackendRoute.reading("POST", "/_proa/sidecars/" + path, handler);
    }

    private BackendResponse one(BackendRequest request, SidecarControl.Wish wish)
            throws InterruptedException {
        var id = request.segments().getOrDefault("sidecar", "");
        return control.ask(id, wish, Answers.reason(request.only()))
                .map(status -> Answers.json(202, SidecarJson.of(status, redaction)))
                .orElseThrow(() ->
                        RequestProblem.notFound(
                                "There is no sidecar called " + Answers.cut(id) + "."));
    }

    private BackendResponse all(BackendRequest request) throws InterruptedException {
        var body = JsonNodeFactory.instance.objectNode();
        var sidecars = body.putArray("sidecars");
        control.restartAll(Answers.reason(request.only()))
                .forEach(status -> sidecars.add(SidecarJson.of(status, redaction)));
        return Answers.json(202, body);
    }
}
