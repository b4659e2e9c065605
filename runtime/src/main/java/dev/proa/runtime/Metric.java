package dev.proa.runtime;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Unit;

/** Metrics of one number. */
final class Metric {
    private Metric() {}

    static GaugeSnapshot gauge(String name, String help, long value) {
        return point(GaugeSnapshot.builder().name(name).help(help), (double) value);
    }

    static GaugeSnapshot bytesGauge(String name, String help, long value) {
        return point(
                GaugeSnapshot.builder().name(name).unit(Unit.BYTES).help(help), (double) value);
    }

    static GaugeSnapshot secondsGauge(String name, String help, double value) {
        return point(GaugeSnapshot.builder().name(name).unit(Unit.SECONDS).help(help), value);
    }

    private static GaugeSnapshot point(GaugeSnapshot.Builder gauge, double value) {
        return gauge.dataPoint(GaugeDataPointSnapshot.builder().value(value).build()).build();
    }

    static CounterSnapshot counter(String name, String help, long value) {
        return point(CounterSnapshot.builder().name(name).help(help), (double) value);
    }

    static CounterSnapshot secondsCounter(String name, String help, double value) {
        return point(CounterSnapshot.builder().name(name).unit(Unit.SECONDS).help(help), value);
    }

    private static CounterSnapshot point(CounterSnapshot.Builder counter, double value) {
        return counter.dataPoint(CounterDataPointSnapshot.builder().value(value).build()).build();
    }
}
