package dev.proa.eventlog;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An event while it is being put together from what a source says; used once, by one thread. What
 * is not said stays as an event has it that says nothing.
 */
final class EventDraft {
    private final String sessionId;
    private final String agentType;
    private final String eventType;
    private @Nullable String eventId;
    private @Nullable String toolName;
    private String status;
    private NewEvent.Tokens tokens = NewEvent.Tokens.NONE;
    private @Nullable String branch;
    private @Nullable String project;
    private @Nullable Long durationMs;
    private @Nullable Long clientMillis;
    private Metadata metadata = Metadata.EMPTY;
    private @Nullable JsonNode whole; // what the metadata is, if that is at hand
    private @Nullable String model;
    private @Nullable Long costNanos;
    private String source = "api";
    private Optional<String> headBranch = Optional.empty();
    private NewEvent.Edit edit = NewEvent.Edit.NONE;
    private NewEvent.Attention attention = new NewEvent.Attention.Keeps();
    private boolean closes;
    private NewEvent.Identity identity = NewEvent.Identity.NONE;
    private NewEvent.@Nullable Past past;

    EventDraft(String sessionId, String agentType, String eventType) {
        this.sessionId = sessionId;
        this.agentType = agentType;
        this.eventType = eventType;
        this.status = eventType.equals("error") ? "error" : "success";
    }

    EventDraft id(@Nullable String id) {
        eventId = id;
        return this;
    }

    EventDraft tool(@Nullable String name) {
        toolName = name;
        return this;
    }

    /** One of success, error and timeout. */
    EventDraft status(String word) {
        status = word;
        return this;
    }

    EventDraft tokens(NewEvent.Tokens used) {
        tokens = used;
        return this;
    }

    EventDraft branch(@Nullable String name) {
        branch = name;
        return this;
    }

    EventDraft project(@Nullable String name) {
        project = name;
        return this;
    }

    EventDraft durationMs(@Nullable Long millis) {
        durationMs = millis;
        return this;
    }

    /** When it happened by the sender's clock, in milliseconds since 1970. */
    EventDraft happened(@Nullable Long millis) {
        clientMillis = millis;
        return this;
    }

    EventDraft metadata(Metadata kept) {
        metadata = kept;
        whole = null;
        return this;
    }

    EventDraft metadata(JsonNode value) {
        metadata = Metadata.of(value);
        whole = value;
        return this;
    }

    EventDraft model(@Nullable String name) {
        model = name;
        return this;
    }

    /** The cost that the source gave, in US dollars times 10^9. */
    EventDraft cost(@Nullable Long nanos) {
        costNanos = nanos;
        return this;
    }

    EventDraft source(String name) {
        source = name;
        return this;
    }

    EventDraft headBranch(Optional<String> name) {
        headBranch = name;
        return this;
    }

    EventDraft edit(NewEvent.Edit made) {
        edit = made;
        return this;
    }

    EventDraft attention(NewEvent.Attention said) {
        attention = said;
        return this;
    }

    /** Whether it ends its session for good, whatever the agent. */
    EventDraft closes(boolean end) {
        closes = end;
        return this;
    }

    EventDraft identity(NewEvent.Identity known) {
        identity = known;
        return this;
    }

    /** That it comes from a file that tells of the past. */
    EventDraft past(NewEvent.Past told) {
        past = told;
        return this;
    }

    NewEvent event() {
        return new NewEvent(
                eventId,
                sessionId,
                agentType,
                eventType,
                toolName,
                status,
                tokens,
                branch,
                project,
                durationMs,
                clientMillis,
                metadata,
                model,
                costNanos,
                source,
                headBranch,
                edit,
                attention,
                closes,
                identity,
                past,
                texts());
    }

    private EventTexts texts() {
        return whole == null
                ? EventTexts.of(eventType, status, metadata.json())
                : EventTexts.of(eventType, status, whole);
    }
}
