package dev.proa.agentmonitor;

import dev.proa.eventlog.OtlpIngest;
import dev.proa.eventlog.OtlpReply;
import dev.proa.eventlog.OtlpRequest;
import dev.proa.eventlog.OtlpSignal;
import dev.proa.gateway.BackendRequest;
import dev.proa.gateway.BackendResponse;
import dev.proa.gateway.BackendRoute;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/**
 * Telemetry by OTLP/HTTP: under {@code /v1} as the protocol has it, under {@code /api/otel/v1} as
 * the event contract has it.
 */
final class OtlpRoutes {
    /** So much more than an exporter may send that most of what is too long is told so in OTLP. */
    private static final int MOST_BYTES = 8 * 1024 * 1024;

    private OtlpRoutes() {}

    static List<BackendRoute> of(OtlpIngest otlp) {
        var routes = new ArrayList<BackendRoute>();
        for (var signal : OtlpSignal.values()) {
            routes.add(
                    new BackendRoute(
                            "POST",
                            signal.path(),
                            MOST_BYTES,
                            request -> response(otlp.take(exported(signal, request)))));
            routes.add(
                    new BackendRoute(
                            "POST",
                            "/api/otel" + signal.path(),
                            MOST_BYTES,
                            request ->
                                    AgentMonitor.response(
                                            otlp.takeJson(exported(signal, request)))));
        }
        routes.add(
                BackendRoute.reading(
                        "GET",
                        "/api/sessions/{id}/spans",
                        request ->
                                AgentMonitor.response(
                                        otlp.spans(
                                                request.segments().getOrDefault("id", ""),
                                                request::parameter))));
        routes.add(
                BackendRoute.reading(
                        "GET", "/api/otel/status", _ -> AgentMonitor.response(otlp.status())));
        return routes;
    }

    private static OtlpRequest exported(OtlpSignal signal, BackendRequest request) {
        return new OtlpRequest(
                signal,
                request.header("content-type"),
                request.header("content-encoding"),
                request.body());
    }

    private static BackendResponse response(OtlpReply reply) {
        var headers = new HashMap<String, String>();
        headers.put("content-type", reply.contentType());
        reply.retryAfter()
                .ifPresent(after ->
                        headers.put("retry-after", Long.toString(Math.max(1, after.toSeconds()))));
        return new BackendResponse.Whole(reply.status(), headers, reply.body());
    }
}
