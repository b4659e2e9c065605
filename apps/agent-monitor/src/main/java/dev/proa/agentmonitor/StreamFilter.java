package dev.proa.agentmonitor;

import dev.proa.eventlog.Commit;
import java.util.Optional;
import java.util.function.Function;

/** Which events a client wants; what else the stream tells is told to everyone. */
record StreamFilter(
        Optional<String> agentType, Optional<String> eventType, Optional<String> sessionId) {
    static StreamFilter of(Function<String, Optional<String>> parameter) {
        return new StreamFilter(
                filled(parameter.apply("agent_type")),
                filled(parameter.apply("event_type")),
                filled(parameter.apply("session_id")));
    }

    private static Optional<String> filled(Optional<String> value) {
        return value.filter(text -> !text.isEmpty());
    }

    boolean wants(Commit.StoredEvent event) {
        return agentType.map(event.agentType()::equals).orElse(true)
                && eventType.map(event.eventType()::equals).orElse(true)
                && sessionId.map(event.sessionId()::equals).orElse(true);
    }
}
