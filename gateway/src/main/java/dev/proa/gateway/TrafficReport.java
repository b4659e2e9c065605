package dev.proa.gateway;

import java.util.List;
import java.util.Map;

/**
 * What has passed through a gateway since its start, and what is open now.
 *
 * @param connections of clients, open now
 * @param inFlight requests whose answer has not ended
 * @param tunnels WebSockets open now
 * @param upstreamConnections open now, idle ones among them
 * @param refused how many requests the guard refused, by the words of {@code requests_refused}
 * @param routes what each has carried
 * @param bounds upper bounds of the buckets of {@link Route#buckets}, in seconds, ascending
 */
public record TrafficReport(
        long connections,
        long inFlight,
        long tunnels,
        long upstreamConnections,
        Map<String, Long> refused,
        List<Route> routes,
        List<Double> bounds) {
    public TrafficReport {
        refused = Map.copyOf(refused);
        routes = List.copyOf(routes);
        bounds = List.copyOf(bounds);
    }

    /**
     * One route.
     *
     * @param name the prefix of a route, or {@code _proa}, {@code embedded}, {@code page}, {@code
     *     ingest}; {@code none} for what was refused before a route was looked for
     * @param answers by class of the status, {@code 1xx} to {@code 5xx}; {@code none} counts
     *     requests whose client left before an answer
     * @param requestBytes of bodies, and of WebSockets, from clients
     * @param responseBytes of bodies, and of WebSockets, to clients
     * @param buckets how many answers began within each bound after their request's head, not added
     *     up; the last one counts those above all bounds
     * @param seconds all of these times together
     */
    public record Route(
            String name,
            Map<String, Long> answers,
            long requestBytes,
            long responseBytes,
            List<Long> buckets,
            double seconds) {
        public Route {
            answers = Map.copyOf(answers);
            buckets = List.copyOf(buckets);
        }
    }
}
