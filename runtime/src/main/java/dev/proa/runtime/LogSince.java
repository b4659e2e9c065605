package dev.proa.runtime;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.regex.Pattern;

/** The time from which lines are wanted, as people write it: how long ago, or when. */
public final class LogSince {
    /** What can be written, as the second half of a sentence. */
    public static final String FORMS =
            "how long ago, such as 30s, 10m, 2h or 7d, or a time such as 2026-11-21T12:00:00Z";

    private static final Pattern AGO = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");

    private LogSince() {}

    /** Reads a text; empty if it is neither form. */
    public static Optional<Instant> parse(String text, Instant now) {
        var ago = AGO.matcher(text);
        try {
            return Optional.of(
                    ago.matches()
                            ? now.minus(ago(Long.parseLong(ago.group(1)), ago.group(2)))
                            : OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Duration ago(long count, String unit) {
        return switch (unit) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }
}
