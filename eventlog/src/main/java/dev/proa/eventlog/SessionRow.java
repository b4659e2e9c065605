package dev.proa.eventlog;

import org.jspecify.annotations.Nullable;

/**
 * A session with its counters, as the contract's readers see it. Times are milliseconds since 1970.
 *
 * @param status active, idle or ended
 * @param costNanos sum of the known costs in US dollars times 10^9; null if none is known
 * @param unpricedEvents how many events used something whose cost is unknown
 * @param filesEdited how many different files were edited
 * @param waiting what it waits for from a person; null if for nothing
 */
record SessionRow(
        String id,
        String agentId,
        String agentType,
        @Nullable String project,
        @Nullable String branch,
        String status,
        long startedMillis,
        @Nullable Long endedMillis,
        long lastEventMillis,
        String metadata,
        long eventCount,
        long tokensIn,
        long tokensOut,
        @Nullable Long costNanos,
        long filesEdited,
        long linesAdded,
        long linesRemoved,
        @Nullable String waiting,
        long cacheReadTokens,
        long cacheWriteTokens,
        long unpricedEvents) {}
