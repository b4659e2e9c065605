package dev.proa.eventlog;

import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Reads the lines of one file of an agent's history in their order. It gives the same events,
 * whether the file is read at once or in parts with {@link #memory} carried over. For one thread.
 */
interface History {
    /**
     * What a line tells of.
     *
     * @param entry how many lines that are not blank came before it
     */
    List<NewEvent> line(JsonNode line, long entry) throws Unfit;

    /** A line that cannot be read; others can. */
    final class Unfit extends Exception {
        private static final long serialVersionUID = 1;

        Unfit(String because) {
            super(because);
        }
    }

    /** What is left to tell when no further line is to be expected. */
    List<NewEvent> rest();

    /** Whether {@link #rest} would give something. */
    boolean unfinished();

    /** What another reader has to know to go on from here, as JSON. */
    String memory();
}
