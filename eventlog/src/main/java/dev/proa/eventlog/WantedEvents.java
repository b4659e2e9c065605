package dev.proa.eventlog;

import java.util.Optional;
import java.util.function.Function;

/** Which events a reader of the stream wants; empty is any. */
public record WantedEvents(
        Optional<String> agentType, Optional<String> eventType, Optional<String> sessionId) {
    /** All events. */
    public static final WantedEvents ALL =
            new WantedEvents(Optional.empty(), Optional.empty(), Optional.empty());

    /** Reads the parameters {@code agent_type}, {@code event_type} and {@code session_id}. */
    public static WantedEvents of(Function<String, Optional<String>> parameter) {
        return new WantedEvents(
                filled(parameter.apply("agent_type")),
                filled(parameter.apply("event_type")),
                filled(parameter.apply("session_id")));
    }

    private static Optional<String> filled(Optional<String> value) {
        return value.filter(text -> !text.isEmpty());
    }

    /** Whether this event is one of them. */
    public boolean has(Commit.StoredEvent event) {
        return agentType.map(event.agentType()::equals).orElse(true)
                && eventType.map(event.eventType()::equals).orElse(true)
                && sessionId.map(event.sessionId()::equals).orElse(true);
    }
}
