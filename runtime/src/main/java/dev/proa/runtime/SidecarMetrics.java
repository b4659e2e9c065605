package dev.proa.runtime;

import dev.proa.supervisor.SidecarPhase;
import dev.proa.supervisor.SidecarStatus;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.StateSetSnapshot;
import io.prometheus.metrics.model.snapshots.StateSetSnapshot.StateSetDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Unit;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** How the sidecars are and were, in metrics. */
final class SidecarMetrics {
    private final List<SidecarStatus> sidecars;
    private final RunCounts counts;
    private final Instant now;

    SidecarMetrics(List<SidecarStatus> sidecars, RunCounts counts, Instant now) {
        this.sidecars = sidecars;
        this.counts = counts;
        this.now = now;
    }

    List<MetricSnapshot> snapshots() {
        return List.of(
                states(),
                gauge(
                        "proa_sidecar_ready",
                        "Whether requests are sent to the sidecar.",
                        each -> each.ready() ? 1 : 0),
                counter(
                        "proa_sidecar_restarts",
                        "Restarts that were made without anybody asking.",
                        SidecarStatus::restarts),
                gauge(
                        "proa_sidecar_restart_budget_used",
                        "Restarts within the budget's window.",
                        each -> each.budget().used()),
                gauge(
                        "proa_sidecar_restart_budget_limit",
                        "Restarts after which it is not restarted any more.",
                        each -> each.budget().max()),
                uptime(),
                exits(),
                counter(
                        "proa_sidecar_survivors",
                        "Processes that a main process left behind when it ended.",
                        each -> (double) counts.survivors(each.id())),
                dropped());
    }

    private static Labels of(SidecarStatus sidecar) {
        return Labels.of("sidecar", sidecar.id());
    }

    private StateSetSnapshot states() {
        var set =
                StateSetSnapshot.builder()
                        .name("proa_sidecar_state")
                        .help("The state that the sidecar is in.");
        for (var sidecar : sidecars) {
            var point = StateSetDataPointSnapshot.builder().labels(of(sidecar));
            for (var phase : SidecarPhase.values()) {
                point.state(phase.name(), sidecar.state() == phase);
            }
            set.dataPoint(point.build());
        }
        return set.build();
    }

    private GaugeSnapshot gauge(String name, String help, ToDoubleFunction<SidecarStatus> value) {
        var gauge = GaugeSnapshot.builder().name(name).help(help);
        for (var sidecar : sidecars) {
            gauge.dataPoint(
                    GaugeDataPointSnapshot.builder()
                            .labels(of(sidecar))
                            .value(value.applyAsDouble(sidecar))
                            .build());
        }
        return gauge.build();
    }

    private CounterSnapshot counter(
            String name, String help, ToDoubleFunction<SidecarStatus> value) {
        return counted(CounterSnapshot.builder().name(name).help(help), value);
    }

    private CounterSnapshot counted(
            CounterSnapshot.Builder counter, ToDoubleFunction<SidecarStatus> value) {
        for (var sidecar : sidecars) {
            counter.dataPoint(
                    CounterDataPointSnapshot.builder()
                            .labels(of(sidecar))
                            .value(value.applyAsDouble(sidecar))
                            .build());
        }
        return counter.build();
    }

    private GaugeSnapshot uptime() {
        var gauge =
                GaugeSnapshot.builder()
                        .name("proa_sidecar_uptime_seconds")
                        .unit(Unit.SECONDS)
                        .help("How long its present process runs.");
        for (var sidecar : sidecars) {
            counts.startedAt(sidecar.id())
                    .ifPresent(since ->
                            gauge.dataPoint(
                                    GaugeDataPointSnapshot.builder()
                                            .labels(of(sidecar))
                                            .value(Duration.between(since, now).toMillis() / 1e3)
                                            .build()));
        }
        return gauge.build();
    }

    private CounterSnapshot exits() {
        var counter =
                CounterSnapshot.builder()
                        .name("proa_sidecar_exits")
                        .help(
                                "Ends of main processes; signal is 0 for those that exited by themselves, code -1 for"
                                        + " those that did not.");
        counts.endings()
                .forEach((ending, count) ->
                        counter.dataPoint(
                                CounterDataPointSnapshot.builder()
                                        .labels(
                                                Labels.of(
                                                        "sidecar",
                                                        ending.sidecar(),
                                                        "code",
                                                        Integer.toString(ending.code()),
                                                        "signal",
                                                        Integer.toString(ending.signal())))
                                        .value((double) count.sum())
                                        .build()));
        return counter.build();
    }

    private CounterSnapshot dropped() {
        return counted(
                CounterSnapshot.builder()
                        .name("proa_sidecar_log_dropped_bytes")
                        .unit(Unit.BYTES)
                        .help("Output that could not be kept."),
                each -> (double) counts.droppedBytes(each.id()));
    }
}
