package dev.proa.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What the options of the Java machine do to a start, to memory and to ingest; variants take turns.
 */
final class OptionsBenchmark implements Benchmark {
    private static final String ARCHIVE = "-XX:AOTCache=";
    private static final String C1 = "-XX:TieredStopAtLevel=1";

    /** One variant's figures. */
    private record Figures(
            List<Double> ready,
            List<Double> cpu,
            List<Double> memory,
            List<Double> events,
            List<Double> loaded) {
        Figures() {
            this(
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>());
        }
    }

    private static Map<String, List<String>> variants(Path home) {
        var archive = ARCHIVE + home.resolve("proa.aot");
        var variants = new LinkedHashMap<String, List<String>>();
        variants.put("as built", List.of(archive));
        variants.put("no class archive", List.of());
        variants.put("-XX:TieredStopAtLevel=1", List.of(archive, C1));
        variants.put("the same, -Xmx96m", List.of(archive, C1, "-Xmx96m"));
        variants.put("the same, -Xmx64m", List.of(archive, C1, "-Xmx64m"));
        variants.put("-Xmx96m", List.of(archive, "-Xmx96m"));
        variants.put("-Xms40m -Xmn24m", List.of(archive, "-Xms40m", "-Xmn24m"));
        return variants;
    }

    @Override
    public Result run(Setting setting) throws IOException, InterruptedException {
        var dist = setting.checkout().resolve("target/dist");
        var home = dist.resolve(Files.readString(dist.resolve("current")).strip());
        var variants = variants(home);
        var figures = new LinkedHashMap<String, Figures>();
        for (var i = 0; i < setting.sizes().idles(); i++) {
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
            figures.cpu().add(ProcessFacts.cpuSeconds(product.pid()) * 1000);
            Thread.sleep(setting.sizes().settling().dividedBy(5));
            figures.memory().add(ProcessFacts.memory(product.pid()).rss());
            try (var http = new HttpWriters(address.ingestPort(), 16, 1)) {
                Closed.run(http.writers(), 1, setting.sizes().warmUp().dividedBy(2));
                var half = setting.sizes().round().dividedBy(2);
                figures.events().add(Closed.run(http.writers(), 1, half).events());
                figures.loaded().add(ProcessFacts.memory(product.pid()).rss());
            }
        }
    }

    private static Result result(Map<String, Figures> figures) {
        var measures = new ArrayList<Measure>();
        each(measures, figures, "start to ready: ", "ms", Figures::ready);
        each(measures, figures, "CPU until ready: ", "ms", Figures::cpu);
        each(measures, figures, "RSS 1 s later: ", "MiB", Figures::memory);
        each(measures, figures, "ingest: ", "events/s", Figures::events);
        each(measures, figures, "RSS after ingest: ", "MiB", Figures::loaded);
        var how =
                "The built product with the options of its `java.options` and those named, without the launcher; the variants take"
                        + " turns. A start as in `start`, memory as in `memory`, ingest as in `ingest` over HTTP for 2 s after 4 s to warm up.";
        return Result.of(how, measures);
    }

    private static void each(
            List<Measure> measures,
            Map<String, Figures> figures,
            String label,
            String unit,
            Function<Figures, List<Double>> which) {
        figures.forEach((name, f) -> measures.add(Measure.of(label + name, unit, which.apply(f))));
    }
}
