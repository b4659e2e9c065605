package dev.proa.supervisor;

import dev.proa.profile.SidecarSpec;

/** Keeps what says why a process hangs, before it is stopped. */
interface DumpHook {
    /** Keeps nothing. */
    DumpHook NONE = (_, _, _, _) -> {};

    /**
     * Does what the manifest says and blocks until it is done, at most for the time it is given.
     *
     * @param pid the main process, alive a moment ago
     */
    void dump(SidecarSpec.Dump how, SidecarSpec spec, GuardClient.Handle handle, long pid)
            throws InterruptedException;
}
