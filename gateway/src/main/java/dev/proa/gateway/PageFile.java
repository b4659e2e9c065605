package dev.proa.gateway;

import java.nio.file.Path;
import java.util.Optional;

/**
 * One file of the page.
 *
 * @param content in memory, or nothing if it is too long for that and stays on disk
 * @param gzip the same, compressed, where that is worth it
 * @param tag its entity tag without quotes: a hash of the content
 * @param lasting whether its name changes with its content
 */
record PageFile(
        Path file,
        String type,
        long length,
        Optional<byte[]> content,
        Optional<byte[]> gzip,
        String tag,
        boolean lasting) {
    boolean document() {
        return type.startsWith("text/html");
    }
}
