package dev.proa.eventlog;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes spans of a session of the spans of traces. */
final class OtlpTraces {
    private static final int TRACE_ID_BYTES = 16;
    private static final int SPAN_ID_BYTES = 8;
    private static final int LONGEST_NAME = 500;
    private static final int LONGEST_TEXT = 2_500;
    private static final int MOST_ATTRIBUTES = 128;

    private OtlpTraces() {}

    static void gather(ExportTraceServiceRequest request, OtlpHarvest harvest) {
        var spans = new ArrayList<NewSpan>();
        var sessions = new HashMap<String, String>();
        for (var resource : request.getResourceSpansList()) {
            for (var scope : resource.getScopeSpansList()) {
                var around = OtlpItem.Around.of(resource.getResource(), scope.getScope());
                for (var span : scope.getSpansList()) {
                    harvest.received();
                    gather(span, around, harvest)
                            .ifPresent(kept -> {
                                spans.add(kept);
                                note(kept, sessions);
                            });
                }
            }
        }
        for (var span : spans) {
            var session = span.sessionId();
            harvest.keep(session == null ? span.in(sessions.get(span.traceId())) : span);
        }
    }

    private static void note(NewSpan span, Map<String, String> sessions) {
        var session = span.sessionId();
        if (session != null) {
            sessions.putIfAbsent(span.traceId(), session);
        }
    }

    private static Optional<NewSpan> gather(
            Span span, OtlpItem.Around around, OtlpHarvest harvest) {
        if (!valid(span.getTraceId(), TRACE_ID_BYTES) || !valid(span.getSpanId(), SPAN_ID_BYTES)) {
            harvest.skip(OtlpHarvest.Skip.INVALID);
            return Optional.empty();
        }
        var item = new OtlpItem(OtlpValues.object(span.getAttributesList()), around);
        var duration = span.getEndTimeUnixNano() - span.getStartTimeUnixNano();
        return Optional.of(
                new NewSpan(
                        hex(span.getTraceId()),
                        hex(span.getSpanId()),
                        span.getParentSpanId().isEmpty() ? null : hex(span.getParentSpanId()),
                        item.text(OtlpField.SESSION).orElse(null),
                        item.agent(),
                        HookMetadata.cut(OtlpValues.wellFormed(span.getName()), LONGEST_NAME),
                        kind(span),
                        Math.max(0, span.getStartTimeUnixNano()),
                        Math.max(0, duration),
                        status(span),
                        message(span),
                        attributes(item.attributes())));
    }

    /** W3C Trace Context: an id of nothing but zeros is invalid. */
    private static boolean valid(ByteString id, int bytes) {
        return id.size() == bytes && !id.equals(ByteString.copyFrom(new byte[bytes]));
    }

    private static String hex(ByteString id) {
        return HexFormat.of().formatHex(id.toByteArray());
    }

    private static String kind(Span span) {
        return switch (span.getKind()) {
            case SPAN_KIND_SERVER -> "server";
            case SPAN_KIND_CLIENT -> "client";
            case SPAN_KIND_PRODUCER -> "producer";
            case SPAN_KIND_CONSUMER -> "consumer";
            case SPAN_KIND_UNSPECIFIED, SPAN_KIND_INTERNAL, UNRECOGNIZED -> "internal";
        };
    }

    private static String status(Span span) {
        return switch (span.getStatus().getCode()) {
            case STATUS_CODE_OK -> "ok";
            case STATUS_CODE_ERROR -> "error";
            case STATUS_CODE_UNSET, UNRECOGNIZED -> "unset";
        };
    }

    /** What the status says, else the exception that was recorded last. */
    private static @Nullable String message(Span span) {
        var said = span.getStatus().getMessage();
        if (!said.isBlank()) {
            return HookMetadata.cut(OtlpValues.wellFormed(said), LONGEST_TEXT);
        }
        return span.getEventsList().reversed().stream()
                .flatMap(event ->
                        OtlpField.ERROR_TEXT
                                .at(OtlpValues.object(event.getAttributesList()), OtlpValues::text)
                                .stream())
                .findFirst()
                .map(text -> HookMetadata.cut(text, LONGEST_TEXT))
                .orElse(null);
    }

    private static Metadata attributes(ObjectNode all) {
        var kept = JsonNodeFactory.instance.objectNode();
        var cut = false;
        for (var attribute : all.properties()) {
            if (kept.size() == MOST_ATTRIBUTES) {
                cut = true;
                break;
            }
            var value = attribute.getValue();
            var text = value.isString() ? value.stringValue() : "";
            var fitted = HookMetadata.cut(text, LONGEST_TEXT);
            cut |= fitted.length() < text.length();
            if (value.isString()) {
                kept.put(attribute.getKey(), fitted);
            } else {
                kept.set(attribute.getKey(), value);
            }
        }
        return Metadata.of(kept).cut(cut);
    }
}
