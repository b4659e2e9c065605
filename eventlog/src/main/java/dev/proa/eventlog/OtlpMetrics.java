package dev.proa.eventlog;

import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.DataPointFlags;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.resource.v1.Resource;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes events of what token and cost meters have grown by. Other metrics are not kept: what they
 * count is known from events already.
 */
final class OtlpMetrics {
    private static final Set<String> TOKENS =
            Set.of(
                    "claude_code.token.usage",
                    "codex_cli_rs.token.usage",
                    "gen_ai.client.token.usage");
    private static final Set<String> COSTS =
            Set.of("claude_code.cost.usage", "codex_cli_rs.cost.usage", "gen_ai.client.cost.usage");

    private static final String INFERENCE = "gen_ai.client.inference.usage.";

    /** Meters of one class of tokens each, by the GenAI conventions of September 2026. */
    private static final Map<String, String> PARTS =
            Map.of(
                    INFERENCE + "input_tokens", "in",
                    INFERENCE + "output_tokens", "out",
                    INFERENCE + "cache_read.input_tokens", "read",
                    INFERENCE + "cache_write.input_tokens", "write");

    private static final Set<String> CACHES = Set.of("read", "write");

    /** Classes of tokens by the words for them; any other word is input. */
    private static final Map<String, String> CLASSES =
            Map.of(
                    "output", "out",
                    "cacheRead", "read",
                    "cache_read", "read",
                    "cacheCreation", "write",
                    "cache_creation", "write",
                    "cache_write", "write");

    private static final Set<String> TYPE_NAMES = Set.copyOf(OtlpField.TOKEN_TYPE.names());

    /** What a metric of any form says at one moment. */
    private record Point(
            Message whole,
            List<KeyValue> attributes,
            @Nullable BigDecimal value,
            long startNanos,
            long atNanos,
            boolean cumulative) {}

    /** A metric with what is around it. */
    private record Meter(Resource resource, OtlpItem.Around around, String name) {}

    private OtlpMetrics() {}

    static void gather(ExportMetricsServiceRequest request, OtlpHarvest harvest) {
        for (var resource : request.getResourceMetricsList()) {
            for (var scope : resource.getScopeMetricsList()) {
                var around = OtlpItem.Around.of(resource.getResource(), scope.getScope());
                var cached = cached(scope.getMetricsList());
                for (var metric : scope.getMetricsList()) {
                    var meter = new Meter(resource.getResource(), around, metric.getName());
                    for (var point : points(metric)) {
                        harvest.received();
                        gather(meter, uncached(meter, point, cached), harvest);
                    }
                }
            }
        }
    }

    /** By attributes, how many of the tokens that went in are those of a cache. */
    private static Map<String, BigDecimal> cached(List<Metric> metrics) {
        var cached = new HashMap<String, BigDecimal>();
        for (var metric : metrics) {
            if (CACHES.contains(PARTS.getOrDefault(metric.getName(), ""))) {
                for (var point : points(metric)) {
                    var value = point.value();
                    if (value != null) {
                        cached.merge(sorted(point.attributes()), value, BigDecimal::add);
                    }
                }
            }
        }
        return cached;
    }

    /**
     * No class of tokens is part of another here; in these conventions input has those of caches.
     */
    private static Point uncached(Meter meter, Point point, Map<String, BigDecimal> cached) {
        var value = point.value();
        if (value == null || !PARTS.getOrDefault(meter.name(), "").equals("in")) {
            return point;
        }
        var part = cached.getOrDefault(sorted(point.attributes()), BigDecimal.ZERO);
        return new Point(
                point.whole(),
                point.attributes(),
                value.subtract(part).max(BigDecimal.ZERO),
                point.startNanos(),
                point.atNanos(),
                point.cumulative());
    }

    private static String sorted(List<KeyValue> attributes) {
        return sorted(OtlpValues.object(attributes));
    }

    private static String sorted(ObjectNode attributes) {
        var sorted = new TreeMap<String, String>();
        attributes.properties().forEach(a -> sorted.put(a.getKey(), a.getValue().toString()));
        return sorted.toString();
    }

    private static List<Point> points(Metric metric) {
        return switch (metric.getDataCase()) {
            case SUM -> {
                var sum = metric.getSum();
                var cumulative = cumulative(sum.getAggregationTemporality());
                yield sum.getDataPointsList().stream().map(p -> point(p, cumulative)).toList();
            }
            case GAUGE ->
                    metric.getGauge().getDataPointsList().stream()
                            .map(p -> point(p, false))
                            .toList();
            case HISTOGRAM -> {
                var histogram = metric.getHistogram();
                var cumulative = cumulative(histogram.getAggregationTemporality());
                yield histogram.getDataPointsList().stream()
                        .map(p -> point(p, cumulative))
                        .toList();
            }
            case EXPONENTIAL_HISTOGRAM -> {
                var histogram = metric.getExponentialHistogram();
                var cumulative = cumulative(histogram.getAggregationTemporality());
                yield histogram.getDataPointsList().stream()
                        .map(p -> point(p, cumulative))
                        .toList();
            }
            case SUMMARY, DATA_NOT_SET -> List.of();
        };
    }

    private static boolean cumulative(AggregationTemporality temporality) {
        return temporality == AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE;
    }

    private static Point point(NumberDataPoint point, boolean cumulative) {
        var value =
                switch (point.getValueCase()) {
                    case AS_INT -> BigDecimal.valueOf(point.getAsInt());
                    case AS_DOUBLE -> decimal(point.getAsDouble());
                    case VALUE_NOT_SET -> null;
                };
        return new Point(
                point,
                point.getAttributesList(),
                recorded(point.getFlags()) ? value : null,
                point.getStartTimeUnixNano(),
                point.getTimeUnixNano(),
                cumulative);
    }

    /** Of a distribution of tokens the sum is what was used. */
    private static Point point(HistogramDataPoint point, boolean cumulative) {
        return new Point(
                point,
                point.getAttributesList(),
                point.hasSum() && recorded(point.getFlags()) ? decimal(point.getSum()) : null,
                point.getStartTimeUnixNano(),
                point.getTimeUnixNano(),
                cumulative);
    }

    private static Point point(ExponentialHistogramDataPoint point, boolean cumulative) {
        return new Point(
                point,
                point.getAttributesList(),
                point.hasSum() && recorded(point.getFlags()) ? decimal(point.getSum()) : null,
                point.getStartTimeUnixNano(),
                point.getTimeUnixNano(),
                cumulative);
    }

    private static boolean recorded(int flags) {
        return (flags & DataPointFlags.DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK_VALUE) == 0;
    }

    private static @Nullable BigDecimal decimal(double value) {
        return Double.isFinite(value) ? BigDecimal.valueOf(value) : null;
    }

    private static void gather(Meter meter, Point point, OtlpHarvest harvest) {
        var cost = COSTS.contains(meter.name());
        if (!cost && !TOKENS.contains(meter.name()) && !PARTS.containsKey(meter.name())) {
            harvest.skip(OtlpHarvest.Skip.UNKNOWN);
            return;
        }
        var value = Optional.ofNullable(point.value());
        var amount = value.flatMap(cost ? OtlpValues::nanos : OtlpValues::count);
        if (amount.isEmpty()) {
            harvest.skip(OtlpHarvest.Skip.NO_VALUE);
            return;
        }
        var item = new OtlpItem(OtlpValues.object(point.attributes()), meter.around());
        var session = item.text(OtlpField.SESSION);
        if (session.isEmpty()) {
            harvest.skip(OtlpHarvest.Skip.NO_SESSION);
            return;
        }
        var grown = new Grown(meter.name(), item, session.get(), point.atNanos(), cost);
        if (point.cumulative()) {
            var name = grown.series(point.startNanos());
            harvest.keep(
                    new MeterReading(
                            name, amount.get(), point.atNanos(), by -> grown.event(by, null)));
        } else if (amount.get() == 0) {
            harvest.skip(OtlpHarvest.Skip.NO_INCREASE);
        } else {
            var id =
                    point.atNanos() == 0
                            ? null
                            : harvest.id(meter.name(), meter.resource(), point.whole());
            harvest.keep(grown.event(amount.get(), id));
        }
    }

    /** The event of a meter's growth. */
    private record Grown(String metric, OtlpItem item, String session, long atNanos, boolean cost) {
        /**
         * Names the series: OTLP tells series apart by resource, metric and attributes. One that
         * begins again, as in a new process, is another one.
         */
        String series(long startNanos) {
            return OtlpHarvest.digest(
                    session,
                    metric,
                    sorted(item.around().resource()),
                    sorted(item.attributes()),
                    Long.toString(startNanos));
        }

        NewEvent event(long by, @Nullable String id) {
            var when = OtlpValues.millis(atNanos);
            return new EventDraft(session, item.agent(), "llm_response")
                    .id(id)
                    .tokens(cost ? NewEvent.Tokens.NONE : tokens(by))
                    .cost(cost ? (Long) by : null)
                    .model(item.text(OtlpField.MODEL).orElse(null))
                    .project(item.text(OtlpField.PROJECT).orElse(null))
                    .branch(item.text(OtlpField.BRANCH).orElse(null))
                    .happened(when.isPresent() ? (Long) when.getAsLong() : null)
                    .metadata(metadata())
                    .source("otel")
                    .identity(
                            new NewEvent.Identity(
                                    null, null, item.text(OtlpField.SUBAGENT).orElse(null), true))
                    .event();
        }

        private NewEvent.Tokens tokens(long by) {
            var type = OtlpField.TOKEN_TYPE.at(item.attributes(), OtlpValues::text).orElse("input");
            return switch (PARTS.getOrDefault(metric, CLASSES.getOrDefault(type, "in"))) {
                case "out" -> new NewEvent.Tokens(0, by, 0, 0);
                case "read" -> new NewEvent.Tokens(0, 0, by, 0);
                case "write" -> new NewEvent.Tokens(0, 0, 0, by);
                default -> new NewEvent.Tokens(by, 0, 0, 0);
            };
        }

        private ObjectNode metadata() {
            var kept = JsonNodeFactory.instance.objectNode();
            kept.put("_synthetic", true);
            kept.put("_source", "otel_metric");
            kept.put("otel_metric", metric);
            for (var name : TYPE_NAMES) {
                OtlpValues.text(item.attributes().path(name))
                        .ifPresent(type -> kept.put("token_type", type));
            }
            for (var name : List.of("query_source", "speed", "effort", "user.id")) {
                OtlpValues.text(item.attributes().path(name))
                        .ifPresent(text -> kept.put(name, HookMetadata.cut(text, 500)));
            }
            return kept;
        }
    }
}
