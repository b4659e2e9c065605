package dev.proa.eventlog;

import tools.jackson.core.JsonGenerator;

/**
 * An event as one line of an export: what readers of the contract see, and what else the log knows
 * of it. {@link EventLines} reads it.
 */
final class EventLine {
    private EventLine() {}

    /** Writes a row of the log that is called {@code log}. */
    static byte[] of(EventRow row, String log) {
        return Json.bytes(out -> Json.object(out, o -> write(o, row, log)));
    }

    private static void write(JsonGenerator out, EventRow row, String log) {
        var came = EventLines.origin(row.eventId());
        Json.text(out, "event_id", came.isPresent() ? null : row.eventId());
        out.writeNumberProperty("schema_version", EventRow.SCHEMA_VERSION);
        Json.text(out, "session_id", row.sessionId());
        Json.text(out, "agent_type", row.agentType());
        Json.text(out, "event_type", row.eventType());
        Json.text(out, "tool_name", row.toolName());
        Json.text(out, "status", row.status());
        out.writeNumberProperty("tokens_in", row.tokensIn());
        out.writeNumberProperty("tokens_out", row.tokensOut());
        out.writeNumberProperty("cache_read_tokens", row.cacheReadTokens());
        out.writeNumberProperty("cache_write_tokens", row.cacheWriteTokens());
        out.writeNumberProperty("cache_write_hour_tokens", row.usage().cacheWriteHourTokens());
        Json.text(out, "branch", row.branch());
        Json.text(out, "project", row.project());
        Json.whole(out, "duration_ms", row.durationMs());
        Json.time(out, "created_at", row.createdMillis());
        Json.time(out, "client_timestamp", row.clientMillis());
        Json.text(out, "model", row.model());
        Json.dollars(out, "cost_usd", row.costNanos());
        Json.dollars(out, "given_cost_usd", row.usage().givenNanos());
        Json.dollars(out, "computed_cost_usd", row.usage().computedNanos());
        Json.text(out, "prices", row.usage().prices());
        out.writeBooleanProperty("counted", row.usage().counted());
        Json.text(out, "source", row.source());
        Json.text(out, "message_id", row.identity().messageId());
        Json.text(out, "request_id", row.identity().requestId());
        Json.text(out, "subagent", row.identity().subagent());
        out.writeBooleanProperty("metered", row.identity().metered());
        out.writeNumberProperty("payload_truncated", row.truncated() ? 1 : 0);
        var here = log.isEmpty() ? null : log + ":" + row.id();
        Json.text(out, "origin", came.orElse(here));
        out.writeName("metadata");
        out.writeRawValue(row.metadata());
    }
}
