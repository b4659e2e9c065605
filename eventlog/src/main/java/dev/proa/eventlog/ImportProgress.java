package dev.proa.eventlog;

/** Hears how an import goes on, and may end it; on the importing thread. */
interface ImportProgress {
    /** Bytes that were read or did not have to be. */
    void read(long bytes);

    void stored(long events, long duplicates);

    /**
     * Something was left out.
     *
     * @param line counted from 1; 0 if it is the file as a whole
     */
    void skipped(String file, long line, String what);

    boolean cancelled();

    /**
     * How many rows a table of another monitor has, and the table of the log that holds the same,
     * before and after.
     */
    default void counted(String table, long read, long before, long after) {}
}
