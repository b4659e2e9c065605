package dev.proa.eventlog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * How far a file of a history was taken in. It is stored in the transaction that stores the events
 * which it stands for, so that nothing is lost or taken twice whenever the process ends.
 *
 * @param memory what the reader of the lines has to know from earlier ones, as JSON
 * @param unfinished whether calls still wait for their answers
 * @param stamp the file as it was before it was read; of no file while there is more to read
 * @param events how many the file gave so far
 */
record ImportMark(
        String path,
        String source,
        Place place,
        String memory,
        boolean unfinished,
        Stamp stamp,
        long events) {
    /**
     * The end of a line.
     *
     * @param hash the SHA-256 of all bytes before it
     * @param lines how many lines are before it
     * @param entries how many of those are not blank
     */
    record Place(long offset, String hash, long lines, long entries) {}

    /** What changes when a file is written or replaced. */
    record Stamp(long bytes, long modifiedMillis, String key) {
        static final Stamp NONE = new Stamp(-1, 0, "");

        static Stamp of(Path file) throws IOException {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(
                    attributes.size(),
                    attributes.lastModifiedTime().toMillis(),
                    String.valueOf(attributes.fileKey()));
        }
    }
}
