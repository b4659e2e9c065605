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
        var named = EventLines.origin(row.eventId()).isEmpty();
        Json.text(out, "event_id", named ? row.eventId() : null);
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
        if (!row.call().counted()) {
            out.writeBooleanProperty("call_counted", false);
        }
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
        counts(out, row.counts());
        story(out, row.story());
        Json.text(out, "waiting", row.waiting());
        out.writeName("subagents");
        out.writeStartArray();
        row.subagents().forEach(each -> each.write(out));
        out.writeEndArray();
        out.writeEndObject();
    }

    private static void counts(JsonGenerator out, SessionCounts counts) {
        out.writeNumberProperty("event_count", counts.events());
        out.writeNumberProperty("errors", counts.errors());
        out.writeNumberProperty("tokens_in", counts.tokensIn());
        out.writeNumberProperty("tokens_out", counts.tokensOut());
        out.writeNumberProperty("cache_read_tokens", counts.cacheRead());
        out.writeNumberProperty("cache_write_tokens", counts.cacheWrite());
        Json.dollars(out, "total_cost_usd", counts.costNanos());
        out.writeNumberProperty("unpriced_events", counts.unpriced());
        out.writeNumberProperty("files_edited", counts.filesEdited());
        out.writeNumberProperty("lines_added", counts.linesAdded());
        out.writeNumberProperty("lines_removed", counts.linesRemoved());
    }

    private static void story(JsonGenerator out, SessionStory story) {
        Json.text(out, "title", story.title());
        out.writeName("activity");
        var activity = story.activity();
        out.writeRawValue(activity == null ? "null" : activity.json());
        Json.text(out, "model", story.model());
        Json.whole(out, "context_tokens", story.contextTokens());
        Json.whole(out, "context_window", story.contextWindow());
    }
}
