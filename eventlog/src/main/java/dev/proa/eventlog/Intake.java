package dev.proa.eventlog;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file that an import is to take in.
 *
 * @param bytes how long it is, for the progress
 */
record Intake(Path file, long bytes, Taking taking) {
    /** How its content comes into the log. */
    @FunctionalInterface
    interface Taking {
        /**
         * Takes in what is new, and tells how it goes.
         *
         * @throws IOException if the file cannot be read; other files can
         * @throws Refused if the log takes nothing
         */
        void run(ImportProgress progress) throws IOException, InterruptedException, Refused;
    }

    /** The log does not take events. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }
}
