package dev.proa.eventlog;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A session with its counters, as the contract's readers see it. Times are milliseconds since 1970.
 *
 * @param status active, idle or ended
 * @param waiting what it waits for from a person; null if for nothing
 * @param subagents who works for it, the oldest first
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
        SessionCounts counts,
        SessionStory story,
        @Nullable String waiting,
        List<Subagent> subagents) {
    SessionRow {
        subagents = List.copyOf(subagents);
    }

    SessionRow with(List<Subagent> its) {
        return new SessionRow(
                id,
                agentId,
                agentType,
                project,
                branch,
                status,
                startedMillis,
                endedMillis,
                lastEventMillis,
                metadata,
                counts,
                story,
                waiting,
                its);
    }
}
