package dev.proa.runtime;

import dev.proa.core.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The number that grows at every start of one data folder; pages tell by it that the runtime was
 * started anew.
 */
final class Generation {
    private Generation() {}

    static long next(Path runtimeFolder) throws IOException {
        var file = runtimeFolder.resolve("generation");
        long last = 0;
        if (Files.exists(file)) {
            try {
                last = Long.parseLong(Files.readString(file).strip());
            } catch (NumberFormatException e) {
                // Damaged: any number above all earlier ones will do, and a file is never written
                // more often than this.
                last = Files.getLastModifiedTime(file).toMillis();
            }
        }
        new AtomicFile(file).write(Long.toString(last + 1).getBytes(StandardCharsets.UTF_8));
        return last + 1;
    }
}
