package dev.proa.supervisor;

import java.time.Duration;

/** What follows once a tree is proved empty. */
sealed interface After {
    record Stop() implements After {}

    /** A person wants it to run again: at once, and not charged. */
    record Restart() implements After {}

    /** It makes room for others, and starts again when it is called back; not charged. */
    record Aside(String why) implements After {}

    /** It made room and was called back before it was gone. */
    record Back() implements After {}

    /**
     * It ended by its own doing: the restart rules decide.
     *
     * @param readyFor how long it had been ready; zero if it never was
     * @param forced we had to end it, so its exit code says nothing
     * @param excused the machine stood still just before, so nobody is to blame
     * @param why in plain words, as the second half of "it ..."
     */
    record Judge(Duration readyFor, boolean forced, boolean excused, String why) implements After {}
}
