package dev.proa.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts what passes through the gateway. Safe to use from any thread; nothing waits. */
final class Traffic {
    /** For requests that were refused before a route was looked for. */
    static final String NO_ROUTE = "none";

    private static final List<Double> BOUNDS =
            List.of(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0);
    private static final List<String> CLASSES = List.of("none", "1xx", "2xx", "3xx", "4xx", "5xx");

    final LongAdder connections = new LongAdder();
    final LongAdder inFlight = new LongAdder();
    final LongAdder tunnels = new LongAdder();
    final LongAdder upstreamConnections = new LongAdder();
    private final Map<String, Route> routes = new ConcurrentHashMap<>();

    /** The counters of one route. */
    static final class Route {
        final LongAdder requestBytes = new LongAdder();
        final LongAdder responseBytes = new LongAdder();
        private final LongAdder[] answers = adders(CLASSES.size());
        private final LongAdder[] buckets = adders(BOUNDS.size() + 1);
        private final LongAdder micros = new LongAdder();

        private static LongAdder[] adders(int count) {
            var adders = new LongAdder[count];
            for (int i = 0; i < count; i++) {
                adders[i] = new LongAdder();
            }
            return adders;
        }

        /** A final answer began so long after the head of its request. */
        void answered(int status, long afterMicros) {
            answers[Math.clamp(status / 100, 1, 5)].increment();
            int bucket = 0;
            while (bucket < BOUNDS.size() && afterMicros > BOUNDS.get(bucket) * 1e6) {
                bucket++;
            }
            buckets[bucket].increment();
            micros.add(afterMicros);
        }

        /** The client left before an answer. */
        void unanswered() {
            answers[0].increment();
        }

        private TrafficReport.Route report(String name) {
            var byClass = new TreeMap<String, Long>();
            for (int i = 0; i < answers.length; i++) {
                byClass.put(CLASSES.get(i), answers[i].sum());
            }
            var counts = new ArrayList<Long>();
            for (var bucket : buckets) {
                counts.add(bucket.sum());
            }
            return new TrafficReport.Route(
                    name,
                    byClass,
                    requestBytes.sum(),
                    responseBytes.sum(),
                    counts,
                    micros.sum() / 1e6);
        }
    }

    /** The counters of a route; names are those of the configuration, so there are few. */
    Route route(String name) {
        return routes.computeIfAbsent(name, _ -> new Route());
    }

    TrafficReport report(Map<String, Long> refused) {
        var reports = new ArrayList<TrafficReport.Route>();
        new TreeMap<>(routes).forEach((name, route) -> reports.add(route.report(name)));
        return new TrafficReport(
                connections.sum(),
                inFlight.sum(),
                tunnels.sum(),
                upstreamConnections.sum(),
                refused,
                reports,
                BOUNDS);
    }
}
