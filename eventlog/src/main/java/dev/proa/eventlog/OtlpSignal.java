package dev.proa.eventlog;

import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsPartialSuccess;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsPartialSuccess;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;

/** The kinds of telemetry that OTLP/HTTP carries, each on a path of its own. */
public enum OtlpSignal {
    LOGS("/v1/logs", "log records", ExportLogsServiceRequest.getDefaultInstance()),
    METRICS("/v1/metrics", "data points", ExportMetricsServiceRequest.getDefaultInstance()),
    TRACES("/v1/traces", "spans", ExportTraceServiceRequest.getDefaultInstance());

    private final String path;
    private final String items;
    private final Message request;

    OtlpSignal(String path, String items, Message request) {
        this.path = path;
        this.items = items;
        this.request = request;
    }

    /** The path that OTLP/HTTP gives it. */
    public String path() {
        return path;
    }

    /** What one request holds many of, as a word for people. */
    String items() {
        return items;
    }

    /** An empty request of this kind, which knows how to read others. */
    Message request() {
        return request;
    }

    /** The answer to a request of which everything was taken. */
    Message accepted() {
        return switch (this) {
            case LOGS -> ExportLogsServiceResponse.getDefaultInstance();
            case METRICS -> ExportMetricsServiceResponse.getDefaultInstance();
            case TRACES -> ExportTraceServiceResponse.getDefaultInstance();
        };
    }

    /** The answer to a request of which so many items were rejected, and why. */
    Message accepted(long rejected, String why) {
        return switch (this) {
            case LOGS ->
                    ExportLogsServiceResponse.newBuilder()
                            .setPartialSuccess(
                                    ExportLogsPartialSuccess.newBuilder()
                                            .setRejectedLogRecords(rejected)
                                            .setErrorMessage(why))
                            .build();
            case METRICS ->
                    ExportMetricsServiceResponse.newBuilder()
                            .setPartialSuccess(
                                    ExportMetricsPartialSuccess.newBuilder()
                                            .setRejectedDataPoints(rejected)
                                            .setErrorMessage(why))
                            .build();
            case TRACES ->
                    ExportTraceServiceResponse.newBuilder()
                            .setPartialSuccess(
                                    ExportTracePartialSuccess.newBuilder()
                                            .setRejectedSpans(rejected)
                                            .setErrorMessage(why))
                            .build();
        };
    }
}
