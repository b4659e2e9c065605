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
        NewEvent.Identity identity) {
    /**
     * How its cost was found.
     *
     * @param cacheWriteHourTokens how many of the tokens written into a cache are kept for an hour
     * @param givenNanos the cost that the source gave
     * @param computedNanos the cost by the table of prices
     * @param prices the version of that table
     * @param counted whether totals count its tokens and cost; false if another event tells of the
     *     same use
     */
    record Usage(
            long cacheWriteHourTokens,
            @Nullable Long givenNanos,
            @Nullable Long computedNanos,
            @Nullable String prices,
            boolean counted) {}

    boolean failed() {
        return status.equals("error");
    }

    /** When it happened, as far as is known, in milliseconds since 1970. */
    long happenedMillis() {
        return clientMillis == null ? createdMillis : clientMillis;
    }

    /** The contract's version that every row is of. */
    static final int SCHEMA_VERSION = 1;
}
