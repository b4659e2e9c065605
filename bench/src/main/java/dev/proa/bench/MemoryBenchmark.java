package dev.proa.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** How much memory a run takes, idle and after work. */
final class MemoryBenchmark implements Benchmark {
    private static final double MOST_MIB = 150;

    @Override
    public Result run(Setting setting) throws IOException, InterruptedException {
        var idle = new ArrayList<ProcessFacts.Memory>();
        var loaded = new ArrayList<ProcessFacts.Memory>();
        for (var i = 0; i < setting.sizes().idles(); i++) {
            try (var product = Product.start(setting)) {
                var address = product.ready();
                Thread.sleep(setting.sizes().settling());
                idle.add(ProcessFacts.memory(product.pid()));
                if (i < setting.sizes().loads()) {
                    new Stream(address, 0, setting.sizes().load()).run();
                    loaded.add(ProcessFacts.memory(product.pid()));
                }
            }
        }
        var how =
                "The runtime's process by `/proc/PID/smaps_rollup`, %d s after it was ready, and right after %d s of %d events a second with a page connected. PSS counts shared pages by share."
                        .formatted(
                                setting.sizes().settling().toSeconds(),
                                setting.sizes().load().toSeconds(),
                                Stream.PER_SECOND);
        return Result.of(
                how,
                List.of(
                        measure("idle, RSS", idle.stream().map(ProcessFacts.Memory::rss).toList()),
                        measure("idle, PSS", idle.stream().map(ProcessFacts.Memory::pss).toList()),
                        measure(
                                "after load, RSS",
                                loaded.stream().map(ProcessFacts.Memory::rss).toList()),
                        measure(
                                "after load, PSS",
                                loaded.stream().map(ProcessFacts.Memory::pss).toList())));
    }

    private static Measure measure(String label, List<Double> values) {
        return Measure.of(label, "MiB", Goal.atMost(MOST_MIB), values);
    }
}
