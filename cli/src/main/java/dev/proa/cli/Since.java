package dev.proa.cli;

import dev.proa.core.WallTime;
import dev.proa.runtime.LogSince;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The {@code --since} of a command. */
final class Since {
    @Option(
            names = "--since",
            paramLabel = "T",
            description =
                    "Only what came since then: 30s, 10m, 2h, 7d ago, or 2026-11-21T12:00:00Z.")
    @Nullable
    private String text;

    Since() {}

    boolean given() {
        return text != null;
    }

    /**
     * The time that is meant.
     *
     * @throws dev.proa.core.ProaException (64) if it is none
     */
    Optional<Instant> time() {
        if (text == null) {
            return Optional.empty();
        }
        var from = LogSince.parse(text, new WallTime().instant());
        if (from.isEmpty()) {
            throw WrongOption.of(
                    "--since", "\"" + text + "\" is no time", "Write " + LogSince.FORMS);
        }
        return from;
    }
}
