package dev.proa.supervisor;

import java.io.InputStream;
import java.util.List;

/**
 * Hears what becomes of one process under the guard: either {@link #failed}, or {@link #started},
 * {@link #exited}, any number of {@link #notEmpty}, {@link #emptied}. Called on the guard's thread;
 * must not block.
 */
interface GuardNews {
    /** Where the process was put that {@link #started} is about to name. */
    default void placed(Placement placement) {}

    /** {@code output} carries stdout and stderr and ends when the tree is empty. */
    void started(long pid, long guardPid, InputStream output);

    void failed(StartFailure failure);

    void exited(Exit exit);

    /** {@code survivors} had to be killed after the main process was gone. */
    void emptied(int survivors);

    void notEmpty(List<Long> pids);
}
