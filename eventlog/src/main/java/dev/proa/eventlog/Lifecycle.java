package dev.proa.eventlog;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a session's state: any event makes it active; without one it is idle after a time
 * and ended after twice that time. Readers apply it to what is stored, and the writer stores what
 * it says. Pure.
 *
 * @param idleAfter how much silence makes a session idle
 * @param history imported events that are older tell of history, not of something that runs
 */
public record Lifecycle(Duration idleAfter, Duration history) {
    static final String ACTIVE = "active";
    static final String IDLE = "idle";
    static final String ENDED = "ended";

    /** As old history is at least. */
    static final Duration HISTORY = Duration.ofMinutes(30);

    static final Lifecycle USUAL = new Lifecycle(Duration.ofMinutes(5), HISTORY);

    /** The rules for histories that are imported so often; zero is never. */
    public static Lifecycle of(Duration idleAfter, Duration importEvery) {
        var history =
                importEvery.isZero() ? idleAfter.multipliedBy(6) : importEvery.multipliedBy(3);
        return new Lifecycle(idleAfter, history.compareTo(HISTORY) > 0 ? history : HISTORY);
    }

    private long endedAfter() {
        return 2 * idleAfter.toMillis();
    }

    /** The state at {@code now} of a session that was stored as {@code status}. */
    String status(String status, long lastEventMillis, long now) {
        var silence = now - lastEventMillis;
        if (status.equals(ENDED) || silence > endedAfter()) {
            return ENDED;
        }
        return silence > idleAfter.toMillis() ? IDLE : status;
    }

    /** What has been silent since before that moment has ended. */
    long aliveSince(long now) {
        return now - endedAfter();
    }

    /** When silence ended a session. */
    long endedBySilence(long lastEventMillis) {
        return lastEventMillis + endedAfter();
    }

    /** What an event makes of its session. */
    String after(NewEvent event, long now) {
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
    long moment(NewEvent event, long now) {
        var arrived = event.arrived(now);
        var happened = event.clientMillis();
        var history = event.source().equals("import") && historical(happened, arrived);
        return history && happened != null ? happened : arrived;
    }

    /** Whether it is to be told as something that happens, not only to be stored. */
    boolean news(NewEvent event, long now) {
        return event.past() == null || !historical(moment(event, now), now);
    }

    /** Whether it waited so long to be told that nobody waits for an answer any more. */
    boolean late(NewEvent event, long now) {
        var happened = event.clientMillis();
        return happened != null && now - happened > endedAfter();
    }

    boolean historical(@Nullable Long clientMillis, long now) {
        return clientMillis == null || now - clientMillis > history.toMillis();
    }
}
