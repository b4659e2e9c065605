package dev.proa.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the options of the Java machine do to a start, to memory and to ingest; variants take turns.
 */
final class OptionsBenchmark implements Benchmark {
    private static final String ARCHIVE = "-XX:AOTCache=";

    /** One variant's figures. */
    private record Figures(List<Double> ready, List<Double> memory, List<Double> events) {
        Figures() {
            this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }
    }

    private static Map<String, List<String>> variants(Path home) {
        var archive = ARCHIVE + home.resolve("proa.aot");
        var variants = new LinkedHashMap<String, List<String>>();
        variants.put("as built", List.of(archive));
        variants.put("no class archive", List.of());
        variants.put("-XX:TieredStopAtLevel=1", List.of(archive, "-XX:TieredStopAtLevel=1"));
        variants.put("-Xms8m", List.of(archive, "-Xms8m"));
        variants.put("-Xmn32m", List.of(archive, "-Xms48m", "-Xmn32m"));
        variants.put(
                "-XX:-UseCompactObjectHeaders", List.of(archive, "-XX:-UseCompactObjectHeaders"));
        variants.put("-XX:+UseG1GC", List.of(archive, "-XX:-UseSerialGC", "-XX:+UseG1GC"));
        return variants;
    }

    @Override
    public Result run(Setting setting) throws IOException, InterruptedException {
        var dist = setting.checkout().resolve("target/dist");
        var home = dist.resolve(Files.readString(dist.resolve("current")).strip());
        var variants = variants(home);
        var figures = new LinkedHashMap<String, Figures>();
        for (var i = 0; i < setting.sizes().rounds(); i++) {
            for (var variant : variants.entrySet()) {
                var into = figures.computeIfAbsent(variant.getKey(), _ -> new Figures());
                one(setting, program(home, variant.getValue()), into);
            }
        }
        return result(figures);
    }

    private static List<String> program(Path home, List<String> options) {
        var program = new ArrayList<String>();
        program.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        program.add("@" + home.resolve("java.options"));
        program.addAll(options); // the last one counts
        program.add("dev.proa.cli.Main");
        return program;
    }

    private static void one(Setting setting, List<String> program, Figures figures)
            throws IOException, InterruptedException {
        try (var product = Product.start(setting, program)) {
            var address = product.ready();
            figures.ready().add(product.nanosSinceStart() / StartBenchmark.NANOS_PER_MILLI);
            Thread.sleep(setting.sizes().settling().dividedBy(5));
            figures.memory().add(ProcessFacts.memory(product.pid()).rss());
            try (var http = new HttpWriters(address.ingestPort())) {
                Closed.run(http.writers(), setting.sizes().warmUp().dividedBy(4));
                figures.events()
                        .add(
                                Closed.run(http.writers(), setting.sizes().round().dividedBy(2))
                                        .events());
            }
        }
    }

    private static Result result(Map<String, Figures> figures) {
        var measures = new ArrayList<Measure>();
        figures.forEach(
                (name, f) -> measures.add(Measure.of("start to ready: " + name, "ms", f.ready())));
        figures.forEach(
                (name, f) -> measures.add(Measure.of("RSS 1 s later: " + name, "MiB", f.memory())));
        figures.forEach(
                (name, f) -> measures.add(Measure.of("ingest: " + name, "events/s", f.events())));
        var how =
                "The built product with the options of its `java.options` and those named, without the launcher; the variants take"
                        + " turns. A start as in `start`, memory as in `memory`, ingest as in `ingest` over HTTP for 2 s after 2 s to warm up, so that it also tells how soon a run is at speed.";
        return Result.of(how, measures);
    }
}
