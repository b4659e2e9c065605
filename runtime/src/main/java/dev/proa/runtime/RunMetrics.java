package dev.proa.runtime;

import dev.proa.gateway.Gateway;
import dev.proa.supervisor.SidecarStatus;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.StateSetSnapshot;
import io.prometheus.metrics.model.snapshots.StateSetSnapshot.StateSetDataPointSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Everything that {@code /_proa/metrics} tells, put together when it is asked. */
final class RunMetrics {
    /** The words of {@link RunStatus#state()}. */
    private static final List<String> STATES =
            List.of("STARTING", "READY", "DEGRADED", "SAFE_MODE", "STOPPING");

    private final RunStatus status;
    private final Supplier<List<SidecarStatus>> sidecars;
    private final RunCounts counts;
    private final Supplier<Gateway> gateway;
    private final InstantSource time;

    RunMetrics(
            RunStatus status,
            Supplier<List<SidecarStatus>> sidecars,
            RunCounts counts,
            Supplier<Gateway> gateway,
            InstantSource time) {
        this.status = status;
        this.sidecars = sidecars;
        this.counts = counts;
        this.gateway = gateway;
        this.time = time;
    }

    MetricSnapshots snapshots() {
        var all = new ArrayList<MetricSnapshot>();
        all.add(build());
        all.add(state());
        all.add(Metric.gauge("proa_ready", "Whether everything is ready.", status.ready() ? 1 : 0));
        all.add(
                Metric.gauge(
                        "proa_problems",
                        "Things that somebody has to mend.",
                        status.problemCount()));
        all.add(
                Metric.secondsGauge(
                        "proa_uptime_seconds",
                        "How long this run has lasted.",
                        Duration.between(status.startedAt(), time.instant()).toMillis() / 1e3));
        all.add(
                Metric.secondsGauge(
                        "process_start_time_seconds",
                        "When this run began, since 1970.",
                        seconds(status.startedAt())));
        all.addAll(new SidecarMetrics(sidecars.get(), counts, time.instant()).snapshots());
        var open = gateway.get();
        all.addAll(new GatewayMetrics(open.traffic(), open.channel().statistics()).snapshots());
        all.addAll(MachineMetrics.snapshots());
        return new MetricSnapshots(all);
    }

    private static double seconds(Instant moment) {
        return moment.toEpochMilli() / 1e3;
    }

    private InfoSnapshot build() {
        var info = status.buildLabels();
        return InfoSnapshot.builder()
                .name("proa_build")
                .help("What runs.")
                .dataPoint(
                        InfoDataPointSnapshot.builder()
                                .labels(
                                        Labels.of(
                                                info.keySet().toArray(String[]::new),
                                                info.values().toArray(String[]::new)))
                                .build())
                .build();
    }

    private StateSetSnapshot state() {
        var now = status.state();
        var point = StateSetDataPointSnapshot.builder();
        STATES.forEach(each -> point.state(each, each.equals(now)));
        return StateSetSnapshot.builder()
                .name("proa_state")
                .help("The state of the whole app.")
                .dataPoint(point.build())
                .build();
    }
}
