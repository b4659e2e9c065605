package dev.proa.eventlog;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Numbers that come as texts. */
final class Numbers {
    /** Longer texts are no number that anything here can hold. */
    private static final int LONGEST = 400;

    private static final int MOST_DIGITS = 400;

    private Numbers() {}

    /** The number of a text; null if it is none, or of absurd size: 1e999999999 is a short text. */
    static @Nullable BigDecimal read(String text) {
        if (text.length() > LONGEST) {
            return null;
        }
        try {
            var number = new BigDecimal(text);
            return Math.abs((long) number.scale()) > MOST_DIGITS ? null : number;
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
