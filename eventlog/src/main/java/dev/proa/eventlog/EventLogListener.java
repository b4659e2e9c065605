package dev.proa.eventlog;

import dev.proa.core.Problem;

/**
 * Hears what a log does, on threads of the log: it must return quickly, and must not ask the log to
 * store anything. Of transactions one thread tells, of problems any.
 */
public interface EventLogListener {
    /** Called after each transaction that stored or changed something, in order. */
    void committed(Commit commit);

    /** Called when the log begins to fail at storing, once until it works again. */
    void troubled(Problem problem);
}
