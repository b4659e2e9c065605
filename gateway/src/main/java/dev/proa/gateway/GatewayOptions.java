package dev.proa.gateway;

import dev.proa.core.Secret;
import dev.proa.journal.Journal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * What a gateway is opened with.
 *
 * @param token of this run; callers show it as {@code X-Proa-Token} or bearer
 * @param port to listen on, 0 for any free one
 * @param usual the port that is tried first where any will do
 * @param page where the page comes from
 * @param routes to upstreams
 * @param control endpoints under {@code /_proa/} beside those the gateway has itself ({@code
 *     health/live}, {@code boot}, {@code channel}, {@code events})
 * @param backend whether an embedded backend will come: until {@link Gateway#serve} its paths
 *     answer 503
 * @param ingest the second listener, if the app has one
 * @param generation grows with every start of the runtime; the {@code g} of the page channel
 * @param heartbeat between two signs of life on it, above zero; 15 seconds is usual
 * @param listening where beside {@code 127.0.0.1}
 * @param accessLog one line for each request, if there is one
 * @param heard told what pages say; called on an event loop, so it must not block
 */
public record GatewayOptions(
        Secret token,
        int port,
        OptionalInt usual,
        PageSource page,
        List<GatewayRoute> routes,
        List<BackendRoute> control,
        boolean backend,
        Optional<IngestOptions> ingest,
        long generation,
        Duration heartbeat,
        Listening listening,
        Optional<AccessLogSpec> accessLog,
        Consumer<PageMessage> heard,
        Journal journal,
        InstantSource clock) {
    public GatewayOptions {
        routes = List.copyOf(routes);
        control = List.copyOf(control);
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port must be within 0..65535, was " + port);
        }
        if (usual.isPresent() && (usual.getAsInt() < 1 || usual.getAsInt() > 65_535)) {
            throw new IllegalArgumentException(
                    "usual port must be within 1..65535, was " + usual.getAsInt());
        }
        if (!heartbeat.isPositive()) {
            throw new IllegalArgumentException("a heartbeat needs time, was " + heartbeat);
        }
        for (var route : control) {
            if (!route.path().startsWith("/_proa/")) {
                throw new IllegalArgumentException(
                        "a control path lies under /_proa/, was " + route.path());
            }
        }
    }

    /** The ports to be tried, the wanted one first. */
    List<Integer> ports() {
        return port == 0 && usual.isPresent() ? List.of(usual.getAsInt(), 0) : List.of(port);
    }
}
