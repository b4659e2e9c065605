package dev.proa.eventlog;

import java.util.List;

/** What version 6 adds: the events that failed, to be found without a look at the others. */
final class FailedEvents {
    /** What failed, or says that something did; the condition of the index to the letter. */
    static final String FAILED = "(status IN ('error', 'timeout') OR event_type = 'error')";

    /** The columns by which events are filtered, so that only those that pass are read. */
    static final List<String> ALL =
            List.of(
                    "CREATE INDEX events_failed ON events (id, session_id, agent_type, event_type,"
                            + " tool_name, created_at) WHERE "
                            + FAILED);

    /** Without the name SQLite would look at every event of a tool. */
    static final String EVENTS = "events INDEXED BY events_failed";

    private FailedEvents() {}
}
