package dev.proa.runtime;

import dev.proa.core.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The port that the gateway of a data folder had last. The next run tries it first: the pages keep
 * their address, and with it what a browser keeps for them, as bookmarks and the chosen colours.
 */
final class LastPort {
    private LastPort() {}

    /**
     * Empty if there was none.
     *
     * @param others ports that a part of the app is to have
     */
    static OptionalInt of(Path runtimeFolder, Set<Integer> others) throws IOException {
        var last = read(file(runtimeFolder));
        return last.isPresent() && others.contains(last.getAsInt()) ? OptionalInt.empty() : last;
    }

    static void remember(Path runtimeFolder, int port) throws IOException {
        var file = file(runtimeFolder);
        if (read(file).orElse(0) != port) {
            new AtomicFile(file).write(Integer.toString(port).getBytes(StandardCharsets.UTF_8));
        }
    }

    private static Path file(Path runtimeFolder) {
        return runtimeFolder.resolve("gateway-port");
    }

    private static OptionalInt read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return OptionalInt.empty();
        }
        var text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8).strip();
        // Whatever else it holds is as good as nothing.
        return text.matches("[1-9][0-9]{0,4}") && Integer.parseInt(text) <= 65_535
                ? OptionalInt.of(Integer.parseInt(text))
                : OptionalInt.empty();
    }
}
