"""Exports logs, metrics and traces to a running Proa with OpenTelemetry's own exporters.

usage: otlp_export.py BASE_URL SESSION protobuf|json none|gzip
Prints what was exported as JSON: {"logs": n, "tokens": n, "cost_nanos": n, "spans": n}.
"""

import json
import logging
import sys
import time

from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

LOGS = 700
ROUNDS = 4
SPANS = 600


def exporters(encoding, compression, url):
    if encoding == "protobuf":
        from opentelemetry.exporter.otlp.proto.http import Compression
        from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    else:
        from opentelemetry.exporter.otlp.common.http import Compression
        from opentelemetry.exporter.otlp.json.http._log_exporter import OTLPLogExporter
        from opentelemetry.exporter.otlp.json.http.metric_exporter import OTLPMetricExporter
        from opentelemetry.exporter.otlp.json.http.trace_exporter import OTLPSpanExporter
    how = {"compression": Compression(compression)}
    return (
        OTLPLogExporter(endpoint=url + "/v1/logs", **how),
        OTLPMetricExporter(endpoint=url + "/v1/metrics", **how),
        OTLPSpanExporter(endpoint=url + "/v1/traces", **how),
    )


def flushed(provider):
    if not provider.force_flush(30_000):
        raise SystemExit("not everything was exported")


def export_logs(exporter, resource, session):
    provider = LoggerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_log_record_processor(BatchLogRecordProcessor(exporter))
    logger = provider.get_logger("com.anthropic.claude_code.events")
    for number in range(LOGS):
        logger.emit(
            LogRecord(
                timestamp=time.time_ns(),
                severity_number=SeverityNumber.INFO,
                body="claude_code.api_request",
                attributes={
                    "event.name": "api_request",
                    "session.id": session,
                    "event.sequence": number,
                    "model": "claude-sonnet-4-6",
                    "input_tokens": str(number),
                    "output_tokens": 1,
                    "duration_ms": 1.0 * number,
                    "request_id": f"req_{session}_{number}",
                },
            )
        )
    flushed(provider)
    provider.shutdown()
    return LOGS


def export_metrics(exporter, resource, session):
    tokens = 0
    cost_nanos = 0
    reader = PeriodicExportingMetricReader(exporter, export_interval_millis=3_600_000)
    provider = MeterProvider([reader], resource=resource, shutdown_on_exit=False)
    meter = provider.get_meter("com.anthropic.claude_code")
    used = meter.create_counter("claude_code.token.usage", unit="tokens")
    spent = meter.create_counter("claude_code.cost.usage", unit="USD")
    said = {"session.id": session + "-metrics", "model": "claude-sonnet-4-6"}
    for number in range(ROUNDS):
        used.add(1000 + number, {**said, "type": "input"})
        used.add(10, {**said, "type": "output"})
        spent.add(0.25, said)
        tokens += 1000 + number
        cost_nanos += 250_000_000
        flushed(provider)
    provider.shutdown()
    return tokens, cost_nanos


def export_traces(exporter, resource, session):
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    tracer = provider.get_tracer("com.anthropic.claude_code.tracing")
    for number in range(SPANS // 2):
        with tracer.start_as_current_span("claude_code.interaction", attributes={"session.id": session}):
            with tracer.start_as_current_span("claude_code.tool", attributes={"tool_name": "Bash", "n": number}):
                pass
    flushed(provider)
    provider.shutdown()
    return SPANS


def main():
    url, session, encoding, compression = sys.argv[1:]
    logging.basicConfig(level=logging.WARNING)  # exporters tell of refusals there
    resource = Resource.create({"service.name": "claude-code"})
    logs, metrics, traces = exporters(encoding, compression, url)
    tokens, cost_nanos = export_metrics(metrics, resource, session)
    exported = {
        "logs": export_logs(logs, resource, session),
        "tokens": tokens,
        "cost_nanos": cost_nanos,
        "spans": export_traces(traces, resource, session),
    }
    print(json.dumps(exported))


main()
