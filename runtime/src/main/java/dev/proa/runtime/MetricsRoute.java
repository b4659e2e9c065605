package dev.proa.runtime;

import dev.proa.gateway.BackendRequest;
import dev.proa.gateway.BackendResponse;
import dev.proa.gateway.BackendRoute;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * {@code GET /_proa/metrics}: OpenMetrics 1.0 for who prefers it, else the Prometheus text format
 * 0.0.4.
 */
final class MetricsRoute {
    private static final String OPEN = "application/openmetrics-text";
    private static final String PLAIN = "text/plain";

    private final Supplier<MetricSnapshots> metrics;

    MetricsRoute(Supplier<MetricSnapshots> metrics) {
        this.metrics = metrics;
    }

    BackendRoute route() {
        return BackendRoute.reading("GET", "/_proa/metrics", this::answer);
    }

    private BackendResponse answer(BackendRequest request) throws IOException {
        var accept =
                String.join(
                        ",", request.only().headers().getOrDefault("accept", java.util.List.of()));
        ExpositionFormatWriter writer =
                prefersOpen(accept)
                        ? OpenMetricsTextFormatWriter.create()
                        : PrometheusTextFormatWriter.create();
        var text = new ByteArrayOutputStream();
        writer.write(text, metrics.get());
        return new BackendResponse.Whole(
                200, Map.of("content-type", writer.getContentType()), text.toByteArray());
    }

    /** Weights as in RFC 9110 section 12.4.2; a draw goes to the older format. */
    static boolean prefersOpen(String accept) {
        double open = 0;
        double plain = 0;
        for (var range : accept.split(",", -1)) {
            var parts = range.toLowerCase(Locale.ROOT).split(";", -1);
            var type = parts[0].strip();
            double weight = weight(parts);
            if (type.equals(OPEN)) {
                open = Math.max(open, weight);
            } else if (type.equals(PLAIN)) {
                plain = Math.max(plain, weight);
            }
        }
        return open > plain;
    }

    private static double weight(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            var part = parts[i].strip();
            if (part.matches("q=(0(\\.\\d{0,3})?|1(\\.0{0,3})?)")) {
                return Double.parseDouble(part.substring(2));
            }
        }
        return 1;
    }
}
