package dev.proa.supervisor;

import java.time.Duration;

/** What follows once a tree is proved empty. */
sealed interface After {
    record Stop() implements After {}

    /** Somebody wants it to run again: at once, and not charged. */
    record Restart() implements After {}

    /**
     * It ended by its own doing: the restart rules decide.
     *
     * @param readyFor how long it had been ready; zero if it never was
     * @param forced we had to end it, so its exit code says nothing
     * @param why in plain words, as the second half of "it ..."
     */
    record Judge(Duration readyFor, boolean forced, String why) implements After {}
}
