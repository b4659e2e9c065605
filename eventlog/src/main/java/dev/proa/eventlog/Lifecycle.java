package dev.proa.eventlog;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a session's state: any event makes it active; without one it is idle after {@link
 * #IDLE_AFTER} and ended after {@link #ENDED_AFTER}. Pure: readers apply it to what is stored, and
 * the writer stores what it says.
 */
final class Lifecycle {
    static final String ACTIVE = "active";
    static final String IDLE = "idle";
    static final String ENDED = "ended";

    static final Duration IDLE_AFTER = Duration.ofMinutes(5);
    static final Duration ENDED_AFTER = Duration.ofMinutes(10);

    /** Imported events older than this tell of history, not of something that runs. */
    static final Duration HISTORY = Duration.ofMinutes(30);

    private Lifecycle() {}

    /** The state at {@code now} of a session that was stored as {@code status}. */
    static String status(String status, long lastEventMillis, long now) {
        var silence = now - lastEventMillis;
        if (status.equals(ENDED) || silence > ENDED_AFTER.toMillis()) {
            return ENDED;
        }
        return silence > IDLE_AFTER.toMillis() ? IDLE : status;
    }

    /** When silence ended a session. */
    static long endedBySilence(long lastEventMillis) {
        return lastEventMillis + ENDED_AFTER.toMillis();
    }

    /** What an event makes of its session. */
    static String after(NewEvent event, long now) {
        var imported = event.source().equals("import");
        if (event.closes() || (imported && historical(event.clientMillis(), now))) {
            return ENDED;
        }
        // A recent import's end is often made up by the importer while the session goes on, and
        // the end of a sub-agent is not that of its session.
        if (!event.eventType().equals("session_end")
                || imported
                || event.identity().subagent() != null) {
            return ACTIVE;
        }
        // Claude Code says so at the end of each turn.
        return event.agentType().equals("claude_code") ? IDLE : ENDED;
    }

    /**
     * When an event counts for its session, in milliseconds since 1970: history when it happened,
     * anything else when it came.
     */
    static long moment(NewEvent event, long now) {
        var arrived = event.arrived(now);
        var happened = event.clientMillis();
        var history = event.source().equals("import") && historical(happened, arrived);
        return history && happened != null ? happened : arrived;
    }

    /** Whether it is to be told as something that happens, not only to be stored. */
    static boolean news(NewEvent event, long now) {
        return event.past() == null || !historical(moment(event, now), now);
    }

    static boolean historical(@Nullable Long clientMillis, long now) {
        return clientMillis == null || now - clientMillis > HISTORY.toMillis();
    }
}
