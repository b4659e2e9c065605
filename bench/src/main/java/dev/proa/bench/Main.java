package dev.proa.bench;

import dev.proa.core.MonotonicTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs benchmarks by name and keeps their results; {@code bench/run.sh} calls it. */
public final class Main {
    private static final int USAGE = 64;

    private Main() {}

    /** All benchmarks, in the order in which they are run and shown. */
    private static Map<String, Benchmark> benchmarks() {
        var benchmarks = new LinkedHashMap<String, Benchmark>();
        benchmarks.put("start", new StartBenchmark());
        benchmarks.put("ingest", new IngestBenchmark());
        benchmarks.put("delivery", new DeliveryBenchmark());
        benchmarks.put("memory", new MemoryBenchmark());
        benchmarks.put("history", new HistoryBenchmark());
        benchmarks.put("live", new LiveBenchmark());
        benchmarks.put("gateway", new GatewayBenchmark());
        benchmarks.put("guard", new GuardBenchmark());
        benchmarks.put("supervisors", new SupervisorsBenchmark());
        benchmarks.put("options", new OptionsBenchmark());
        return benchmarks;
    }

    /**
     * Takes the checkout's folder and names of benchmarks (none means all), or {@code --table}.
     *
     * @throws IOException if something cannot be measured or written
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        var checkout = Path.of(arguments[0]);
        var names = Arrays.asList(arguments).subList(1, arguments.length);
        var known = List.copyOf(benchmarks().keySet());
        if (names.equals(List.of("--table"))) {
            table(checkout, known);
        } else if (known.containsAll(names)) {
            for (var name : names.isEmpty() ? known : names) {
                measure(checkout, name);
            }
        } else {
            System.err.println(
                    "usage: bench/run.sh [" + String.join("|", known) + "]... | --table");
            System.exit(USAGE);
        }
    }

    private static void table(Path checkout, List<String> names) throws IOException {
        var page = Table.page(checkout.resolve("bench/results"), names);
        Files.writeString(checkout.resolve("docs/benchmarks.md"), page);
    }

    static Benchmark benchmark(String name) {
        var benchmark = benchmarks().get(name);
        if (benchmark == null) {
            throw new IllegalArgumentException("no benchmark " + name);
        }
        return benchmark;
    }

    private static void measure(Path checkout, String name)
            throws IOException, InterruptedException {
        var benchmark = benchmark(name);
        var at = new MonotonicTime().instant();
        var load = Machine.load();
        System.err.println("bench: " + name + ", load " + load);
        // Beside the checkout rather than in a temporary folder, which is often no disk.
        var work =
                Files.createTempDirectory(
                        Files.createDirectories(checkout.resolve("bench/target/work")), name);
        try {
            var result = benchmark.run(new Setting(checkout, work, Setting.Sizes.USUAL));
            var json = ResultFile.json(name, result);
            ResultFile.circumstances(json, checkout, at, load);
            var results = Files.createDirectories(checkout.resolve("bench/results"));
            ResultFile.write(results.resolve(name + ".json"), json);
            result.measures()
                    .forEach(m ->
                            System.err.printf(
                                    "  %-45s %10.2f %-9s (%.2f - %.2f)%n",
                                    m.label(), m.median(), m.unit(), m.least(), m.most()));
        } finally {
            Folders.remove(work);
        }
    }
}
