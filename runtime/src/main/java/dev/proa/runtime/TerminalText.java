package dev.proa.runtime;

/** Text of others, made fit for a terminal. */
public final class TerminalText {
    private TerminalText() {}

    /**
     * The text without escape sequences, control characters and marks that turn the reading
     * direction.
     */
    public static String of(String text) {
        return LogText.clean(text);
    }
}
