package dev.proa.runtime;

import dev.proa.gateway.PageChannel;
import dev.proa.gateway.TrafficReport;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** What passes through the gateway and the page channel, in metrics. */
final class GatewayMetrics {
    private static final String INGEST = "ingest";

    private final TrafficReport traffic;
    private final PageChannel.Statistics channel;

    GatewayMetrics(TrafficReport traffic, PageChannel.Statistics channel) {
        this.traffic = traffic;
        this.channel = channel;
    }

    List<MetricSnapshot> snapshots() {
        return List.of(
                requests(),
                bytes(
                        "proa_gateway_request_bytes",
                        "Bodies of requests and what WebSockets carried from clients.",
                        TrafficReport.Route::requestBytes),
                bytes(
                        "proa_gateway_response_bytes",
                        "Bodies of answers and what WebSockets carried to clients.",
                        TrafficReport.Route::responseBytes),
                duration(),
                refused(),
                Metric.gauge(
                        "proa_gateway_requests_in_flight",
                        "Requests whose answer has not ended.",
                        traffic.inFlight()),
                Metric.gauge(
                        "proa_gateway_connections", "Clients' connections.", traffic.connections()),
                Metric.gauge(
                        "proa_gateway_websockets", "WebSockets that are open.", traffic.tunnels()),
                Metric.gauge(
                        "proa_gateway_upstream_connections",
                        "Connections to upstreams, idle ones among them.",
                        traffic.upstreamConnections()),
                ingest(),
                Metric.gauge("proa_channel_pages", "Pages on the page channel.", channel.pages()),
                Metric.counter(
                        "proa_channel_batches", "Batches published to pages.", channel.batches()),
                Metric.counter(
                        "proa_channel_events", "Events published to pages.", channel.events()),
                Metric.bytesGauge(
                        "proa_channel_unacked_bytes",
                        "Sent to pages and not acknowledged yet.",
                        channel.unackedBytes()),
                Metric.counter(
                        "proa_channel_dropped_events",
                        "Events that pages were told they have missed.",
                        channel.dropped()));
    }

    private CounterSnapshot requests() {
        var counter =
                CounterSnapshot.builder()
                        .name("proa_gateway_requests")
                        .help(
                                "Requests by who answered and by the class of the status; \"none\" as status: the client"
                                        + " left before an answer, as route: refused before a route was looked for.");
        for (var route : traffic.routes()) {
            route.answers()
                    .forEach((status, count) ->
                            counter.dataPoint(
                                    CounterDataPointSnapshot.builder()
                                            .labels(
                                                    Labels.of(
                                                            "route",
                                                            route.name(),
                                                            "status",
                                                            status))
                                            .value((double) count)
                                            .build()));
        }
        return counter.build();
    }

    private CounterSnapshot bytes(
            String name, String help, ToLongFunction<TrafficReport.Route> value) {
        var counter = CounterSnapshot.builder().name(name).unit(Unit.BYTES).help(help);
        for (var route : traffic.routes()) {
            counter.dataPoint(
                    CounterDataPointSnapshot.builder()
                            .labels(Labels.of("route", route.name()))
                            .value((double) value.applyAsLong(route))
                            .build());
        }
        return counter.build();
    }

    private HistogramSnapshot duration() {
        var histogram =
                HistogramSnapshot.builder()
                        .name("proa_gateway_request_duration_seconds")
                        .unit(Unit.SECONDS)
                        .help("From the head of a request to the head of its answer.");
        var bounds = new ArrayList<>(traffic.bounds());
        bounds.add(Double.POSITIVE_INFINITY);
        for (var route : traffic.routes()) {
            histogram.dataPoint(
                    HistogramDataPointSnapshot.builder()
                            .labels(Labels.of("route", route.name()))
                            .classicHistogramBuckets(
                                    ClassicHistogramBuckets.of(bounds, route.buckets()))
                            .sum(route.seconds())
                            .build());
        }
        return histogram.build();
    }

    private CounterSnapshot refused() {
        var counter =
                CounterSnapshot.builder()
                        .name("proa_gateway_refused_requests")
                        .help("Requests that the guard refused, by reason.");
        traffic.refused()
                .forEach((reason, count) ->
                        counter.dataPoint(
                                CounterDataPointSnapshot.builder()
                                        .labels(Labels.of("reason", reason))
                                        .value((double) count)
                                        .build()));
        return counter.build();
    }

    private CounterSnapshot ingest() {
        long accepted = 0;
        long refused = 0;
        for (var route : traffic.routes()) {
            if (route.name().equals(INGEST)) {
                accepted = route.answers().getOrDefault("2xx", 0L);
                refused = route.answers().values().stream().mapToLong(n -> n).sum() - accepted;
            }
        }
        return CounterSnapshot.builder()
                .name("proa_ingest_requests")
                .help("Requests to the ingest's own port that passed its guard, by outcome.")
                .dataPoint(outcome("accepted", accepted))
                .dataPoint(outcome("refused", refused))
                .build();
    }

    private static CounterDataPointSnapshot outcome(String outcome, long count) {
        return CounterDataPointSnapshot.builder()
                .labels(Labels.of("outcome", outcome))
                .value((double) count)
                .build();
    }
}
