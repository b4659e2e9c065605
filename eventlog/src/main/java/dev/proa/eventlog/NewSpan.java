package dev.proa.eventlog;

import org.jspecify.annotations.Nullable;

/**
 * A span of a trace that is not stored yet.
 *
 * @param traceId in lower-case hexadecimal, as {@code spanId} and {@code parentSpanId}
 * @param sessionId null if neither it nor a span of its trace in the same request names one
 * @param kind in lower case, such as {@code client}
 * @param startNanos since 1970
 * @param durationNanos from 0
 * @param status {@code unset}, {@code ok} or {@code error}
 * @param attributes within the cap of an event's metadata once the log has taken them
 */
record NewSpan(
        String traceId,
        String spanId,
        @Nullable String parentSpanId,
        @Nullable String sessionId,
        String agentType,
        String name,
        String kind,
        long startNanos,
        long durationNanos,
        String status,
        @Nullable String message,
        Metadata attributes) {
    NewSpan in(@Nullable String session) {
        return new NewSpan(
                traceId,
                spanId,
                parentSpanId,
                session,
                agentType,
                name,
                kind,
                startNanos,
                durationNanos,
                status,
                message,
                attributes);
    }

    /** The same span with other words in it. */
    NewSpan with(String called, @Nullable String words, Metadata kept) {
        return new NewSpan(
                traceId,
                spanId,
                parentSpanId,
                sessionId,
                agentType,
                called,
                kind,
                startNanos,
                durationNanos,
                status,
                words,
                kept);
    }

    long weight() {
        return 768 + 2L * attributes.json().length();
    }
}
