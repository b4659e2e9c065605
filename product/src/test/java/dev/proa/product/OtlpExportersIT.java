package dev.proa.product;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.logging.otlp.internal.logs.OtlpStdoutLogRecordExporter;
import io.opentelemetry.exporter.logging.otlp.internal.metrics.OtlpStdoutMetricExporter;
import io.opentelemetry.exporter.logging.otlp.internal.traces.OtlpStdoutSpanExporter;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.AggregationTemporalitySelector;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** OpenTelemetry's Java SDK delivers to the ingest listener; counts are equal. */
class OtlpExportersIT {
    private static final int LOGS = 1_000;
    private static final int ROUNDS = 4;
    private static final int SPANS = 800;
    private static final AttributeKey<String> SESSION = AttributeKey.stringKey("session.id");

    private static Home home;
    private static Proa proa;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        home = new Home(folder);
        proa = home.monitor("d");
    }

    @AfterAll
    static void stop() throws InterruptedException {
        proa.close();
        assertThat(proa.exit()).as(proa::toString).isZero();
        home.close();
    }

    private static String url(String path) throws IOException {
        return proa.instance().ingestUrl().orElseThrow() + path;
    }

    private static Resource resource() {
        return Resource.create(
                Attributes.of(AttributeKey.stringKey("service.name"), "claude-code"));
    }

    /** Exports of everything through given exporters. */
    private static Exported export(
            String session, LogRecordExporter logs, MetricExporter metrics, SpanExporter spans) {
        exportLogs(session, logs);
        exportSpans(session, spans);
        var tokens = exportMetrics(session, metrics);
        return new Exported(
                LOGS, tokens, new BigDecimal("0.25").multiply(BigDecimal.valueOf(ROUNDS)), SPANS);
    }

    private static void exportLogs(String session, LogRecordExporter exporter) {
        try (var provider =
                SdkLoggerProvider.builder()
                        .setResource(resource())
                        .addLogRecordProcessor(
                                BatchLogRecordProcessor.builder(exporter)
                                        .setMaxQueueSize(2 * LOGS)
                                        .build())
                        .build()) {
            var logger = provider.get("com.anthropic.claude_code.events");
            for (var i = 0; i < LOGS; i++) {
                logger.logRecordBuilder()
                        .setBody("claude_code.api_request")
                        .setAttribute(AttributeKey.stringKey("event.name"), "api_request")
                        .setAttribute(SESSION, session)
                        .setAttribute(AttributeKey.longKey("event.sequence"), (long) i)
                        .setAttribute(AttributeKey.stringKey("input_tokens"), Integer.toString(i))
                        .setAttribute(AttributeKey.doubleKey("duration_ms"), 1.5 * i)
                        .emit();
            }
            assertThat(provider.forceFlush().join(30, TimeUnit.SECONDS).isSuccess()).isTrue();
        }
    }

    private static void exportSpans(String session, SpanExporter exporter) {
        try (var provider =
                SdkTracerProvider.builder()
                        .setResource(resource())
                        .addSpanProcessor(
                                BatchSpanProcessor.builder(exporter)
                                        .setMaxQueueSize(2 * SPANS)
                                        .build())
                        .build()) {
            var tracer = provider.get("com.anthropic.claude_code.tracing");
            for (var i = 0; i < SPANS / 2; i++) {
                var turn =
                        tracer.spanBuilder("claude_code.interaction")
                                .setAttribute(SESSION, session)
                                .startSpan();
                try (var _ = turn.makeCurrent()) {
                    tracer.spanBuilder("claude_code.tool")
                            .setAttribute("tool_name", "Bash")
                            .startSpan()
                            .end();
                }
                turn.end();
            }
            assertThat(provider.forceFlush().join(30, TimeUnit.SECONDS).isSuccess()).isTrue();
        }
    }

    private static long exportMetrics(String session, MetricExporter exporter) {
        var tokens = 0L;
        var reader =
                PeriodicMetricReader.builder(exporter).setInterval(Duration.ofHours(1)).build();
        try (var provider =
                SdkMeterProvider.builder()
                        .setResource(resource())
                        .registerMetricReader(reader)
                        .build()) {
            var meter = provider.get("com.anthropic.claude_code");
            var used = meter.counterBuilder("claude_code.token.usage").build();
            var spent = meter.counterBuilder("claude_code.cost.usage").ofDoubles().build();
            var about =
                    Attributes.of(
                            SESSION,
                            session + "-metrics",
                            AttributeKey.stringKey("model"),
                            "claude-sonnet-4-6");
            var input = about.toBuilder().put("type", "input").build();
            var output = about.toBuilder().put("type", "output").build();
            for (var i = 0; i < ROUNDS; i++) {
                used.add(1_000 + i, input);
                used.add(10, output);
                spent.add(0.25, about);
                tokens += 1_000 + i;
                assertThat(provider.forceFlush().join(30, TimeUnit.SECONDS).isSuccess()).isTrue();
            }
        }
        return tokens;
    }

    @ParameterizedTest
    @CsvSource({"plain, none, false", "zipped, gzip, false", "deltas, gzip, true"})
    void protobufByHttpArrivesWhole(String session, String compression, boolean deltas)
            throws IOException {
        var temporality =
                deltas
                        ? AggregationTemporalitySelector.deltaPreferred()
                        : AggregationTemporalitySelector.alwaysCumulative();

        var exported =
                export(
                        session,
                        OtlpHttpLogRecordExporter.builder()
                                .setEndpoint(url("/v1/logs"))
                                .setCompression(compression)
                                .build(),
                        OtlpHttpMetricExporter.builder()
                                .setEndpoint(url("/v1/metrics"))
                                .setCompression(compression)
                                .setAggregationTemporalitySelector(temporality)
                                .build(),
                        OtlpHttpSpanExporter.builder()
                                .setEndpoint(url("/v1/traces"))
                                .setCompression(compression)
                                .build());

        exported.isStored(proa, session);
    }

    @ParameterizedTest
    @CsvSource({"json, /v1, false", "jsonzip, /v1, true", "contract, /api/otel/v1, false"})
    void theSdksJsonArrivesWhole(String session, String base, boolean zipped) throws Exception {
        var logs = new ByteArrayOutputStream();
        var metrics = new ByteArrayOutputStream();
        var spans = new ByteArrayOutputStream();

        var exported =
                export(
                        session,
                        OtlpStdoutLogRecordExporter.builder()
                                .setOutput((OutputStream) logs)
                                .setWrapperJsonObject(true)
                                .build(),
                        OtlpStdoutMetricExporter.builder()
                                .setOutput((OutputStream) metrics)
                                .setWrapperJsonObject(true)
                                .build(),
                        OtlpStdoutSpanExporter.builder()
                                .setOutput((OutputStream) spans)
                                .setWrapperJsonObject(true)
                                .build());
        for (var twice = 0; twice < 2; twice++) { // an exporter repeats what timed out
            post(base + "/logs", logs, zipped);
            post(base + "/metrics", metrics, zipped);
            post(base + "/traces", spans, zipped);
        }

        exported.isStored(proa, session);
    }

    /** Each line is the body of one export. */
    private static void post(String path, ByteArrayOutputStream lines, boolean zipped)
            throws IOException {
        for (var line : lines.toString(StandardCharsets.UTF_8).lines().toList()) {
            var body = line.getBytes(StandardCharsets.UTF_8);
            var request =
                    HttpRequest.newBuilder(URI.create(url(path)))
                            .header("Content-Type", "application/json");
            if (zipped) {
                request.header("Content-Encoding", "gzip");
                body = zipped(body);
            }
            var answer = Proa.send(request.POST(HttpRequest.BodyPublishers.ofByteArray(body)));
            assertThat(answer.statusCode()).as(answer::body).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("{}");
        }
    }

    private static byte[] zipped(byte[] body) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(bytes)) {
            zip.write(body);
        }
        return bytes.toByteArray();
    }

    /** Half a MB that would be half a GB. */
    private static byte[] bomb() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(bytes)) {
            for (var mebibyte = 0; mebibyte < 512; mebibyte++) {
                zip.write(new byte[1024 * 1024]);
            }
        }
        return bytes.toByteArray();
    }

    @Test
    void aBombIs413AndTheMonitorGoesOn() throws IOException {
        var bomb = bomb();
        var request =
                HttpRequest.newBuilder(URI.create(url("/v1/logs")))
                        .header("Content-Type", "application/x-protobuf")
                        .header("Content-Encoding", "gzip")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(bomb));

        HttpResponse<String> answer = Proa.send(request);

        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.headers().firstValue("content-type")).contains("application/x-protobuf");
        assertThat(proa.get("/_proa/health/ready").statusCode()).isEqualTo(200);
    }
}
