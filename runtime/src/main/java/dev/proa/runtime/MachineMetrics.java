package dev.proa.runtime;

import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * The process and its Java virtual machine, in metrics; names are those that Prometheus's own
 * libraries use.
 */
final class MachineMetrics {
    private static final Path STATM = Path.of("/proc/self/statm");
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final long PAGE = 4096;

    private MachineMetrics() {}

    static List<MetricSnapshot> snapshots() {
        var all = new ArrayList<MetricSnapshot>();
        all.add(memory("jvm_memory_used_bytes", "Memory in use.", MemoryUsage::getUsed));
        all.add(
                memory(
                        "jvm_memory_committed_bytes",
                        "Memory had from the system.",
                        MemoryUsage::getCommitted));
        all.add(
                memory(
                        "jvm_memory_max_bytes",
                        "The most it may become; -1: no limit.",
                        MemoryUsage::getMax));
        var threads = ManagementFactory.getThreadMXBean();
        all.add(
                Metric.gauge(
                        "jvm_threads_current",
                        "Platform threads; virtual ones are not counted.",
                        threads.getThreadCount()));
        all.add(
                Metric.gauge(
                        "jvm_threads_daemon",
                        "Platform threads that do not keep the process.",
                        threads.getDaemonThreadCount()));
        all.add(collections());
        cpu().ifPresent(spent ->
                all.add(
                        Metric.secondsCounter(
                                "process_cpu_seconds",
                                "Processor time spent.",
                                spent.toNanos() / 1e9)));
        resident()
                .ifPresent(bytes ->
                        all.add(
                                Metric.bytesGauge(
                                        "process_resident_memory_bytes",
                                        "Memory that is not swapped out.",
                                        bytes)));
        descriptors()
                .ifPresent(count ->
                        all.add(Metric.gauge("process_open_fds", "Open file descriptors.", count)));
        return all;
    }

    private static GaugeSnapshot memory(
            String name, String help, ToLongFunction<MemoryUsage> value) {
        var memory = ManagementFactory.getMemoryMXBean();
        return GaugeSnapshot.builder()
                .name(name)
                .unit(Unit.BYTES)
                .help(help)
                .dataPoint(area("heap", value.applyAsLong(memory.getHeapMemoryUsage())))
                .dataPoint(area("nonheap", value.applyAsLong(memory.getNonHeapMemoryUsage())))
                .build();
    }

    private static GaugeDataPointSnapshot area(String name, long bytes) {
        return GaugeDataPointSnapshot.builder()
                .labels(Labels.of("area", name))
                .value((double) bytes)
                .build();
    }

    private static SummarySnapshot collections() {
        var summary =
                SummarySnapshot.builder()
                        .name("jvm_gc_collection_seconds")
                        .unit(Unit.SECONDS)
                        .help("Collections of garbage.");
        for (var collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            summary.dataPoint(
                    SummaryDataPointSnapshot.builder()
                            .labels(Labels.of("gc", collector.getName()))
                            .count(Math.max(0, collector.getCollectionCount()))
                            .sum(Math.max(0, collector.getCollectionTime()) / 1e3)
                            .build());
        }
        return summary.build();
    }

    private static Optional<Duration> cpu() {
        return dev.proa.supervisor.OwnProcess.cpu();
    }

    private static Optional<Long> resident() {
        try {
            return Optional.of(Long.parseLong(Files.readString(STATM).split(" ", 3)[1]) * PAGE);
        } catch (IOException e) {
            return Optional.empty(); // not this system's way
        }
    }

    private static Optional<Long> descriptors() {
        try (var open = Files.list(DESCRIPTORS)) {
            return Optional.of(open.count());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
