package dev.proa.supervisor;

/** What is to be done outside. */
sealed interface Effect {
    record Spawn(long run) implements Effect {}

    /** By the request, the signal and within the grace of the manifest. */
    record AskToExit(long run) implements Effect {}

    record KillTree(long run) implements Effect {}

    /** Keep what says why it hangs; answered by {@link Input.Dumped}. */
    record Dump(long run) implements Effect {}

    /**
     * It went down by itself, and others have to go with it: those that need it, or everybody. All
     * that were sent aside are called back when the last of them is down, and so is this one.
     */
    record ClearAround(boolean everybody) implements Effect {}
}
