package dev.proa.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** How many events a second a run takes over HTTP, beside the event log alone. */
final class IngestBenchmark implements Benchmark {
    /**
     * Who writes.
     *
     * @param size how many events each sends at once
     * @param own what the event log alone is to take, in events a second
     * @param most what the clients are to wait at most, p99 in milliseconds
     */
    private record Case(String name, int writers, int size, double own, double most) {}

    private static final List<Case> CASES =
            List.of(
                    new Case("16 singly", 16, 1, 12_500, 20),
                    new Case("40 in batches of 50", 40, 50, 43_000, 150));

    /** One round's figures; CPU in cores. */
    private record Round(Closed http, Closed own, double client, double server, double alone) {
        double ratio() {
            return http.events() / own.events();
        }

        double perHttpEvent() {
            return server / http.events() * MICROS_PER_SECOND;
        }

        double perOwnEvent() {
            return alone / own.events() * MICROS_PER_SECOND;
        }
    }

    private static final double MICROS_PER_SECOND = 1e6;
    private static final double LEAST_RATIO = 0.6;

    @Override
    public Result run(Setting setting) throws IOException, InterruptedException {
        var measures = new ArrayList<Measure>();
        for (var each : CASES) {
            measures.addAll(measures(each, rounds(setting, each)));
        }
        for (var each : CASES) {
            measures.add(ofFewWords(setting, each));
        }
        measures.addAll(newcomers(setting));
        measures.addAll(Dashboard.measures(setting));
        var how =
                "Events of 1,024 bytes from writers each of which waits for its acknowledgement (the events are on the disk then):"
                        + " by turns over kept HTTP connections to the ingest port of a run, and in the benchmark's own process"
                        + " straight to the event log with the product's Java options. The ratio is taken within each turn."
                        + " Each event has some 120 words for the index; the log's goals in events a second were measured with 25, so it is measured with such events alone, too."
                        + " A newcomer is one writer that makes a connection for each event, as a hook does; its wait holds the connection. "
                        + Dashboard.how(setting);
        return Result.of(how, measures);
    }

    private static List<Round> rounds(Setting setting, Case each)
            throws IOException, InterruptedException {
        var folder = Files.createTempDirectory(setting.work(), "log");
        try (var product = Product.start(setting);
                var http =
                        new HttpWriters(product.ready().ingestPort(), each.writers(), each.size());
                var own = new OwnWriters(folder, each.writers(), each.size())) {
            Closed.run(http.writers(), each.size(), setting.sizes().warmUp());
            Closed.run(own.writers(), each.size(), setting.sizes().warmUp());
            var rounds = new ArrayList<Round>();
            for (var i = 0; i < setting.sizes().rounds(); i++) {
                rounds.add(round(setting, each, product, http, own));
            }
            return rounds;
        } finally {
            Folders.remove(folder);
        }
    }

    private static Round round(
            Setting setting, Case each, Product product, HttpWriters http, OwnWriters own)
            throws IOException, InterruptedException {
        http.reconnect();
        var time = setting.sizes().round();
        var seconds = time.toMillis() / 1e3;
        var server = ProcessFacts.cpuSeconds(product.pid());
        var client = ProcessFacts.ownCpuSeconds();
        var overHttp = Closed.run(http.writers(), each.size(), time);
        var serverUsed = ProcessFacts.cpuSeconds(product.pid()) - server;
        var between = ProcessFacts.ownCpuSeconds();
        var alone = Closed.run(own.writers(), each.size(), time);
        var aloneUsed = ProcessFacts.ownCpuSeconds() - between;
        return new Round(
                overHttp,
                alone,
                (between - client) / seconds,
                serverUsed / seconds,
                aloneUsed / seconds);
    }

    /** The log alone, with as much to index as where its goal comes from. */
    private static Measure ofFewWords(Setting setting, Case each)
            throws IOException, InterruptedException {
        var folder = Files.createTempDirectory(setting.work(), "log");
        try (var own = new OwnWriters(folder, each.writers(), each.size(), Event.Text.OUTPUT)) {
            Closed.run(own.writers(), each.size(), setting.sizes().warmUp());
            var rounds = new ArrayList<Double>();
            for (var i = 0; i < setting.sizes().rounds(); i++) {
                rounds.add(
                        Closed.run(own.writers(), each.size(), setting.sizes().round()).events());
            }
            return Measure.of(
                    each.name() + ", 25 words each, in-process",
                    "events/s",
                    Goal.atLeast(each.own()),
                    rounds);
        } finally {
            Folders.remove(folder);
        }
    }

    /** One event for each connection, one after the other. */
    private static List<Measure> newcomers(Setting setting)
            throws IOException, InterruptedException {
        try (var product = Product.start(setting)) {
            var port = product.ready().ingestPort();
            var event = new Event("newcomer", port);
            var numbers = new AtomicLong(1);
            Closed.Writer writer =
                    () -> {
                        try (var connection = new RawHttp(port)) {
                            HttpWriters.post(connection, event.request(numbers.getAndIncrement()));
                        }
                    };
            Closed.run(List.of(writer), 1, setting.sizes().warmUp());
            var rounds = new ArrayList<Closed>();
            for (var i = 0; i < setting.sizes().rounds(); i++) {
                rounds.add(Closed.run(List.of(writer), 1, setting.sizes().round()));
            }
            return List.of(
                    Measure.of("newcomer, HTTP wait p50", "ms", millis(rounds, 0.5)),
                    Measure.of("newcomer, HTTP wait p99", "ms", millis(rounds, 0.99)));
        }
    }

    private static List<Double> millis(List<Closed> rounds, double share) {
        return rounds.stream().map(round -> round.waits().millis(share)).toList();
    }

    private static List<Measure> measures(Case of, List<Round> rounds) {
        var name = of.name() + ", ";
        return List.of(
                measure(name + "HTTP / in-process", "ratio", rounds, Round::ratio)
                        .with(Goal.atLeast(LEAST_RATIO)),
                measure(name + "HTTP", "events/s", rounds, r -> r.http().events()),
                measure(name + "in-process", "events/s", rounds, r -> r.own().events())
                        .with(Goal.atLeast(of.own())),
                wait(name + "HTTP wait p50", rounds, Round::http, 0.5),
                wait(name + "HTTP wait p99", rounds, Round::http, 0.99)
                        .with(Goal.atMost(of.most())),
                wait(name + "in-process wait p50", rounds, Round::own, 0.5),
                wait(name + "in-process wait p99", rounds, Round::own, 0.99),
                measure(name + "CPU of the run under HTTP", "cores", rounds, Round::server),
                measure(name + "CPU of the HTTP clients", "cores", rounds, Round::client),
                measure(name + "CPU of the run per event", "µs", rounds, Round::perHttpEvent),
                measure(name + "CPU in-process per event", "µs", rounds, Round::perOwnEvent),
                measure(name + "CPU in-process", "cores", rounds, Round::alone));
    }

    private static Measure wait(
            String label, List<Round> rounds, Function<Round, Closed> which, double share) {
        return measure(label, "ms", rounds, r -> which.apply(r).waits().millis(share));
    }

    private static Measure measure(
            String label, String unit, List<Round> rounds, ToDoubleFunction<Round> figure) {
        return Measure.of(label, unit, rounds.stream().map(figure::applyAsDouble).toList());
    }
}
