package dev.proa.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** How long an event takes from its sender to a page. */
final class DeliveryBenchmark implements Benchmark {
    private static final double P50_MILLIS = 10;
    private static final double P99_MILLIS = 60;

    @Override
    public Result run(Setting setting) throws IOException, InterruptedException {
        var streams = new ArrayList<Stream>();
        try (var product = Product.start(setting)) {
            var address = product.ready();
            var warm = new Stream(address, 0, setting.sizes().warmUp());
            warm.run();
            var first = warm.count();
            for (var i = 0; i < setting.sizes().streams(); i++) {
                var stream = new Stream(address, first, setting.sizes().stream());
                stream.run();
                first += stream.count();
                streams.add(stream);
            }
        }
        return result(setting, streams);
    }

    private static Result result(Setting setting, List<Stream> streams) {
        var how =
                "%d single events of 1,024 bytes a second over HTTP to the ingest port for %d s, at a fixed pace whatever the answers take;"
                                .formatted(Stream.PER_SECOND, setting.sizes().stream().toSeconds())
                        + " a page is connected by a WebSocket and acknowledges each batch. A value is a percentile of one such stream."
                        + " From the acknowledgement it is negative where the page heard first.";
        var measures = new ArrayList<Measure>();
        measures.add(
                measure("from sending, p50", streams, Stream::sinceSent, 0.5)
                        .with(Goal.atMost(P50_MILLIS)));
        measures.add(
                measure("from sending, p99", streams, Stream::sinceSent, 0.99)
                        .with(Goal.atMost(P99_MILLIS)));
        measures.add(measure("from the moment it was due, p50", streams, Stream::sinceDue, 0.5));
        measures.add(measure("from the moment it was due, p99", streams, Stream::sinceDue, 0.99));
        measures.add(measure("from the 201, p50", streams, Stream::sinceAcknowledged, 0.5));
        measures.add(measure("from the 201, p99", streams, Stream::sinceAcknowledged, 0.99));
        measures.add(measure("sending to 201, p50", streams, Stream::untilAcknowledged, 0.5));
        measures.add(measure("sending to 201, p99", streams, Stream::untilAcknowledged, 0.99));
        Map<String, Map<Double, Integer>> spreads = new LinkedHashMap<>();
        for (var i = 0; i < streams.size(); i++) {
            spreads.put("from sending, stream " + (i + 1), streams.get(i).sinceSent().spread());
        }
        return new Result(how, measures, spreads, List.of());
    }

    private static Measure measure(
            String label, List<Stream> streams, Function<Stream, Durations> which, double share) {
        return Measure.of(
                label, "ms", streams.stream().map(s -> which.apply(s).millis(share)).toList());
    }
}
