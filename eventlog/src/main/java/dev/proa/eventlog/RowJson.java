package dev.proa.eventlog;

import tools.jackson.core.JsonGenerator;

/** The contract's names for what a row holds. */
final class RowJson {
    private RowJson() {}

    static void event(JsonGenerator out, EventRow row) {
        out.writeStartObject();
        properties(out, row);
        out.writeEndObject();
    }

    /** What the contract has of an event, within an object that may have more. */
    static void properties(JsonGenerator out, EventRow row) {
        out.writeNumberProperty("id", row.id());
        Json.text(out, "event_id", row.eventId());
        out.writeNumberProperty("schema_version", EventRow.SCHEMA_VERSION);
        Json.text(out, "session_id", row.sessionId());
        Json.text(out, "agent_type", row.agentType());
        Json.text(out, "event_type", row.eventType());
        Json.text(out, "tool_name", row.toolName());
        Json.text(out, "status", row.status());
        out.writeNumberProperty("tokens_in", row.tokensIn());
        out.writeNumberProperty("tokens_out", row.tokensOut());
        Json.text(out, "branch", row.branch());
        Json.text(out, "project", row.project());
        Json.whole(out, "duration_ms", row.durationMs());
        Json.time(out, "created_at", row.createdMillis());
        Json.time(out, "client_timestamp", row.clientMillis());
        out.writeName("metadata");
        out.writeRawValue(row.metadata());
        out.writeNumberProperty("payload_truncated", row.truncated() ? 1 : 0);
        Json.text(out, "model", row.model());
        Json.dollars(out, "cost_usd", row.costNanos());
        out.writeNumberProperty("cache_read_tokens", row.cacheReadTokens());
        out.writeNumberProperty("cache_write_tokens", row.cacheWriteTokens());
        Json.text(out, "source", row.source());
    }

    static void session(JsonGenerator out, SessionRow row) {
        out.writeStartObject();
        Json.text(out, "id", row.id());
        Json.text(out, "agent_id", row.agentId());
        Json.text(out, "agent_type", row.agentType());
        Json.text(out, "project", row.project());
        Json.text(out, "branch", row.branch());
        Json.text(out, "status", row.status());
        Json.time(out, "started_at", row.startedMillis());
        Json.time(out, "ended_at", row.endedMillis());
        Json.time(out, "last_event_at", row.lastEventMillis());
        out.writeName("metadata");
        out.writeRawValue(row.metadata());
        out.writeNumberProperty("event_count", row.eventCount());
        out.writeNumberProperty("tokens_in", row.tokensIn());
        out.writeNumberProperty("tokens_out", row.tokensOut());
        Json.dollars(out, "total_cost_usd", row.costNanos());
        out.writeNumberProperty("files_edited", row.filesEdited());
        out.writeNumberProperty("lines_added", row.linesAdded());
        out.writeNumberProperty("lines_removed", row.linesRemoved());
        Json.text(out, "waiting", row.waiting());
        out.writeEndObject();
    }
}
