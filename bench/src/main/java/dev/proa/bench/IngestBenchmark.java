package dev.proa.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** How many events a second a run takes over HTTP, beside the event log alone. */
final class IngestBenchmark implements Benchmark {
    /** One round's figures; CPU in cores. */
    private record Round(Closed http, Closed own, double client, double server, double alone) {
        double perHttpEvent() {
            return server / http.events() * MICROS_PER_SECOND;
        }

        double perOwnEvent() {
            return alone / own.events() * MICROS_PER_SECOND;
        }
    }

    private static final double MICROS_PER_SECOND = 1e6;

    @Override
    public Result run(Setting setting) throws IOException, InterruptedException {
        var folder = Files.createTempDirectory(setting.work(), "log");
        try (var product = Product.start(setting);
                var http = new HttpWriters(product.ready().ingestPort());
                var own = new OwnWriters(folder)) {
            Closed.run(http.writers(), setting.sizes().warmUp());
            Closed.run(own.writers(), setting.sizes().warmUp());
            var rounds = new ArrayList<Round>();
            for (var i = 0; i < setting.sizes().rounds(); i++) {
                rounds.add(round(setting, product, http, own));
            }
            return result(rounds);
        } finally {
            Folders.remove(folder);
        }
    }

    private static Round round(Setting setting, Product product, HttpWriters http, OwnWriters own)
            throws IOException, InterruptedException {
        var time = setting.sizes().round();
        var seconds = time.toMillis() / 1e3;
        var server = ProcessFacts.cpuSeconds(product.pid());
        var client = ProcessFacts.ownCpuSeconds();
        var overHttp = Closed.run(http.writers(), time);
        var serverUsed = ProcessFacts.cpuSeconds(product.pid()) - server;
        var between = ProcessFacts.ownCpuSeconds();
        var alone = Closed.run(own.writers(), time);
        var aloneUsed = ProcessFacts.ownCpuSeconds() - between;
        return new Round(
                overHttp,
                alone,
                (between - client) / seconds,
                serverUsed / seconds,
                aloneUsed / seconds);
    }

    private static Result result(List<Round> rounds) {
        var how =
                "Events of 1,024 bytes from %d writers, each of which waits for its acknowledgement (the event is on the disk then):"
                                .formatted(HttpWriters.WRITERS)
                        + " by turns over kept HTTP connections to the ingest port of a run, and in the benchmark's own process"
                        + " straight to the event log with the product's Java options. The ratio is taken within each turn.";
        return Result.of(
                how,
                List.of(
                        measure(
                                        "HTTP / in-process",
                                        "ratio",
                                        rounds,
                                        r -> r.http().events() / r.own().events())
                                .with(Goal.atLeast(0.6)),
                        measure("HTTP", "events/s", rounds, r -> r.http().events()),
                        measure("in-process", "events/s", rounds, r -> r.own().events()),
                        measure("HTTP wait p50", "ms", rounds, r -> r.http().waits().millis(0.5)),
                        measure("HTTP wait p99", "ms", rounds, r -> r.http().waits().millis(0.99)),
                        measure(
                                "in-process wait p50",
                                "ms",
                                rounds,
                                r -> r.own().waits().millis(0.5)),
                        measure(
                                "in-process wait p99",
                                "ms",
                                rounds,
                                r -> r.own().waits().millis(0.99)),
                        measure("CPU of the run under HTTP", "cores", rounds, Round::server),
                        measure("CPU of the HTTP clients", "cores", rounds, Round::client),
                        measure("CPU of the run per event", "µs", rounds, Round::perHttpEvent),
                        measure("CPU in-process per event", "µs", rounds, Round::perOwnEvent),
                        measure("CPU in-process", "cores", rounds, Round::alone)));
    }

    private static Measure measure(
            String label, String unit, List<Round> rounds, ToDoubleFunction<Round> figure) {
        return Measure.of(label, unit, rounds.stream().map(figure::applyAsDouble).toList());
    }
}
