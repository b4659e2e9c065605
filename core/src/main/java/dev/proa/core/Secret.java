package dev.proa.core;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;

/** A value that must not be printed: its text leaves only through {@link #reveal()}. */
public final class Secret {
    private static final int BYTES = 32;

    private final String text;

    private Secret(String text) {
        this.text = text;
    }

    /** A fresh secret of 256 random bits, as 43 URL-safe characters. */
    public static Secret random() {
        var bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return new Secret(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /**
     * A secret that someone else made.
     *
     * @throws IllegalArgumentException if it is blank
     */
    public static Secret of(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("a secret must not be blank");
        }
        return new Secret(text);
    }

    /** The text itself, for the one place that has to send or store it. */
    public String reveal() {
        return text;
    }

    /** Whether {@code candidate} is this secret; takes the same time wherever the two differ. */
    public boolean matches(CharSequence candidate) {
        return MessageDigest.isEqual(
                text.getBytes(StandardCharsets.UTF_8),
                candidate.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && matches(secret.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return "***";
    }
}
