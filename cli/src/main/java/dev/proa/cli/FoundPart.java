package dev.proa.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Something in a folder that a manifest can name. */
sealed interface FoundPart {
    /** The folder, relative to the app's, with slashes; {@code .} for itself. */
    String folder();

    /** What it is, for a person. */
    String what();

    /**
     * A built page.
     *
     * @param spa whether its paths are its own, so that unknown ones answer {@code index.html}
     */
    record Page(String folder, String what, boolean spa) implements FoundPart {}

    /**
     * A program that can serve.
     *
     * @param page whether it serves the page rather than data
     * @param ready a path that answers when it is ready
     */
    record Server(
            String id,
            String folder,
            String what,
            List<String> command,
            Map<String, String> env,
            Optional<String> ready,
            boolean page)
            implements FoundPart {
        public Server {
            command = List.copyOf(command);
            env = Map.copyOf(env);
        }
    }

    /** Something that is not ready to be named; {@code what} says what to do about it. */
    record Hint(String folder, String what) implements FoundPart {}
}
