package dev.proa.eventlog;

import dev.proa.core.Problem;

/** Hears what a log does, on the log's writing thread: it must return quickly. */
public interface EventLogListener {
    /** Called after each transaction that stored or changed something, in order. */
    void committed(Commit commit);

    /** Called when the log begins to fail at storing, once until it works again. */
    void troubled(Problem problem);
}
