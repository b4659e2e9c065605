package dev.proa.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Reads without keeping. */
final class Streams {
    private Streams() {}

    /** How many bytes come until the end. */
    static long count(InputStream in) {
        try {
            var buffer = new byte[64 * 1024];
            var total = 0L;
            for (var count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                total += count;
            }
            return total;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
