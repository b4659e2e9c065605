package dev.proa.gateway;

/** What the first instance of an app says to a second start. */
public sealed interface HandOverAnswer {
    /**
     * It has taken the arguments.
     *
     * @param baseUrl of its gateway, without a slash at the end
     * @param page a one-time address of its page, good for ten minutes
     * @param raised whether its window came up
     */
    record Taken(long pid, String baseUrl, String page, boolean raised) implements HandOverAnswer {}

    /** It has not; {@code why} is a clause for a person. */
    record Refused(Cause cause, String why) implements HandOverAnswer {}

    /** Why a hand-over was refused. */
    enum Cause {
        /** The run is being set up: ask again. */
        STARTING,
        /** The run ends: its place will be free. */
        STOPPING,
        /** Too much waits already for a page to take it. */
        FULL,
        /** The request was not understood. */
        MALFORMED,
        /** The caller is another user. */
        USER,
        /** A cause that a newer Proa knows. */
        OTHER
    }
}
