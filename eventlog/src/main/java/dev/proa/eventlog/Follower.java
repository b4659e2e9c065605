package dev.proa.eventlog;

import java.sql.SQLException;

/** Tables that follow the events within their transaction; the writer's thread only. */
interface Follower {
    /** Takes note of a new event; its row may not be in the table yet. */
    void took(EventRow row, NewEvent event) throws SQLException;

    /** Adds what an event used, or takes it away if {@code sign} is -1. */
    default void count(EventRow row, int sign) throws SQLException {}

    /** Writes what has been noted since the last time. */
    void finish() throws SQLException;

    /** Forgets what was noted or kept in mind: the transaction came to nothing. */
    void forget() throws SQLException;
}
