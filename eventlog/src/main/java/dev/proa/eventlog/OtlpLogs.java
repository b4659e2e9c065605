package dev.proa.eventlog;

import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.SeverityNumber;
import io.opentelemetry.proto.resource.v1.Resource;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/** Makes events of the log records of coding agents. */
final class OtlpLogs {
    /** Where an event's name stands if it is not in the record's attributes. */
    private static final Set<String> NAMED_BODIES = Set.of("claude_code.", "codex.");

    private final GitHeads heads;

    OtlpLogs(GitHeads heads) {
        this.heads = heads;
    }

    void gather(ExportLogsServiceRequest request, OtlpHarvest harvest) {
        for (var resource : request.getResourceLogsList()) {
            for (var scope : resource.getScopeLogsList()) {
                var around = OtlpItem.Around.of(resource.getResource(), scope.getScope());
                for (var log : scope.getLogRecordsList()) {
                    harvest.received();
                    gather(log, around, resource.getResource(), harvest);
                }
            }
        }
    }

    private void gather(
            LogRecord log, OtlpItem.Around around, Resource resource, OtlpHarvest harvest) {
        var item =
                new OtlpItem(
                        OtlpValues.object(log.getAttributesList()),
                        around,
                        OtlpValues.bodyObject(log.getBody())
                                .orElseGet(JsonNodeFactory.instance::objectNode));
        var name = name(log, item);
        switch (OtlpEventType.of(name, item, failed(log))) {
            case OtlpEventType.Verdict.Noise() -> harvest.skip(OtlpHarvest.Skip.NOISE);
            case OtlpEventType.Verdict.Unknown() -> harvest.skip(OtlpHarvest.Skip.UNKNOWN);
            case OtlpEventType.Verdict.Is(var type) -> {
                var session = item.text(OtlpField.SESSION);
                if (session.isEmpty()) {
                    harvest.skip(OtlpHarvest.Skip.NO_SESSION);
                } else {
                    var when = when(log, item);
                    var id = when.isPresent() ? harvest.id("log", resource, log) : null;
                    harvest.keep(event(new Said(log, item, name, type), session.get(), when, id));
                }
            }
        }
    }

    /** What a record says of its event. */
    private record Said(LogRecord log, OtlpItem item, String name, String type) {}

    private static String name(LogRecord log, OtlpItem item) {
        return OtlpField.EVENT
                .at(item.attributes(), OtlpValues::text)
                .or(() -> Optional.of(log.getEventName()).filter(text -> !text.isEmpty()))
                .or(() -> Optional.of(log.getBody().getStringValue()).filter(OtlpLogs::isName))
                .orElse("");
    }

    /** Claude Code has the event's whole name as the record's body. */
    private static boolean isName(String body) {
        return NAMED_BODIES.stream().anyMatch(body::startsWith) && body.matches("[a-z_.]+");
    }

    private static boolean failed(LogRecord log) {
        return log.getSeverityText().equals("ERROR")
                || log.getSeverityNumberValue() >= SeverityNumber.SEVERITY_NUMBER_ERROR_VALUE;
    }

    /** Codex has no time but that of its observation, and the right one as a text. */
    private static OptionalLong when(LogRecord log, OtlpItem item) {
        var own = OtlpValues.millis(log.getTimeUnixNano());
        if (own.isPresent()) {
            return own;
        }
        var text = item.text(OtlpField.TIME);
        var said =
                text.isPresent() ? JsDate.parse(text.get(), ZoneOffset.UTC) : OptionalLong.empty();
        return said.isPresent() ? said : OtlpValues.millis(log.getObservedTimeUnixNano());
    }

    private NewEvent event(Said said, String session, OptionalLong when, @Nullable String id) {
        var item = said.item();
        var tool = item.text(OtlpField.TOOL).orElse(null);
        var body = said.log().getBody().getStringValue();
        var plain = item.body().isEmpty() && !isName(body) ? body : "";
        var metadata = new OtlpMetadata(item, said.name(), said.type(), plain);
        var folder = item.folder().orElse(null);
        var head = heads.branch(folder);
        var failed = said.type().equals("error") || item.unsuccessful();
        return new EventDraft(session, item.agent(), said.type())
                .id(id)
                .tool(tool)
                .status(failed ? "error" : "success")
                .tokens(item.tokens())
                .branch(item.text(OtlpField.BRANCH).or(() -> head).orElse(null))
                .project(item.text(OtlpField.PROJECT).orElseGet(() -> ClaudeHooks.lastName(folder)))
                .durationMs(item.find(OtlpField.DURATION, OtlpValues::count).orElse(null))
                .happened(when.isPresent() ? (Long) when.getAsLong() : null)
                .metadata(metadata.text())
                .model(item.text(OtlpField.MODEL).orElse(null))
                .cost(item.find(OtlpField.COST, OtlpValues::nanos).orElse(null))
                .source("otel")
                .headBranch(head)
                .edit(Contract.edit(tool, metadata.whole()))
                .identity(identity(item))
                .event();
    }

    /** Claude Code calls the request's id the response's, too. */
    static NewEvent.Identity identity(OtlpItem item) {
        var message = item.text(OtlpField.MESSAGE_ID).filter(id -> !id.startsWith("req_"));
        return new NewEvent.Identity(
                message.orElse(null),
                item.text(OtlpField.REQUEST_ID).orElse(null),
                item.text(OtlpField.SUBAGENT).orElse(null),
                false);
    }
}
