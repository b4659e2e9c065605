package dev.proa.supervisor;

/** What is to be done outside. */
sealed interface Effect {
    record Spawn(long run) implements Effect {}

    /** By the signal and within the grace of the manifest. */
    record AskToExit(long run) implements Effect {}

    record KillTree(long run) implements Effect {}

    /** Keep what says why it hangs; answered by {@link Input.Dumped}. */
    record Dump(long run) implements Effect {}
}
