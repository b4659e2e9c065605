package dev.proa.eventlog;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How many tokens a model takes in at once, as far as its name or its agent says. */
final class ContextWindow {
    private static final long SMALL_CLAUDE = 200_000;
    private static final long LARGE_CLAUDE = 1_000_000;
    private static final long CODEX = 272_000;
    private static final long GEMINI = 1_048_576;

    /** Opus and Sonnet take in a million tokens since 4.6. */
    private static final Pattern LARGE =
            Pattern.compile("claude-(opus|sonnet)-(4-([6-9]|\\d\\d)(?!\\d)|[5-9](?!\\d)).*");

    private ContextWindow() {}

    /**
     * The window; null if it is not known.
     *
     * @param reported what the agent said or what was known before
     * @param observed tokens that a request took in: the window is never smaller
     */
    static @Nullable Long of(@Nullable String model, @Nullable Long reported, long observed) {
        var window = reported != null ? reported : named(model == null ? "" : model);
        if (window == null || window >= observed) {
            return window;
        }
        return observed <= LARGE_CLAUDE ? (Long) LARGE_CLAUDE : (Long) observed;
    }

    private static @Nullable Long named(String model) {
        var name = model.substring(model.lastIndexOf('/') + 1);
        if (name.startsWith("claude")) {
            return name.contains("[1m]") || LARGE.matcher(name).matches()
                    ? (Long) LARGE_CLAUDE
                    : (Long) SMALL_CLAUDE;
        }
        if (name.startsWith("gpt-5")) {
            return CODEX;
        }
        return name.startsWith("gemini") ? (Long) GEMINI : null;
    }
}
