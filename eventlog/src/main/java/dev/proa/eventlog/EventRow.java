package dev.proa.eventlog;

import org.jspecify.annotations.Nullable;

/**
 * A stored event as the contract's readers see it.
 *
 * @param id grows by one with each stored event
 * @param createdMillis when it was stored, in milliseconds since 1970
 * @param clientMillis when it happened by the sender's clock; null if not said
 * @param metadata JSON text
 * @param costNanos what counts: the given cost, else the computed one, in US dollars times 10^9;
 *     null if unknown
 */
record EventRow(
        long id,
        @Nullable String eventId,
        String sessionId,
        String agentType,
        String eventType,
        @Nullable String toolName,
        String status,
        long tokensIn,
        long tokensOut,
        @Nullable String branch,
        @Nullable String project,
        @Nullable Long durationMs,
        long createdMillis,
        @Nullable Long clientMillis,
        String metadata,
        boolean truncated,
        @Nullable String model,
        @Nullable Long costNanos,
        long cacheReadTokens,
        long cacheWriteTokens,
        String source,
        Usage usage,
        NewEvent.Identity identity,
        Call call) {
    /**
     * Which call of a tool it tells of.
     *
     * @param id the agent's name of the call within its session; null if it is not said
     * @param counted whether the statistics of tools count this event; false if another source has
     *     told of the same call, or if it only tells that a call may be made
     */
    record Call(@Nullable String id, boolean counted) {}

    /**
     * How its cost was found.
     *
     * @param cacheWriteHourTokens how many of the tokens written into a cache are kept for an hour
     * @param givenNanos the cost that the source gave
     * @param computedNanos the cost by the table of prices
     * @param prices the version of that table
     * @param counted whether totals count its tokens and cost; false if another event tells of the
     *     same use
     * @param duplicateOf the id of the event that tells of the same request and counts; null if it
     *     counts itself, or gives way to what other events of its session tell
     */
    record Usage(
            long cacheWriteHourTokens,
            @Nullable Long givenNanos,
            @Nullable Long computedNanos,
            @Nullable String prices,
            boolean counted,
            @Nullable Long duplicateOf) {}

    boolean failed() {
        return status.equals("error");
    }

    /** When it happened, as far as is known, in milliseconds since 1970. */
    long happenedMillis() {
        return clientMillis == null ? createdMillis : clientMillis;
    }

    /** The contract's version that every row is of. */
    static final int SCHEMA_VERSION = 1;

    NewEvent.Tokens tokens() {
        return new NewEvent.Tokens(
                tokensIn,
                tokensOut,
                cacheReadTokens,
                cacheWriteTokens,
                usage.cacheWriteHourTokens());
    }

    /** Whether it tells of something that costs. */
    boolean uses() {
        return usage.givenNanos() != null || tokens().any();
    }

    /** The same event with another cost that counts, in nano-dollars. */
    EventRow with(@Nullable Long counting, Usage found) {
        return new EventRow(
                id,
                eventId,
                sessionId,
                agentType,
                eventType,
                toolName,
                status,
                tokensIn,
                tokensOut,
                branch,
                project,
                durationMs,
                createdMillis,
                clientMillis,
                metadata,
                truncated,
                model,
                counting,
                cacheReadTokens,
                cacheWriteTokens,
                source,
                found,
                identity,
                call);
    }

    /** The same event as one that does not count; {@code instead} is what does, if one event. */
    EventRow givingWayTo(@Nullable Long instead) {
        return with(
                costNanos,
                new Usage(
                        usage.cacheWriteHourTokens(),
                        usage.givenNanos(),
                        usage.computedNanos(),
                        usage.prices(),
                        false,
                        instead));
    }
}
